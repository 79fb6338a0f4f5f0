"""The slow twin itself, held against rows worked out by hand; day 0 is 2 March 2026."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from slow_records import GAD7, PHQ9, Clinic, Closing, Course, Form, Session
from slow_rules import flag_rows
from slow_scoring import score
from slow_twin import COLUMNS, FIRST_ASSESSMENT, WORST_IN_30_DAYS, status_rows

DAY_0 = date(2026, 3, 2)
NOON, ONE = time(12), time(13)
BOTH, PHQ9_ONLY = frozenset({PHQ9, GAD7}), frozenset({PHQ9})


def day(n: int) -> date:
    return DAY_0 + timedelta(days=n)


def phq9(n: int, total: int | None, at: time | None = None, items: Any = None, **more: Any) -> Form:
    return Form("p1", more.pop("instrument", PHQ9), day(n), at, items, total, datetime(2026, 1, 1), 1, **more)


def gad7(n: int, total: int) -> Form:
    return phq9(n, total, instrument=GAD7)


def dose(
    n: int, at: time | None = NOON, dose_mg: float | None = 100, status: str = "", **readings: Any
) -> Session:
    return Session("p1", day(n), at, dose_mg, status, readings)


def clinic(*records: Any, collected: frozenset[str] = PHQ9_ONLY) -> Clinic:
    def of(kind: type) -> Any:
        return tuple(record for record in records if isinstance(record, kind))

    return Clinic(of(Form), of(Session), of(Course), of(Closing), collected)


def weekly(*totals: int, baseline: int = 20) -> list[Any]:
    forms = [phq9(7 * week, total) for week, total in enumerate(totals, start=1)]
    return [phq9(-1, baseline), *(dose(7 * week) for week in range(len(totals) + 1)), *forms]


def row(*records: Any, as_of: int = 0, **more: Any) -> dict[str, Any]:
    rows = status_rows(clinic(*records), day(as_of), **more)
    assert len(rows) == 1
    return rows[0]


def flags(*records: Any, as_of: int, collected: frozenset[str] = PHQ9_ONLY) -> dict[str, tuple[str, int]]:
    rows = flag_rows(clinic(*records, collected=collected), day(as_of))
    return {flag["rule"]: (flag["severity"], (flag["since"] - DAY_0).days) for flag in rows}


def item_9_form(n: int, answer: int | None, **more: Any) -> Form:
    return phq9(n, None, items=(2, 2, 2, 2, 2, 2, 2, 2, answer), **more)


def test_one_missing_item_is_filled_with_the_mean_and_bounded() -> None:
    result = score([2, 2, 2, 2, 2, 1, 1, 1, None], 9)
    assert (result.total, result.low, result.high, result.band) == (15, 13, 16, "moderately severe")
    assert (result.is_prorated, result.n_missing, result.item_9) == (True, 1, None)


def test_a_half_rounds_up_and_three_missing_items_have_no_total() -> None:
    assert score([1, 1, 1, 1, 1, 2, 0, 0, None], 9).total == 8  # 9 × 7/8 = 7.875
    assert score([1, 0, 1, 0, 1, 0, 1, 0, None], 9).total == 5  # 9 × 4/8 = 4.5
    assert score([1, 1, 1, 1, None, None, None], 7).total is None


@pytest.mark.parametrize(
    ("latest", "category"),
    [
        (26, "worse"),
        (16, "no response"),
        (15, "partial"),
        (10, "response"),
        (5, "response"),
        (4, "remission"),
    ],
)
def test_each_category_begins_at_its_number(latest: int, category: str) -> None:
    found = row(*weekly(18, latest), as_of=14)
    assert (found["category"], found["change"]) == (category, latest - 20)


def test_all_columns_of_a_confirmed_response() -> None:
    expected = ["p1", 1, PHQ9, "response", None, False, 20, day(-1), False, 9, day(21), 0, True]
    expected += [-11, -55.0, "improved", 8, day(14), True, 4, 4, DAY_0]
    assert row(*weekly(16, 8, 9), as_of=21) == dict(zip(COLUMNS, expected, strict=True))


def test_too_early_on_day_13_and_no_longer_on_day_14() -> None:
    assert row(phq9(0, 20), dose(0), phq9(13, 19), as_of=13)["reason"] == "too early"
    assert row(phq9(0, 20), dose(0), phq9(14, 19), as_of=14)["category"] == "no response"


def test_on_day_0_a_form_at_the_dose_is_after_it_and_one_without_time_before_it() -> None:
    found = row(phq9(0, 18, None), phq9(0, 17, time(9)), phq9(0, 15, NOON), phq9(0, 14, ONE), dose(0))
    assert (found["baseline_total"], found["latest_total"], found["n_assessments"]) == (17, 14, 4)
    assert row(phq9(0, 18, ONE), dose(0, at=None))["reason"] == "no follow-up"


def test_baseline_is_at_most_30_days_old_and_stale_after_14() -> None:
    assert row(phq9(-31, 20), dose(0), phq9(20, 9), as_of=20)["reason"] == "no baseline"
    assert row(phq9(-30, 20), dose(0), as_of=20)["is_baseline_stale"] is True
    assert row(phq9(-14, 20), dose(0), as_of=20)["is_baseline_stale"] is False


def test_relapse_needs_a_week_between_two_high_looks() -> None:
    risen = [phq9(-1, 20), dose(0), phq9(14, 8), phq9(21, 13), phq9(27, 14)]
    assert row(*risen, as_of=27)["category"] == "partial"
    assert flags(*risen, as_of=27)["possible_relapse"] == ("watch", 21)
    assert row(*risen, phq9(28, 13), as_of=28)["category"] == "relapse"
    assert flags(*risen, phq9(28, 13), as_of=30)["relapse"] == ("high", 28)


def test_a_blank_item_9_makes_remission_provisional_and_no_response_of_it() -> None:
    blank = item_9_form(14, None)
    low = Form(**{**blank.__dict__, "items": (0, 0, 0, 0, 0, 0, 0, 0, None)})
    found = row(phq9(0, 20), dose(0), low, as_of=14)
    assert (found["category"], found["is_provisional"], found["first_response_on"]) == (
        "remission",
        True,
        None,
    )


def test_courses_part_after_more_than_84_days_and_where_a_given_course_starts() -> None:
    two = status_rows(clinic(dose(0), dose(84), dose(169)), day(170), all_courses=True)
    assert [(found["course"], found["n_dosing_sessions"]) for found in two] == [(1, 2), (2, 1)]
    given = (Course("p1", day(10), None), Course("p1", day(20), None))
    rows = status_rows(clinic(dose(0), dose(12), *given), day(30), all_courses=True)
    assert [found["first_dose_on"] for found in rows] == [DAY_0, day(12), None]
    assert (rows[2]["course"], rows[2]["reason"]) == (3, "no dosing session")
    assert row(dose(0), dose(12), *given, as_of=30)["course"] == 2


def test_a_missed_a_planned_and_an_empty_dose_are_no_dosing_session() -> None:
    nothing = [dose(0, dose_mg=None, status="missed"), dose(1, status="planned"), dose(2, dose_mg=0)]
    assert status_rows(clinic(*nothing), day(9)) == []
    found = row(*nothing, phq9(0, 20), as_of=9)
    assert (found["reason"], found["course"], found["n_assessments"]) == ("no dosing session", None, 1)


def test_other_baseline_rules() -> None:
    first = row(phq9(0, 20), phq9(28, 10), as_of=28, baseline_rule=FIRST_ASSESSMENT)
    assert (first["category"], first["course"], first["baseline_total"]) == ("response", None, 20)
    worst = [phq9(-31, 27), phq9(-20, 21), phq9(-10, 21), phq9(-1, 18), dose(0)]
    assert row(*worst, baseline_rule=WORST_IN_30_DAYS)["baseline_on"] == day(-10)


def test_item_9_stays_open_until_closed_and_a_first_one_of_one_is_high() -> None:
    forms = [item_9_form(0, 1), item_9_form(7, 0)]
    assert flags(*forms, as_of=9)["suicidality_item_9"] == ("high", 0)
    later = [*forms, item_9_form(14, 1, state="held"), Closing("p1", day(8), frozenset(forms))]
    assert "suicidality_item_9" not in flags(*later, as_of=9)
    assert flags(*later, as_of=14, collected=frozenset())["suicidality_item_9"] == ("critical", 14)


def test_item_9_not_answered_reads_the_latest_form_in_force() -> None:
    assert flags(item_9_form(0, None), as_of=3) == {"item_9_not_answered": ("high", 0)}
    assert (
        flags(item_9_form(0, None), item_9_form(1, 0, state="held"), as_of=3)["item_9_not_answered"][1] == 0
    )
    assert flags(item_9_form(0, None), phq9(1, 5), as_of=3) == {}


def test_non_improver_and_non_responder_begin_with_the_record_that_completes_them() -> None:
    found = flags(*weekly(20, 19, 18, 18), as_of=30)
    assert found["non_improver"] == ("high", 28)
    assert found["non_responder"] == ("high", 28)
    assert flags(*weekly(20, 19, 18, 15), as_of=30)["non_responder"] == ("high", 28)
    assert flags(*weekly(20, 13, 13, 18), as_of=28)["non_improver_unconfirmed"] == ("watch", 28)


def test_a_daily_course_is_judged_by_days_alone() -> None:
    daily = [phq9(-1, 20), *(dose(n) for n in range(8)), phq9(20, 19), phq9(27, 19)]
    assert set(flags(*daily, as_of=27)) == {"non_improver"}
    sparse = [phq9(-1, 20), *(dose(3 * n) for n in range(8)), phq9(27, 19)]
    assert set(flags(*sparse, as_of=27)) == {"non_improver_unconfirmed", "non_responder"}


def test_gad7_non_response() -> None:
    records = [gad7(-1, 12), *(dose(5 * n) for n in range(5)), gad7(14, 10), gad7(21, 9)]
    assert flags(*records, as_of=21, collected=frozenset({GAD7})) == {"gad7_non_response": ("medium", 21)}
    assert "gad7_non_response" not in flags(*records, as_of=21)


def test_reliable_deterioration_is_high_when_it_repeats() -> None:
    assert flags(*weekly(20, 26), as_of=14)["reliable_deterioration"] == ("watch", 14)
    assert flags(*weekly(26, 26), as_of=14)["reliable_deterioration"] == ("high", 7)


@pytest.mark.parametrize(
    ("readings", "severity"),
    [
        ({"sbp_pre_mmhg": 139, "dbp_pre_mmhg": 89}, None),
        ({"sbp_pre_mmhg": 120, "dbp_pre_mmhg": 90}, "watch"),
        ({"sbp_pre_mmhg": 160}, "high"),
        ({"dbp_pre_mmhg": 70, "dbp_120_mmhg": 95}, "high"),
        ({"sbp_40_mmhg": 179}, None),
        ({"dbp_40_mmhg": 110}, "critical"),
    ],
)
def test_blood_pressure_of_the_latest_session(readings: dict[str, Any], severity: str | None) -> None:
    found = flags(dose(0), dose(3, **readings), as_of=4)
    assert found.get("blood_pressure", (None,))[0] == severity


def test_sedation_is_since_the_first_of_an_unbroken_run() -> None:
    doses = [dose(n, sedation_moaas=depth) for n, depth in ((0, 2), (3, 4), (6, 3), (9, 1))]
    assert flags(*doses, as_of=10)["sedation"] == ("critical", 6)


def test_no_recent_score_and_not_assessable_count_days() -> None:
    assert flags(dose(0), as_of=14) == {}
    assert flags(dose(0), as_of=15) == {"not_assessable": ("info", 15)}
    assert flags(dose(0), as_of=25)["no_recent_score"] == ("info", 22)
    switched = [dose(0), phq9(0, 20), phq9(20, 19)]
    assert flags(*switched, as_of=60)["no_recent_score"] == ("info", 42)
    assert "no_recent_score" not in flags(*switched, as_of=61)
    assert flags(*switched, as_of=70)["no_recent_score"] == ("info", 63)
    later = [phq9(-1, 20), dose(0), dose(50), phq9(40, 19)]
    assert "no_recent_score" not in flags(*later, as_of=70)
    assert flags(*later, as_of=90)["no_recent_score"] == ("info", 83)


def test_an_ended_course_is_out_of_treatment_from_its_end() -> None:
    records = [dose(0), Course("p1", DAY_0, day(30))]
    assert set(flags(*records, as_of=29)) == {"no_recent_score", "not_assessable"}
    assert flags(*records, as_of=30) == {}
