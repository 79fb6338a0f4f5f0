"""An efficacy flag stays in the queue until two looks a week apart no longer meet it; day 0 is 2 March 2026."""

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from generated import START, generate_clinic
from kernel_run import EPOCH, KernelRun
from slow_easing import eased_rows
from slow_records import GAD7, PHQ9, Clinic, Course, Form, Session
from test_further_rules import DAY_0, day, doses, phq9, totals

from lib.clinical.dose_review import select_queue_flags
from lib.clinical.easing import find_queue_flags
from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import parse_policy
from lib.clinical.wording import say_day

SHIPPED = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
MIN_PATIENTS = 5
POLICY = replace(SHIPPED, expected_course=replace(SHIPPED.expected_course, min_patients=MIN_PATIENTS))
N_CLINICS = 200 if os.environ.get("PROVE") else 5
BOTH = frozenset({PHQ9, GAD7})

WORSE = [*totals(10, (14, 17), (21, 17)), *doses(0, 7, 14)]
# Sum 9 of eight answers: a total of 10, and between 9 and 12.
UNSURE = (1, 1, 1, 1, 1, 2, 2, None, 0)
# Of a baseline of 21: 11 is partial, or at 10 a response; 10 is a response, or at 11 to 14 partial.
UNSURE_PARTIAL = (0, 1, 1, 2, 0, 2, 3, 1, None)
UNSURE_RESPONSE = (1, None, 3, 1, 1, 2, 0, None, 0)


def provisional(n: int, items: tuple[int | None, ...] = UNSURE) -> Form:
    return replace(phq9(n, 0), items=items, total=None)


NO_FALL = [*totals(20, (14, 18), (21, 18)), *doses(0, 4, 8, 12)]

# Case -> records, the day asked, and what the queue says of the rule: "met", the day of the first look that missed it, None.
CASES = {
    "still met": (WORSE, 27, "met"),
    "one look below": ([*WORSE, phq9(28, 12)], 28, 28),
    "a second look 6 days later": ([*WORSE, phq9(28, 12), phq9(34, 12)], 34, 28),
    "a second look 7 days later": ([*WORSE, phq9(28, 12), phq9(35, 12)], 35, None),
    "the third look is 7 days after the first": ([*WORSE, *(phq9(n, 12) for n in (28, 31, 35))], 35, None),
    "worse again between": ([*WORSE, phq9(28, 12), phq9(32, 17)], 40, "met"),
    "and it begins anew": ([*WORSE, phq9(28, 12), phq9(32, 17), phq9(36, 12), phq9(42, 12)], 42, 36),
    "and ends 7 days later": ([*WORSE, phq9(28, 12), phq9(32, 17), phq9(36, 12), phq9(43, 12)], 43, None),
    "84 days after the last session": ([*WORSE, phq9(28, 12)], 98, 28),
    "treatment is over after 85": ([*WORSE, phq9(28, 12)], 99, None),
    "the course has an end": ([*WORSE, phq9(28, 12), Course("p1", DAY_0, day(30))], 30, None),
    "the day before its end": ([*WORSE, phq9(28, 12), Course("p1", DAY_0, day(30))], 29, 28),
    "a new course": ([*WORSE, phq9(28, 12), *doses(120)], 121, None),
    "a session is no look": ([*WORSE, phq9(28, 12), *doses(36)], 37, 28),
    "never met": ([*totals(10, (14, 15), (21, 12)), *doses(0, 7)], 22, None),
}  # fmt: skip
OF_FALL = {
    "a provisional response clears nothing": ([*NO_FALL, provisional(28)], 28, "met"),
    "one look below": ([*NO_FALL, phq9(28, 12)], 28, 28),
    "a provisional second look": ([*NO_FALL, phq9(28, 12), provisional(35)], 35, 28),
    "a firm second look": ([*NO_FALL, phq9(28, 12), phq9(35, 10)], 35, None),
}
RAISED_BY_UNSURE = [*totals(21), *doses(0, 6, 7), provisional(31, UNSURE_PARTIAL)]
UNCLEARED = [*RAISED_BY_UNSURE, provisional(45, UNSURE_RESPONSE)]
OF_RESPONSE = {
    "raised by a provisional form": (RAISED_BY_UNSURE, 31, "met"),
    "one provisional form does not clear what another raised": (UNCLEARED, 45, "met"),
    "nor do two": ([*UNCLEARED, provisional(52, UNSURE_RESPONSE)], 52, "met"),
    "a firm one is a look": ([*UNCLEARED, phq9(52, 9)], 52, 52),
    "two firm ones clear it": ([*UNCLEARED, phq9(52, 9), phq9(59, 9)], 59, None),
}


def queue_of(records, as_of: int):
    forms, sessions, courses = (
        tuple(one for one in records if isinstance(one, kind)) for kind in (Form, Session, Course)
    )
    run = KernelRun(Clinic(forms, sessions, courses, (), BOTH), day(as_of), SHIPPED)
    return find_queue_flags(run.findings(), SHIPPED)


