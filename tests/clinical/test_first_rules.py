"""The rules of definitions.md 6, case by case with the boundary on both sides; day 0 is 2 March 2026."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest
from slow_rules import flag_rows
from test_further_rules import DAY_0, day, dose, doses, gad7, phq9, run_of, totals

from lib.clinical.rules.catalogue import FIRST_RULES


def items(n: int, item_9: int | None, others: int = 1) -> Any:
    """A PHQ-9 with answers."""
    return replace(
        phq9(n, 0), items=(*[others] * 8, item_9), total=None, recorded_at=datetime(2026, 1, 1, 0, 1 + n)
    )


def found(records: list[Any], as_of: int) -> dict[str, tuple[str, int]]:
    """Rule -> severity and since (day), of the first rules; the slow twin finds the same."""
    run, clinic, _ = run_of(records, as_of)
    flags = sorted(flag for flag in run.flags() if flag[1] in FIRST_RULES)
    twin = flag_rows(clinic, day(as_of))
    assert flags == sorted(
        (r["patient_id"], r["rule"], r["severity"], r["since"], r["instrument"]) for r in twin
    )
    return {rule: (severity, (since - DAY_0).days) for _, rule, severity, since, _ in flags}


SIX, FOUR = doses(0, 2, 5, 8, 10, 13), doses(0, 4, 8, 12)
WEEKLY = doses(0, 7, 14, 21)
BEFORE = {"sbp_pre_mmhg": 120, "dbp_pre_mmhg": 80}


def gad(baseline: int, *looks: tuple[int, int]) -> list[Any]:
    return [gad7(-1, baseline), *(gad7(n, total) for n, total in looks)]


def evening(n: int, total: int) -> Any:
    """After that day's dose."""
    return replace(phq9(n, total), at=time(20))


