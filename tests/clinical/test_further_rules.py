"""The further rules, case by case with the boundary on both sides (docs/further_rules.md); day 0 is 2 March 2026."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kernel_run import KernelRun
from slow_care import Care, Event, Fill, Medicine, Observation, Order, Person, Practice, care_of
from slow_further_rules import further_flag_rows
from slow_records import GAD7, PHQ9, Clinic, Form, Session

from lib.clinical.dose_review import classify_card, select_queue_flags
from lib.clinical.policy import parse_policy
from lib.clinical.rules.catalogue import FIRST_RULES, RULES, SEVERITIES
from lib.clinical.rules.coverage import derive_coverage, spell_out, summarise_by_rule

POLICY = parse_policy(Path("data/policy.toml").read_bytes(), "policy.toml", 1)
DAY_0 = date(2026, 3, 2)
BOTH = frozenset({PHQ9, GAD7})


def day(n: int) -> date:
    return DAY_0 + timedelta(days=n)


def phq9(n: int, total: int, instrument: str = PHQ9) -> Form:
    return Form("p1", instrument, day(n), None, None, total, datetime(2026, 1, 1), 1)


def gad7(n: int, total: int) -> Form:
    return phq9(n, total, GAD7)


def dose(n: int, dose_mg: float = 100, **readings: Any) -> Session:
    return Session("p1", day(n), time(12), dose_mg, "", readings)


def doses(*days: int, **readings: Any) -> list[Session]:
    return [dose(n, **readings) for n in days]


def totals(baseline: int, *looks: tuple[int, int]) -> list[Form]:
    return [phq9(-1, baseline), *(phq9(n, total) for n, total in looks)]


def event(n: int, term: str = "Headache", severity: str = "", is_serious: bool | None = None) -> Event:
    return Event("p1", day(n), term, severity, is_serious)


def seen(n: int, kind: str, value: str) -> Observation:
    return Observation("p1", day(n), kind, value)


def order(n: int, interval_days: float | None) -> Order:
    return Order("p1", day(n), None, interval_days)


def fill(n: int, tablets: float, strength_mg: float | None = 50) -> Fill:
    return Fill("p1", day(n), tablets, strength_mg)


def medicine(name: str, of_class: str, start: int | None, end: int | None = None) -> Medicine:
    return Medicine(
        "p1", name, of_class, None if start is None else day(start), None if end is None else day(end)
    )


def run_of(records: list[Any], as_of: int) -> tuple[KernelRun, Clinic, Care]:
    forms = tuple(one for one in records if isinstance(one, Form))
    sessions = tuple(one for one in records if isinstance(one, Session))
    clinic, care = Clinic(forms, sessions, (), (), BOTH), care_of(records)
    return KernelRun(clinic, day(as_of), POLICY, care), clinic, care


def found(records: list[Any], as_of: int) -> dict[str, tuple[str, int]]:
    """Rule -> severity and since (day), of the further rules; the slow twin finds the same."""
    run, clinic, care = run_of(records, as_of)
    flags = [flag for flag in run.flags() if flag[1] not in FIRST_RULES]
    assert flags == further_flag_rows(clinic, care, day(as_of))
    return {rule: (severity, (since - DAY_0).days) for who, rule, severity, since, _ in flags if who == "p1"}


THREE, FOUR = doses(0, 7, 12), doses(0, 7, 12, 13)
FLAT = [*totals(20, (14, 12), (21, 13), (28, 12)), *doses(0, 5, 10, 15)]
ALONE, ATTENDED = dose(0, supervisor_present=0), {"supervisor_present": 1}
LIMIT = [seen(0, "alt_uln_u_l", "40")]
BOTH_LIMITS = [*LIMIT, seen(0, "ggt_uln_u_l", "50")]
HELD = doses(0, hold_min=9)
WEEKLY = [*doses(0, 7, 14, 21), Practice("p1", day(-3))]


def others(n: int, start: int = 0, *, baseline: int = 20, usual: int = 15) -> list[Any]:
    """Patients of January with totals like one another; the last two had 18 and 19. The band ends just above the usual."""
    records: list[Any] = []
    for number in range(start, start + n):
        total = {28: 18, 29: 19}.get(number, usual)
        seen = ((-61, baseline), *((day_of, total) for day_of in (-54, -47, -40, -33)))
        records += [replace(phq9(on, value), patient_id=f"other {number}") for on, value in seen]
        records += [replace(dose(on), patient_id=f"other {number}") for on in (-60, -53, -46, -39)]
    return records


def looks(*seen: tuple[int, int], baseline: int = 20) -> list[Any]:
    return [*totals(baseline, *seen), *doses(0, 7, 14, 21)]


OTHERS = others(30)
# Rule -> case -> (records, as of day, severity and since, or None).
CASES: dict[str, dict[str, tuple[list[Any], int, tuple[str, int] | None]]] = {
    "early_watch": {
        "day 14": ([*totals(20, (7, 18), (14, 18)), *THREE], 20, ("watch", 14)),
        "day 13 is too early": ([*totals(20, (6, 18), (13, 18)), *doses(0, 7)], 20, None),
        "day 27": ([*totals(20, (7, 18), (27, 18)), *THREE], 27, ("watch", 27)),
        "day 28 is the checkpoint": ([*totals(20, (7, 18), (28, 18)), *THREE], 28, None),
        "one look": ([*totals(20, (14, 18)), *THREE], 20, None),
        "two looks 6 days apart": ([*totals(20, (8, 18), (14, 18)), *THREE], 20, None),
        "improved at the first of two looks": ([*totals(20, (7, 15), (14, 18)), *THREE], 20, None),
        "one session": ([*totals(20, (7, 18), (14, 18)), dose(0)], 20, None),
        "two sessions": ([*totals(20, (6, 18), (14, 18)), *doses(0, 7)], 20, ("watch", 14)),
        "four sessions are the checkpoint": ([*totals(20, (7, 18), (14, 18)), *FOUR], 20, None),
        "a fall of 5 is improvement": ([*totals(20, (7, 18), (14, 15)), *THREE], 20, None),
        "a fall of 4": ([*totals(20, (7, 18), (14, 16)), *THREE], 20, ("watch", 14)),
        "5 of 26 are less than 20 %": ([*totals(26, (7, 26), (14, 21)), *THREE], 20, ("watch", 14)),
        "baseline 10": ([*totals(10, (7, 10), (14, 10)), *THREE], 20, ("watch", 14)),
        "baseline 9": ([*totals(9, (7, 10), (14, 10)), *THREE], 20, None),
        "latest 9": ([*totals(10, (7, 10), (14, 9)), *THREE], 20, None),
        "treatment is over": ([*totals(20, (7, 18), (14, 18)), *doses(0, 7)], 92, None),
    },
    "partial_and_flat": {
        "three totals within 2 points": (FLAT, 28, ("medium", 28)),
        "one 3 points off": ([*totals(20, (14, 15), (21, 13), (28, 12)), *doses(0, 5, 10, 15)], 28, None),
        "one 2 points off": ([*totals(20, (14, 14), (21, 13), (28, 12)), *doses(0, 5, 10, 15)], 28, ("medium", 28)),
        "a fall of 24 %": ([*totals(21, (14, 16), (21, 16), (28, 16)), *doses(0, 5, 10, 15)], 28, None),
        "a fall of half": ([*totals(20, (14, 11), (21, 11), (28, 10)), *doses(0, 5, 10, 15)], 28, None),
        "baseline 9": ([*totals(9, (14, 6), (21, 6), (28, 6)), *doses(0, 5, 10, 15)], 28, None),
        "baseline 10": ([*totals(10, (14, 7), (21, 7), (28, 7)), *doses(0, 5, 10, 15)], 28, ("medium", 28)),
        "three sessions": (FLAT[:-1], 28, None),
        "the first of three on day 13": ([*totals(20, (13, 12), (21, 13), (28, 12)), *doses(0, 5, 10, 15)], 28, None),
        "three within 13 days": ([*totals(20, (15, 12), (21, 13), (28, 12)), *doses(0, 5, 10, 15)], 28, None),
        "treatment is over": (FLAT, 100, None),
    },
    "worsening_without_baseline": {
        "6 above the lowest": ([dose(0), phq9(10, 8), phq9(20, 14)], 20, ("watch", 20)),
        "5 above the lowest": ([dose(0), phq9(10, 8), phq9(20, 13)], 20, None),
        "9 above the lowest": ([dose(0), phq9(10, 5), phq9(20, 14)], 20, ("medium", 20)),
        "seen twice a week apart": ([dose(0), phq9(5, 8), phq9(13, 14), phq9(20, 14)], 20, ("medium", 13)),
        "seen twice in 6 days": ([dose(0), phq9(5, 8), phq9(14, 14), phq9(20, 14)], 20, ("watch", 14)),
        "the lowest is 56 days old": ([dose(0), phq9(4, 8), phq9(60, 14)], 60, ("watch", 60)),
        "the lowest is 57 days old": ([dose(0), phq9(3, 8), phq9(60, 14)], 60, None),
        "GAD-7 by 4": ([dose(0), gad7(10, 8), gad7(20, 12)], 20, ("watch", 20)),
        "GAD-7 by 3": ([dose(0), gad7(10, 8), gad7(20, 11)], 20, None),
        "with a baseline": ([*totals(10, (10, 8), (20, 15)), dose(0)], 20, None),
        "before the first dose": ([phq9(-60, 15), phq9(-45, 7), dose(0), phq9(5, 15)], 5, ("watch", 5)),
    },
    "off_expected_course": {
        "two looks of 16": ([*OTHERS, *looks((20, 16), (27, 16))], 27, ("watch", 27)),
        "one of 15": ([*OTHERS, *looks((20, 15), (27, 16))], 27, None),
        "two looks of 20": ([*OTHERS, *looks((20, 20), (27, 20))], 27, ("medium", 27)),
        "one of 19": ([*OTHERS, *looks((20, 20), (27, 19))], 27, ("watch", 27)),
        "the latest improved by 5": ([*others(30, usual=12), *looks((20, 16), (27, 15))], 27, None),
        "the latest improved by 4": ([*others(30, usual=12), *looks((20, 15), (27, 16))], 27, ("watch", 27)),
        "6 days apart": ([*OTHERS, *looks((20, 16), (26, 16))], 27, None),
        "29 others": ([*others(29), *looks((20, 16), (27, 16))], 27, None),
        "one of 30 was not measured": ([*others(29), *others(1, 30)[:3], *looks((20, 16), (27, 16))], 27, None),
        "latest 10": ([*others(30, baseline=12, usual=5), *looks((20, 11), (27, 10), baseline=12)], 27, ("watch", 27)),
        "latest 9": ([*others(30, baseline=12, usual=5), *looks((20, 11), (27, 9), baseline=12)], 27, None),
        "first look on day 14": ([*OTHERS, *totals(20, (14, 16), (21, 16)), *doses(0, 4, 8)], 21, ("watch", 21)),
        "first look on day 13": ([*OTHERS, *totals(20, (13, 16), (21, 16)), *doses(0, 4, 8)], 21, None),
        "3 days after the session": ([*OTHERS, *looks((17, 16), (24, 16))], 24, ("watch", 24)),
        "2 days after the session": ([*OTHERS, *looks((16, 16), (24, 16))], 24, None),
        "28 days after the session": ([*OTHERS, *looks((20, 16), (49, 16))], 49, ("watch", 49)),
        "29 days after the session": ([*OTHERS, *looks((20, 16), (50, 16))], 50, None),
        "baseline 10": ([*others(30, baseline=12, usual=5), *looks((20, 10), (27, 10), baseline=10)], 27, ("watch", 27)),
        "baseline 9": ([*others(30, baseline=9, usual=5), *looks((20, 10), (27, 10), baseline=9)], 27, None),
        "84 days after the last session": ([*OTHERS, *looks((20, 16), (27, 16))], 105, ("watch", 27)),
        "treatment is over": ([*OTHERS, *looks((20, 16), (27, 16))], 106, None),
        "a second course": ([*OTHERS, *doses(-120), *looks((20, 16), (27, 16))], 27, None),
        "daily doses": ([*OTHERS, *totals(20, (20, 16), (27, 16)), *doses(0, 2, 4, 6, 8)], 27, None),
    },
    "discordant_instruments": {
        "one up by 4, one down by 6": ([*totals(20, (14, 14)), gad7(-1, 8), gad7(14, 12), dose(0)], 14, ("watch", 14)),
        "one up by 3": ([*totals(20, (14, 14)), gad7(-1, 8), gad7(14, 11), dose(0)], 14, None),
        "one down by 5": ([*totals(20, (14, 15)), gad7(-1, 8), gad7(14, 12), dose(0)], 14, None),
        "up by 6 is marked": ([*totals(20, (14, 14)), gad7(-1, 8), gad7(14, 14), dose(0)], 14, ("medium", 14)),
        "14 days apart": ([*totals(20, (14, 14)), gad7(-1, 8), gad7(28, 12), dose(0)], 28, ("watch", 28)),
        "15 days apart": ([*totals(20, (14, 14)), gad7(-1, 8), gad7(29, 12), dose(0)], 29, None),
    },
    "stale_baseline": {
        "15 days": ([phq9(-15, 20), dose(0)], 3, ("info", 0)),
        "14 days": ([phq9(-14, 20), dose(0)], 3, None),
    },
    "dose_limits": {
        "at the ceiling": ([Person("p1", 100), dose(0)], 1, None),
        "above the ceiling": ([Person("p1", 99), dose(0)], 1, ("high", 0)),
        "a step of 50": ([dose(0, 50), dose(7, 100)], 8, None),
        "a step of 51 from 50": ([dose(0, 50), dose(7, 101)], 8, ("high", 7)),
        "a step of 60 from 120 is not more than half": ([dose(0, 120), dose(7, 180)], 8, None),
        "a whole tablet after half of one": ([dose(0, 75, prescribed_mg=150), dose(7, 150)], 8, None),
        "three fourths of the interval": ([order(0, 8), *doses(0, 6)], 7, None),
        "less than three fourths": ([order(0, 8), *doses(0, 5)], 7, ("high", 5)),
        "no interval is ordered": ([order(0, None), *doses(0, 1)], 7, None),
        "treatment is over": ([Person("p1", 99), dose(0)], 85, None),
    },
    "protocol_gaps": {
        "alone once": (doses(0, supervisor_present=0), 1, ("info", 0)),
        "alone twice in four sessions": ([ALONE, *doses(7, 14, **ATTENDED), replace(ALONE, on=day(21))], 22, ("medium", 21)),
        "alone twice in five sessions": ([ALONE, *doses(7, 14, 21, **ATTENDED), replace(ALONE, on=day(28))], 29, ("info", 28)),
        "without an answer between": ([ALONE, *doses(7, 14, 21), replace(ALONE, on=day(28))], 29, ("medium", 28)),
        "alone before and not today": ([ALONE, *doses(7, **ATTENDED)], 8, None),
        "supervisor not recorded": (doses(0), 1, None),
        "held 9 min once": (HELD, 1, None),
        "held 9 min twice": ([*HELD, dose(7, hold_min=9)], 8, ("info", 7)),
        "held 10 and 15 min": ([dose(0, hold_min=10), dose(7, hold_min=15)], 8, None),
        "held 16 min twice": ([dose(0, hold_min=16), dose(7, hold_min=16)], 8, ("info", 7)),
        "held 9 min without improvement": (
            [*totals(20, (21, 19), (30, 19)), *(dose(7 * n, hold_min=9) for n in range(5))],
            30,
            ("info", 7),
        ),
        "no vital sign for 15 days and 3 sessions": ([dose(0, heart_rate_pre_bpm=70), *doses(5, 10, 15)], 16, ("watch", 15)),
        "for 14 days": ([dose(0, heart_rate_pre_bpm=70), *doses(5, 10, 14)], 16, None),
        "for 2 sessions": ([dose(0, heart_rate_pre_bpm=70), *doses(10, 20)], 21, None),
        "no telehealth contact any more": ([dose(0, has_contact=1), *doses(7, 14, 21)], 22, ("watch", 21)),
        "never any contact": (doses(0, 7, 14, 21), 22, None),
    },
    "low_oxygen": {
        "91 %": (doses(0, spo2_min_pct=91), 1, ("high", 0)),
        "92 %": (doses(0, spo2_min_pct=92), 1, None),
        "not recorded": (doses(0), 1, None),
        "91 % the time before": ([dose(0, spo2_min_pct=91), dose(7)], 8, None),
    },
    "slow_recovery": {
        "121 min after the end": (doses(0, effect_end_min=301, expected_end_min=180), 1, ("high", 0)),
        "120 min after the end": (doses(0, effect_end_min=300, expected_end_min=180), 1, None),
        "no named protocol": (doses(0, effect_end_min=900), 1, None),
    },
    "tolerability": {
        "mild": ([dose(0), event(0, severity="mild")], 1, None),
        "moderate": ([dose(0), event(0, severity="moderate")], 1, ("watch", 0)),
        "severity not recorded is not mild": ([dose(0), event(0)], 1, ("medium", 0)),
        "severe": ([dose(0), event(0, severity="severe")], 1, ("high", 0)),
        "mild and serious": ([dose(0), event(0, severity="mild", is_serious=True)], 1, ("high", 0)),
        "chest pain, mild": ([dose(0), event(0, "Chest pain", "mild")], 1, ("critical", 0)),
        "overdose without a severity": ([dose(0), event(0, "OVERDOSE")], 1, ("critical", 0)),
        "syncope is a loss of consciousness": ([dose(0), event(0, "Syncope", "mild")], 1, ("critical", 0)),
        "presyncope is not": ([dose(0), event(0, "Presyncope", "mild")], 1, None),
        "28 days later": ([dose(0), event(0, severity="severe")], 28, ("high", 0)),
        "29 days later": ([dose(0), event(0, severity="severe")], 29, None),
        "a critical one never ends": ([dose(0), event(0, "Suicidal ideation", "mild")], 400, ("critical", 0)),
        "without a break": ([dose(0), event(0, severity="severe"), event(29, severity="moderate")], 30, ("watch", 0)),
        "with a break of a day": ([dose(0), event(0, severity="severe"), event(30, severity="moderate")], 30, ("watch", 30)),
    },
    "urinary_symptoms": {
        "said no": ([dose(0), seen(5, "urinary_symptoms", "no")], 9, None),
        "said yes": ([dose(0), seen(5, "urinary_symptoms", "yes")], 9, ("high", 5)),
        "said something else": ([dose(0), seen(5, "urinary_symptoms", "frequency")], 9, ("high", 5)),
        "not asked": ([dose(0), seen(5, "urinary_symptoms", "not asked")], 9, None),
        "an event": ([dose(0), event(5, "Dysuria", "mild")], 9, ("high", 5)),
        "an event, denied later": ([dose(0), event(5, "Dysuria", "mild"), seen(6, "urinary_symptoms", "no")], 9, None),
        "an event, denied that day": ([dose(0), event(5, "Dysuria", "mild"), seen(5, "urinary_symptoms", "no")], 9, ("high", 5)),
        "since before the first dose": ([seen(-1, "urinary_symptoms", "yes"), dose(0)], 9, ("watch", -1)),
        "on the day of the first dose": ([seen(0, "urinary_symptoms", "yes"), dose(0)], 9, ("high", 0)),
    },
    "liver_enzymes": {
        "3 times the limit": ([dose(0), *LIMIT, seen(9, "alt_u_l", "120")], 9, None),
        "above 3 times the limit": ([dose(0), *LIMIT, seen(9, "alt_u_l", "121")], 9, ("high", 9)),
        "without a limit nothing is assessed": ([dose(0), seen(9, "alt_u_l", "900")], 9, None),
        "a limit recorded later": ([dose(0), seen(9, "ggt_u_l", "900"), seen(10, "ggt_uln_u_l", "50")], 10, None),
        "the next value is lower": ([dose(0), *LIMIT, seen(9, "alt_u_l", "121"), seen(20, "alt_u_l", "60")], 20, None),
    },
    "benzodiazepine": {
        "before the course": ([dose(0), medicine("lorazepam", "benzodiazepine", -90)], 5, ("info", 0)),
        "begun on day 0": ([dose(0), medicine("lorazepam", "benzodiazepine", 0)], 5, ("watch", 0)),
        "without a class": ([dose(0), medicine("lorazepam", "", -90)], 5, ("info", 0)),
        "of another class": ([dose(0), medicine("sertraline", "ssri", -90)], 5, None),
        "start not recorded": ([dose(0), medicine("lorazepam", "benzodiazepine", None)], 5, ("info", 0)),
        "ended today": ([dose(0), medicine("lorazepam", "benzodiazepine", -90, 5)], 5, None),
        "ends tomorrow": ([dose(0), medicine("lorazepam", "benzodiazepine", -90, 6)], 5, ("info", 0)),
    },
    "misuse_signals": {
        "as much as was dispensed": ([fill(-1, 4), *doses(0, 7)], 8, None),
        "more than was dispensed": ([fill(-1, 3), *doses(0, 7)], 8, ("medium", 7)),
        "a strength is unknown": ([fill(-1, 3, None), *doses(0, 7)], 8, None),
        "half of the last supply left": ([fill(-1, 4), dose(0), fill(1, 4)], 2, ("medium", 1)),
        "less than half left": ([fill(-1, 4), dose(0, 101), fill(1, 4)], 2, None),
        "half left 84 days ago": ([fill(-1, 4), dose(0), fill(1, 4)], 85, ("medium", 1)),
        "half left 85 days ago": ([fill(-1, 4), dose(0), fill(1, 4)], 86, None),
        "one early dose": ([order(0, 8), *doses(0, 5)], 6, None),
        "two early doses": ([order(0, 8), *doses(0, 5, 10)], 89, ("medium", 10)),
        "two early doses, 85 days later": ([order(0, 8), *doses(0, 5, 10)], 90, None),
        "two kinds": ([fill(-1, 3), order(0, 8), *doses(0, 5, 10)], 11, ("high", 5)),
    },
    "integration_missed": {
        "after none of four": (WEEKLY, 25, ("info", 25)),
        "the third day is not over": (WEEKLY, 24, None),
        "on the third day": ([*WEEKLY, Practice("p1", day(24))], 25, None),
        "on the fourth day": ([*WEEKLY, Practice("p1", day(25))], 25, ("info", 25)),
        "on the day of the dose": ([*WEEKLY, Practice("p1", day(21))], 25, ("info", 25)),
        "never any practice recorded": (doses(0, 7, 14, 21), 25, None),
        "three sessions": ([*doses(0, 7, 14), Practice("p1", day(-3))], 25, None),
    },
    "in_person_due": {
        "365 days ago": ([Person("p1", None, day(-360)), dose(0)], 5, None),
        "366 days ago": ([Person("p1", None, day(-361)), dose(0)], 5, ("info", 5)),
        "not recorded": ([Person("p1"), dose(0)], 5, None),
    },
}  # fmt: skip
TABLE = [
    pytest.param(rule, *case, id=f"{rule}: {name}") for rule in CASES for name, case in CASES[rule].items()
]


@pytest.mark.parametrize(("rule", "records", "as_of", "expected"), TABLE)
def test_a_rule_holds_on_one_side_of_its_boundary(rule, records, as_of, expected):
    assert found(records, as_of).get(rule) == expected


def test_every_further_rule_has_its_cases():
    assert set(CASES) == set(RULES) - FIRST_RULES


def test_without_records_of_a_kind_the_rules_find_nothing_and_fail_nowhere():
    assert found([dose(0)], 5) == {}
    assert found([phq9(0, 10)], 5) == {}
    assert found([event(0, severity="severe")], 5) == {"tolerability": ("high", 0)}


CARDS = [
    ("tolerability", "critical", "Safety now"),
    ("tolerability", "high", "Safety now"),
    ("tolerability", "medium", "Dose review"),
    ("tolerability", "watch", "Watch"),
    ("urinary_symptoms", "high", "Safety now"),
    ("liver_enzymes", "high", "Safety now"),
    ("low_oxygen", "high", "Safety now"),
    ("slow_recovery", "high", "Safety now"),
    ("dose_limits", "high", "Dose review"),
    ("misuse_signals", "medium", "Dose review"),
    ("protocol_gaps", "watch", "Watch"),
    ("early_watch", "watch", "Watch"),
    ("no_recent_score", "info", "Not seen"),
    ("protocol_gaps", "info", None),
    ("stale_baseline", "info", None),
    ("integration_missed", "info", None),
    ("in_person_due", "info", None),
    ("benzodiazepine", "info", None),
]


@pytest.mark.parametrize(("rule", "severity", "card"), CARDS)
def test_the_card_of_a_flag(rule, severity, card):
    flags = pd.DataFrame({"patient_key": [1], "rule": [rule], "severity": [SEVERITIES.index(severity)]})
    shown = select_queue_flags(flags)
    assert (classify_card(shown).tolist() or [None]) == [card]


def coverage_of(records: list[Any], as_of: int) -> dict[str, tuple[str, int, int]]:
    run, _, _ = run_of(records, as_of)
    rows = derive_coverage(run.findings(), POLICY).set_index("patient")
    return {
        one.rule: (one.state, one.n_recorded, one.n_records) for one in spell_out(rows.loc[run.key["p1"]])
    }


PRESSURES = {"sbp_pre_mmhg": 120, "dbp_pre_mmhg": 80}
AFTER = {"sbp_40_mmhg": 130, "dbp_40_mmhg": 85}
# Rule -> (records, state, n, N), as of day 30.
COVERED: list[tuple[str, list[Any], str, int, int]] = [
    ("blood_pressure", doses(0), "not recorded", 0, 1),
    ("blood_pressure", doses(0, **PRESSURES), "partly assessed", 0, 1),
    ("blood_pressure", [dose(0), dose(7, **PRESSURES, **AFTER)], "assessed", 1, 2),
    ("blood_pressure", [dose(0, **PRESSURES, **AFTER), dose(7)], "not recorded", 1, 2),
    ("sedation", [dose(0, sedation_moaas=5), dose(7)], "not recorded", 1, 2),
    ("slow_recovery", doses(0, effect_end_min=90), "not recorded", 0, 1),
    ("slow_recovery", doses(0, effect_end_min=90, expected_end_min=110), "assessed", 1, 1),
    ("tolerability", doses(0), "not recorded", 0, 1),
    ("tolerability", doses(0, ae_asked=0), "not recorded", 0, 1),
    ("tolerability", doses(0, ae_asked=1), "assessed", 1, 1),
    ("tolerability", [dose(0), event(0, severity="mild")], "assessed", 1, 1),
    ("urinary_symptoms", doses(0), "not recorded", 0, 1),
    ("urinary_symptoms", [dose(0), seen(-3, "urinary_symptoms", "no")], "not recorded", 0, 1),
    ("urinary_symptoms", [dose(0), seen(3, "urinary_symptoms", "no")], "assessed", 1, 1),
    ("liver_enzymes", [dose(0), seen(3, "alt_u_l", "20")], "not recorded", 0, 2),
    ("liver_enzymes", [dose(0), *LIMIT, seen(3, "alt_u_l", "20")], "partly assessed", 1, 2),
    (
        "liver_enzymes",
        [dose(0), *BOTH_LIMITS, seen(3, "alt_u_l", "20"), seen(3, "ggt_u_l", "9")],
        "assessed",
        2,
        2,
    ),
    ("non_responder", [dose(0), phq9(-1, 20)], "partly assessed", 1, 2),
    ("non_responder", [*totals(20, (14, 10)), dose(0)], "assessed", 2, 2),
    ("non_responder", [phq9(-1, 20)], "not asked", 0, 2),
    ("suicidality_item_9", [dose(0)], "not recorded", 0, 0),
    ("suicidality_item_9", [phq9(0, 10), dose(0)], "not recorded", 0, 1),
    ("dose_limits", [dose(0)], "not recorded", 0, 1),
    ("dose_limits", [Person("p1", 200), dose(0)], "partly assessed", 0, 1),
    ("misuse_signals", [dose(0), fill(-1, 4, None)], "not recorded", 0, 2),
    ("misuse_signals", [dose(0), fill(-1, 4), order(-1, 7)], "assessed", 2, 2),
    ("benzodiazepine", doses(0), "not recorded", 0, 2),
    ("in_person_due", [dose(0), Person("p1")], "not recorded", 0, 1),
    ("in_person_due", [dose(0), Person("p1", None, day(50))], "not recorded", 0, 1),
    ("off_expected_course", [*OTHERS, *looks((20, 16), (27, 16))], "assessed", 3, 3),
    ("off_expected_course", [*others(29), *looks((20, 16), (27, 16))], "partly assessed", 2, 3),
    ("off_expected_course", [dose(0)], "not recorded", 0, 3),
    ("off_expected_course", doses(0, 1, 2, 3, 4), "not asked", 0, 3),
    ("worsening_without_baseline", [*totals(20, (14, 10)), gad7(-1, 8), dose(0)], "not asked", 0, 0),
    ("worsening_without_baseline", [*totals(20, (14, 10)), dose(0)], "not recorded", 0, 2),
]


@pytest.mark.parametrize(("rule", "records", "state", "n", "of"), COVERED)
def test_silence_is_a_pass_only_where_the_records_are_there(rule, records, state, n, of):
    assert coverage_of(records, 30)[rule] == (state, n, of)


def test_every_rule_says_how_far_it_reaches_and_every_patient_is_counted_once():
    run, _, _ = run_of([*totals(20, (14, 10)), dose(0)], 30)
    counts = summarise_by_rule(derive_coverage(run.findings(), POLICY)).set_index("rule")
    assert list(counts.index) == list(RULES)
    assert counts.sum(axis=1).eq(1).all()
