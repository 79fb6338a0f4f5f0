"""Each planted patient shows what its sentence says, by the slow twin of the definitions, and little else."""

import re
from datetime import date, datetime, time, timedelta

import pandas as pd
import pytest
from slow_records import N_ITEMS, Clinic, Course, Form, Session, by_patient
from slow_rules import holding, is_in_treatment, view_on
from slow_twin import LAST_BEFORE_DOSE, status_rows

from lib.demo import DEMO_LAST_DAY, generate_demo
from lib.demo.planted import CASES

TODAY = DEMO_LAST_DAY + timedelta(days=1)

# patient | PHQ-9 category, "?" when provisional, or the reason why there is none | rules that hold, * on GAD-7
EXPECTED = """
item-9-is-2            | partial            | suicidality_item_9 non_responder
item-9-was-1           | response           | suicidality_item_9
item-9-blank           | response ?         | item_9_not_answered
prorated-item-9-blank  | remission ?        | item_9_not_answered
high-blood-pressure    | response           | blood_pressure
critical-at-40-min     | response           | blood_pressure
deep-sedation          | response           | sedation
serious-event          | response           |
missed-sessions        | no response        | non_responder
partial-doses          | response           |
dose-steps-of-50       | response           |
clear-responder        | remission          |
delayed-responder      | response           |
provisional-response   | response ?         |
exactly-half           | response           |
nearly-half            | partial            |
latest-is-zero         | remission          |
poor-technique         | no response        | non_improver non_responder gad7_non_response*
relapse-confirmed      | relapse            | relapse non_improver_unconfirmed
worse-twice            | worse              | reliable_deterioration non_improver non_responder \
reliable_deterioration* gad7_non_response*
gad7-not-improving     | response           | gad7_non_response*
below-caseness         | below caseness     |
stale-remission        | remission          | no_recent_score
gap-then-prorated      | response           |
only-a-baseline        | no follow-up       | not_assessable
no-dosing-yet          | no dosing session  |
no-baseline            | no baseline        | not_assessable
stale-baseline         | response           |
same-day-unknown       | response           |
three-blanks           | response           |
restart-after-100-days | response           |
daily-low-dose         | response           |
transferred-in         | below caseness     |
phq9-totals-only       | response           |
ptsd-with-pcl-5        | response           |
007                    | response           |
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()]


def split_moment(text: str) -> tuple[date, time | None]:
    return date.fromisoformat(text[:10]), time.fromisoformat(text[11:]) if len(text) > 10 else None


def read_form(line: int, row: dict[str, str]) -> Form:
    items = tuple(
        int(answer) if (answer := row[f"item_{number + 1}"]) else None
        for number in range(N_ITEMS[row["instrument"]])
    )
    on, at = split_moment(row["assessed_at"])
    total = int(row["total"]) if row["total"] else None
    has_items = any(answer is not None for answer in items)
    recorded_at = datetime.combine(TODAY, time())
    return Form(
        row["patient_id"], row["instrument"], on, at, items if has_items else None, total, recorded_at, line
    )


def read_session(row: dict[str, str]) -> Session:
    readings = {name: float(row[name]) for name in row if re.search("_mmhg|moaas", name) and row[name]}
    dose_mg = float(row["dose_mg"]) if row["dose_mg"] else None
    return Session(row["patient_id"], *split_moment(row["started_at"]), dose_mg, row["status"], readings)


def read_course(row: dict[str, str]) -> Course:
    ended_on = date.fromisoformat(row["ended_on"]) if row["ended_on"] else None
    return Course(row["patient_id"], date.fromisoformat(row["started_on"]), ended_on)


@pytest.fixture(scope="module")
def demo() -> dict[str, pd.DataFrame]:
    return generate_demo()


@pytest.fixture(scope="module")
def clinic(demo: dict[str, pd.DataFrame]) -> Clinic:
    forms = demo["assessments.csv"].to_dict("records")
    return Clinic(
        tuple(read_form(line, row) for line, row in enumerate(forms) if row["instrument"] in N_ITEMS),
        tuple(read_session(row) for row in demo["dosing_sessions.csv"].to_dict("records")),
        tuple(read_course(row) for row in demo["courses.csv"].to_dict("records")),
        (),
        frozenset(N_ITEMS),
    )


@pytest.fixture(scope="module")
def status(clinic: Clinic) -> pd.DataFrame:
    return pd.DataFrame(status_rows(clinic, TODAY)).set_index(["patient_id", "instrument"])


@pytest.fixture(scope="module")
def held(clinic: Clinic) -> dict[str, dict[tuple[str, str], str]]:
    """patient_id -> (rule, instrument) -> severity, on the day after the last one."""
    return {
        who: holding(view_on(record, TODAY, LAST_BEFORE_DOSE)) for who, record in by_patient(clinic).items()
    }


def sessions_of(demo: dict[str, pd.DataFrame], patient_id: str) -> pd.DataFrame:
    sessions = demo["dosing_sessions.csv"].query("patient_id == @patient_id")
    return sessions.sort_values("started_at")


def forms_of(demo: dict[str, pd.DataFrame], patient_id: str) -> pd.DataFrame:
    forms = demo["assessments.csv"].query("patient_id == @patient_id and instrument == 'PHQ-9'")
    return forms.sort_values("assessed_at")


def test_every_case_has_a_sentence_and_an_expectation() -> None:
    assert [row[0] for row in ROWS] == list(CASES)
    assert all(sentence.endswith(".") for sentence in CASES.values())


@pytest.mark.parametrize(("patient_id", "expected", "rules"), ROWS, ids=[row[0] for row in ROWS])
def test_a_planted_patient_shows_what_it_is_there_for(
    patient_id: str, expected: str, rules: str, status: pd.DataFrame, held: dict
) -> None:
    row = status.loc[(patient_id, "PHQ-9")]
    found = row["reason"] or row["category"] if row["category"] == "not assessable" else row["category"]
    assert found + (" ?" if row["is_provisional"] else "") == expected
    named = {rule + ("*" if instrument == "GAD-7" else "") for rule, instrument in held[patient_id]}
    assert named == set(rules.replace("\\", "").split())


def test_the_latest_item_9_is_what_the_case_says(demo: dict[str, pd.DataFrame]) -> None:
    assert forms_of(demo, "item-9-is-2")["item_9"].iloc[-1] == "2"
    assert forms_of(demo, "item-9-was-1")["item_9"].tolist() == ["0", "1", "0", "0", "0", "0"]
    assert forms_of(demo, "item-9-blank").iloc[-1][["item_8", "item_9"]].ne("").tolist() == [True, False]
    assert forms_of(demo, "phq9-totals-only")["item_9"].eq("").all()


def test_the_severities_are_what_the_case_says(held: dict) -> None:
    assert held["item-9-is-2"]["suicidality_item_9", "PHQ-9"] == "critical"
    assert held["high-blood-pressure"]["blood_pressure", ""] == "high"
    assert held["critical-at-40-min"]["blood_pressure", ""] == "critical"
    assert held["deep-sedation"]["sedation", ""] == "high"
    assert held["worse-twice"]["reliable_deterioration", "PHQ-9"] == "high"


def test_responses_are_confirmed_or_not_as_the_case_says(status: pd.DataFrame) -> None:
    assert status.loc[("clear-responder", "PHQ-9"), "is_response_confirmed"]
    assert status.loc[("latest-is-zero", "PHQ-9"), "latest_total"] == 0
    assert status.loc[("exactly-half", "PHQ-9"), "percent_change"] == -50
    assert status.loc[("stale-baseline", "PHQ-9"), "is_baseline_stale"]
    assert not status.loc[("stale-remission", "PHQ-9"), "is_current"]


def test_readings_of_the_last_session_are_what_the_case_says(demo: dict[str, pd.DataFrame]) -> None:
    assert sessions_of(demo, "high-blood-pressure").iloc[-1][["sbp_pre_mmhg", "dbp_pre_mmhg"]].tolist() == [
        "164",
        "102",
    ]
    assert sessions_of(demo, "critical-at-40-min")["sbp_40_mmhg"].iloc[-1] == "186"
    assert sessions_of(demo, "deep-sedation")["sedation_moaas"].iloc[-1] == "2"
    technique = sessions_of(demo, "poor-technique")
    assert set(technique["hold_min"]) == {"3", "4"}
    assert set(technique["swallowed"]) == {"yes"}


def test_doses_are_what_the_case_says(demo: dict[str, pd.DataFrame], status: pd.DataFrame) -> None:
    steps = sessions_of(demo, "dose-steps-of-50")["dose_mg"]
    assert steps.tolist() == ["50", "100", "150", "200", "250", "300"]
    assert sessions_of(demo, "missed-sessions")["status"].tolist().count("missed") == 4
    assert len(sessions_of(demo, "daily-low-dose")) == 56
    restart = pd.to_datetime(sessions_of(demo, "restart-after-100-days")["started_at"])
    assert restart.diff().dt.days.max() == 100
    assert status.loc[("restart-after-100-days", "PHQ-9"), "course"] == 2


def test_the_gap_before_the_prorated_form_is_sixty_days(demo: dict[str, pd.DataFrame]) -> None:
    forms = forms_of(demo, "gap-then-prorated")
    assert pd.to_datetime(forms["assessed_at"]).diff().dt.days.max() == 60
    items = forms.iloc[-1][[f"item_{number}" for number in range(1, 10)]]
    assert items.eq("").sum() == 1
    assert forms["total"].iloc[-1] == ""


def test_the_queue_looks_like_a_real_clinics(
    clinic: Clinic, held: dict, demo: dict[str, pd.DataFrame]
) -> None:
    """5-8 % in "Safety now", 10-15 % in "Dose review", some in "Watch" and "Not seen", most in none."""
    cards = {who: {card_of(rule, severity) for (rule, _), severity in held[who].items()} for who in held}
    n = len(demo["patients.csv"])
    share = {
        card: sum(card in shown for shown in cards.values()) / n
        for card in ("safety", "review", "watch", "unseen")
    }
    assert 0.05 <= share["safety"] <= 0.08
    assert 0.10 <= share["review"] <= 0.15
    assert 0.05 <= share["watch"] <= 0.16
    assert 0.03 <= share["unseen"] <= 0.10
    assert sum(not shown for shown in cards.values()) / n > 0.6
    in_treatment = [is_in_treatment(view_on(r, TODAY, LAST_BEFORE_DOSE)) for r in by_patient(clinic).values()]
    assert 0.55 <= sum(in_treatment) / n <= 0.65


def card_of(rule: str, severity: str) -> str:
    is_safety = "item_9" in rule or (rule in ("blood_pressure", "sedation") and severity == "high")
    if severity == "critical" or is_safety:
        return "safety"
    return {"high": "review", "medium": "review", "watch": "watch", "info": "unseen"}[severity]