# Rule -> case -> (records, as of day, severity and since, or None).
CASES: dict[str, dict[str, tuple[list[Any], int, tuple[str, int] | None]]] = {
    "suicidality_item_9": {
        "0": ([items(0, 0)], 1, None),
        "1": ([items(0, 1)], 1, ("high", 0)),
        "2": ([items(0, 2)], 1, ("critical", 0)),
        "1 after 0 is a rise": ([items(0, 0), items(7, 1)], 8, ("critical", 7)),
        "1 after 1 is none": ([items(0, 1), items(7, 1)], 8, ("high", 0)),
        "a newer 0 closes nothing": ([items(0, 1), items(7, 0)], 8, ("high", 0)),
        "blank is no answer": ([items(0, None)], 1, None),
    },
    "item_9_not_answered": {
        "blank": ([items(0, None)], 1, ("high", 0)),
        "answered": ([items(0, 0)], 1, None),
        "blank before, answered now": ([items(0, None), items(7, 0)], 8, None),
        "totals only": ([phq9(0, 10)], 1, None),
    },
    "reliable_deterioration": {
        "up by 5": ([*totals(10, (7, 15)), dose(0)], 8, None),
        "up by 6": ([*totals(10, (7, 16)), dose(0)], 8, ("watch", 7)),
        "up by 8, once": ([*totals(10, (7, 18)), dose(0)], 8, ("watch", 7)),
        "up by 9, once": ([*totals(10, (7, 19)), dose(0)], 8, ("high", 7)),
        "up by 6 twice": ([*totals(10, (7, 16), (14, 16)), dose(0)], 15, ("high", 7)),
        "on the last evening of a course and the first of the next": (
            [*totals(5, (95, 15)), dose(0), dose(100), evening(100, 21)],
            101,
            ("watch", 95),
        ),
        "on the last evening of a course, the day after the next began": (
            [*totals(5, (95, 15)), dose(0), dose(100), evening(101, 21)],
            102,
            ("watch", 101),
        ),
        "GAD-7 up by 3": ([*gad(10, (7, 13)), dose(0)], 8, None),
        "GAD-7 up by 4": ([*gad(10, (7, 14)), dose(0)], 8, ("watch", 7)),
        "GAD-7 up by 6": ([*gad(10, (7, 16)), dose(0)], 8, ("high", 7)),
    },
    "non_improver": {
        "two looks a week apart": ([*totals(20, (14, 16), (21, 16)), *FOUR], 22, ("high", 21)),
        "6 days apart": ([*totals(20, (15, 16), (21, 16)), *FOUR], 22, None),
        "a fall of 5 at the latest": ([*totals(20, (14, 16), (21, 15)), *FOUR], 22, None),
        "a fall of 5 at the first": ([*totals(20, (14, 15), (21, 16)), *FOUR], 22, None),
        "5 of 25 are 20 %": ([*totals(25, (14, 21), (21, 20)), *FOUR], 22, None),
        "5 of 26 are less": ([*totals(26, (14, 21), (21, 21)), *FOUR], 22, ("high", 21)),
        "the first on day 13": ([*totals(20, (13, 16), (21, 16)), *FOUR], 22, None),
        "three sessions": ([*totals(20, (14, 16), (21, 16)), *FOUR[:3]], 22, None),
        "baseline 10": ([*totals(10, (14, 10), (21, 10)), *FOUR], 22, ("high", 21)),
        "baseline 9": ([*totals(9, (14, 10), (21, 10)), *FOUR], 22, None),
        "latest 9": ([*totals(12, (14, 10), (21, 9)), *FOUR], 22, None),
    },
    "non_improver_unconfirmed": {
        "one look": ([*totals(20, (14, 16)), *FOUR], 15, ("watch", 14)),
        "a fall of 5": ([*totals(20, (14, 15)), *FOUR], 15, None),
        "day 13": ([*totals(20, (13, 16)), *FOUR], 15, None),
        "three sessions": ([*totals(20, (14, 16)), *FOUR[:3]], 15, None),
        "confirmed": ([*totals(20, (14, 16), (21, 16)), *FOUR], 22, None),
        "latest 9 cannot be confirmed": ([*totals(12, (14, 10), (21, 9)), *FOUR], 22, ("watch", 14)),
    },
    "non_responder": {
        "day 28": ([*totals(20, (28, 11)), *doses(0, 7)], 28, ("high", 28)),
        "day 27": ([*totals(20, (27, 11)), *doses(0, 7)], 28, None),
        "day 14 with six sessions": ([*totals(20, (14, 11)), *SIX], 14, ("high", 14)),
        "day 14 with five": ([*totals(20, (14, 11)), *SIX[:5]], 14, None),
        "day 13 with six": ([*totals(20, (13, 11)), *doses(0, 2, 5, 7, 9, 12)], 14, None),
        "halved": ([*totals(20, (28, 10)), *doses(0, 7)], 28, None),
        "latest 9": ([*totals(17, (28, 9)), *doses(0, 7)], 28, None),
        "latest 10": ([*totals(19, (28, 10)), *doses(0, 7)], 28, ("high", 28)),
        "baseline 9": ([*totals(9, (28, 12)), *doses(0, 7)], 28, None),
        "baseline 10": ([*totals(10, (28, 12)), *doses(0, 7)], 28, ("high", 28)),
        "a response confirmed before": ([*totals(20, (7, 10), (14, 10), (28, 12)), *doses(0, 7)], 28, None),
        "a response 6 days long": ([*totals(20, (7, 10), (13, 10), (28, 12)), *doses(0, 7)], 28, ("high", 28)),
        "daily, six sessions on day 14": ([*totals(20, (14, 11)), *doses(0, 1, 2, 3, 4, 5)], 14, None),
    },
    "gad7_non_response": {
        "a fall of 3 twice": ([*gad(12, (14, 9), (21, 9)), *FOUR], 22, ("medium", 21)),
        "a fall of 4": ([*gad(12, (14, 9), (21, 8)), *FOUR], 22, None),
        "baseline 8": ([*gad(8, (14, 8), (21, 8)), *FOUR], 22, ("medium", 21)),
        "baseline 7": ([*gad(7, (14, 7), (21, 7)), *FOUR], 22, None),
        "6 days apart": ([*gad(12, (15, 9), (21, 9)), *FOUR], 22, None),
        "three sessions": ([*gad(12, (14, 9), (21, 9)), *FOUR[:3]], 22, None),
        "the first on day 13": ([*gad(12, (13, 9), (21, 9)), *FOUR], 22, None),
    },
    "relapse": {
        "two looks at 10": ([*totals(20, (7, 5), (14, 10), (21, 10)), *WEEKLY], 22, ("high", 21)),
        "6 days apart": ([*totals(20, (7, 5), (15, 10), (21, 10)), *WEEKLY], 22, None),
        "9": ([*totals(20, (7, 4), (14, 10), (21, 9)), *WEEKLY], 22, None),
        "4 above the lowest": ([*totals(20, (7, 6), (14, 11), (21, 10)), *WEEKLY], 22, None),
        "never halved": ([*totals(20, (7, 11), (14, 16), (21, 16)), *WEEKLY], 22, None),
    },
    "possible_relapse": {
        "one look at 10": ([*totals(20, (7, 5), (14, 10)), *WEEKLY], 15, ("watch", 14)),
        "9": ([*totals(20, (7, 4), (14, 9)), *WEEKLY], 15, None),
        "4 above the lowest": ([*totals(20, (7, 6), (14, 10)), *WEEKLY], 15, None),
        "5 above it": ([*totals(20, (7, 6), (14, 11)), *WEEKLY], 15, ("watch", 14)),
        "confirmed": ([*totals(20, (7, 5), (14, 10), (21, 10)), *WEEKLY], 22, None),
    },
    "blood_pressure": {
        "139/89 before": (doses(0, sbp_pre_mmhg=139, dbp_pre_mmhg=89), 1, None),
        "140 before": (doses(0, sbp_pre_mmhg=140, dbp_pre_mmhg=89), 1, ("watch", 0)),
        "90 before": (doses(0, sbp_pre_mmhg=139, dbp_pre_mmhg=90), 1, ("watch", 0)),
        "159/99 before": (doses(0, sbp_pre_mmhg=159, dbp_pre_mmhg=99), 1, ("watch", 0)),
        "160 before": (doses(0, sbp_pre_mmhg=160, dbp_pre_mmhg=99), 1, ("high", 0)),
        "100 before": (doses(0, sbp_pre_mmhg=159, dbp_pre_mmhg=100), 1, ("high", 0)),
        "a rise of 39/24": (doses(0, **BEFORE, sbp_40_mmhg=159, dbp_40_mmhg=104), 1, None),
        "a rise of 40": (doses(0, **BEFORE, sbp_40_mmhg=160, dbp_40_mmhg=104), 1, ("high", 0)),
        "a rise of 25 below": (doses(0, **BEFORE, sbp_120_mmhg=130, dbp_120_mmhg=105), 1, ("high", 0)),
        "179/109 at 40 min": (doses(0, sbp_40_mmhg=179, dbp_40_mmhg=109), 1, None),
        "180 at 40 min": (doses(0, sbp_40_mmhg=180, dbp_40_mmhg=109), 1, ("critical", 0)),
        "110 at 120 min": (doses(0, sbp_120_mmhg=150, dbp_120_mmhg=110), 1, ("critical", 0)),
        "not recorded": (doses(0), 1, None),
        "the session before": ([dose(0, sbp_pre_mmhg=180), dose(7)], 8, None),
    },
    "sedation": {
        "4": (doses(0, sedation_moaas=4), 1, None),
        "3": (doses(0, sedation_moaas=3), 1, ("high", 0)),
        "2": (doses(0, sedation_moaas=2), 1, ("high", 0)),
        "1": (doses(0, sedation_moaas=1), 1, ("critical", 0)),
        "not recorded": (doses(0), 1, None),
    },
    "no_recent_score": {
        "21 days": ([*totals(20, (10, 15)), *WEEKLY], 31, None),
        "22 days": ([*totals(20, (10, 15)), *WEEKLY], 32, ("info", 32)),
        "on day 60": ([*totals(20, (38, 15)), *WEEKLY], 60, ("info", 60)),
        "42 days, on day 61 and later": ([*totals(20, (38, 15)), *WEEKLY], 80, None),
        "43 days": ([*totals(20, (38, 15)), *WEEKLY], 81, ("info", 81)),
        "84 days after the last session": ([*totals(20, (10, 15)), *WEEKLY], 105, ("info", 32)),
        "treatment is over": ([*totals(20, (10, 15)), *WEEKLY], 106, None),
    },
    "not_assessable": {
        "day 14": (doses(0, 7), 14, None),
        "day 15": (doses(0, 7), 15, ("info", 15)),
        "a form of day 13 is too early": ([*totals(20, (13, 15)), *doses(0, 7)], 15, ("info", 15)),
        "a form of day 14": ([*totals(20, (14, 15)), *doses(0, 7)], 15, None),
        "treatment is over": (doses(0, 7), 92, None),
    },
}  # fmt: skip
TABLE = [
    pytest.param(rule, *case, id=f"{rule}: {name}") for rule in CASES for name, case in CASES[rule].items()
]


@pytest.mark.parametrize(("rule", "records", "as_of", "expected"), TABLE)
def test_a_rule_holds_on_one_side_of_its_boundary(rule, records, as_of, expected):
    assert found(records, as_of).get(rule) == expected


@pytest.mark.parametrize("rule", sorted(FIRST_RULES))
def test_every_first_rule_has_cases_that_hold_and_cases_that_do_not(rule):
    expected = {case[2] is None for case in CASES[rule].values()}
    assert expected == {True, False}