@pytest.mark.parametrize(
    ("rule", "records", "as_of", "expected"),
    [
        pytest.param(rule, *case, id=f"{rule}: {name}")
        for rule, cases in (
            ("reliable_deterioration", CASES),
            ("non_improver", OF_FALL),
            ("non_responder", OF_RESPONSE),
        )
        for name, case in cases.items()
    ],
)
def test_a_flag_is_kept_until_two_looks_no_longer_meet_it(rule, records, as_of, expected):
    flags = queue_of(records, as_of)
    own = flags[flags["rule"] == rule]
    if expected is None:
        assert own.empty
    elif expected == "met":
        assert own["is_eased"].isna().all() and len(own) == 1
    else:
        (said,) = own.loc[own["is_eased"] == 1, "evidence"]
        assert said.startswith(f"no longer met since the form of {say_day(day(expected))}; stays until")


def test_an_eased_flag_says_what_it_was_and_since_when():
    (row,) = queue_of([*WORSE, phq9(28, 12)], 28).query("rule == 'reliable_deterioration'").to_dict("records")
    assert EPOCH + timedelta(days=row["since"]) == day(14)
    assert row["severity"] == 3 and "It was: PHQ-9 10 → 17 on 23 Mar 2026" in row["evidence"]


def test_what_was_hidden_when_it_last_held_is_no_news_afterwards():
    """Partial and flat behind no response at the checkpoint: when that has gone, the older, weaker one does not come up."""
    flat = [*totals(20, (14, 12), (21, 12), (28, 12), (35, 9)), *doses(0, 5, 10, 15)]
    flags = queue_of(flat, 35).rename(columns={"patient": "patient_key"})
    held = flags.set_index("rule")
    assert held.loc["partial_and_flat", "is_eased"] == 1 and held.loc["partial_and_flat", "is_waiting"] == 1
    assert "partial_and_flat" not in set(select_queue_flags(flags)["rule"])


WAITING = {
    "not assessable for 13 days": ([*doses(0, 7, 14)], 28, "not_assessable", True),
    "not assessable for 14 days": ([*doses(0, 7, 14)], 29, "not_assessable", False),
    "one look at 10": ([*totals(12, (14, 10)), *doses(0, 3, 6, 9)], 15, "non_improver_unconfirmed", False),
    "one look at 9": ([*totals(12, (14, 9)), *doses(0, 3, 6, 9)], 15, "non_improver_unconfirmed", True),
}  # fmt: skip


@pytest.mark.parametrize(("records", "as_of", "rule", "is_waiting"), WAITING.values(), ids=WAITING)
def test_what_waits_stands_on_the_patients_page_and_on_no_card(records, as_of, rule, is_waiting):
    flags = queue_of(records, as_of).rename(columns={"patient": "patient_key"})
    assert rule in set(flags["rule"])
    assert (rule not in set(select_queue_flags(flags)["rule"])) is is_waiting


UNSEEN = {
    "day 60, past the first limit": ([phq9(-1, 20), phq9(38, 20)], 60, True),
    "day 61, the later limit is not passed": ([phq9(-1, 20), phq9(38, 20)], 61, True),
    "a score on day 61": ([phq9(-1, 20), phq9(38, 20), phq9(61, 18)], 61, False),
    "the first limit was not passed before": ([phq9(-1, 20), phq9(40, 20)], 62, False),
}  # fmt: skip


@pytest.mark.parametrize(("forms", "as_of", "is_open"), UNSEEN.values(), ids=UNSEEN)
def test_the_calendar_alone_makes_nobody_seen(forms, as_of, is_open):
    flags = queue_of([*forms, *doses(0, 7, 14)], as_of)
    assert ("no_recent_score" in set(flags["rule"])) is is_open


@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_the_twin_that_keeps_a_list_day_by_day_says_the_same(seed):
    clinic = generate_clinic(5_000 + seed, 20)
    for as_of in (START + timedelta(days=75), START + timedelta(days=130)):
        run = KernelRun(clinic, as_of, POLICY)
        assert eased(run) == {
            (who, rule, on, say_first(first))
            for who, rule, on, first in eased_rows(clinic, as_of, MIN_PATIENTS)
        }


def eased(run: KernelRun) -> set[tuple[str, str, str, str]]:
    flags = find_queue_flags(run.findings(), POLICY)
    flags = flags[(flags["is_eased"] == 1) & (flags["rule"] != "no_recent_score")]
    return {
        (
            run.names[row.patient],
            row.rule,
            "" if row.rule == "discordant_instruments" else BY_CODE[row.instrument].name,
            row.evidence.split(";")[0],
        )
        for row in flags.itertuples()
    }


def say_first(first: date | None) -> str:
    return "no longer met" + (f" since the form of {say_day(first)}" if first else ", no form since")
