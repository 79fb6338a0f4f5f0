"""Every check of data quality on both sides of its boundary, its states, and a slow second reading of baseline and series."""

from collections import defaultdict
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from generated import generate_clinic
from kernel_run import KernelRun, day_number
from quality_cases import AS_OF, form, records, treated
from slow_records import by_patient, until
from slow_twin import courses_of, current_course, trajectory_of

from lib.clinical.histories import select_points
from lib.clinical.policy_labels import say_label
from lib.clinical.quality import (
    FAILED,
    NOTHING,
    PASSED,
    PASSED_WITH_ROWS,
    find_failing,
    judge,
    summarise_checks,
)
from lib.clinical.quality_checks import CHECKS
from lib.clinical.quality_records import OTHER, PLANNED
from lib.clinical.same_people import find_alike, fold_id
from lib.clinical.segments import NONE
from lib.clinical.standing import assess

SIX = "111111   "
SAME = "112101100"
VITALS = {"sbp_pre_mmhg": 120, "dbp_pre_mmhg": 80, "heart_rate_pre_bpm": 70}


def people(**said: int) -> dict:
    return {"people": [{"patient": 1, "has_clinician": True, **said}]}


def sessions(*days: int, **said: object) -> list[dict]:
    return [{"day": day, **said} for day in days]


def series(*answers: str, every: int = 7) -> dict:
    return {"forms": [form(1_000 + every * place, one) for place, one in enumerate(answers)]}


def totals(first: int, second: int, days: int, **said: int) -> dict:
    return {"forms": [form(1_000, total=first), form(1_000 + days, total=second, **said)]}


def weights(first: float, second: float, days: int) -> dict:
    return {"weights": [{"day": 100, "kg": first}, {"day": 100 + days, "kg": second}]}


def under_order(gap: int, ordered_on: int, interval: float = 8) -> dict:
    order = {"patient": 1, "day": ordered_on, "interval_days": interval}
    return {"sessions": sessions(100, 100 + gap), "orders": [order]}


def waiting(**said: object) -> dict:
    return {"waiting": [{"kind": "assessments", "code": "not-a-date", "days": 0, **said}]}


# Check, case -> (records, how many are asked about, how many fail)
CASES = {
    ("no_baseline", "none at all"): ({"standing": [treated(100)]}, 1, 1),
    ("no_baseline", "one"): ({"standing": [treated(100, 90)]}, 1, 0),
    ("no_baseline", "GAD-7 alone is not asked about"): ({"standing": [treated(100, instrument=1)]}, 0, 0),
    ("no_baseline", "last session 84 days ago"): (
        {"standing": [treated(100, last_session_on=AS_OF - 84)]},
        1,
        1,
    ),
    ("no_baseline", "last session 85 days ago"): (
        {"standing": [treated(100, last_session_on=AS_OF - 85)]},
        0,
        0,
    ),
    ("no_baseline", "treatment ended"): ({"standing": [treated(100, ended_on=AS_OF - 3)]}, 0, 0),
    ("no_baseline", "no session"): ({"standing": [treated(100, has_session=False)]}, 0, 0),
    ("stale_baseline", "14 days"): ({"standing": [treated(100, 86)]}, 1, 0),
    ("stale_baseline", "15 days"): ({"standing": [treated(100, 85)]}, 1, 1),
    ("stale_baseline", "no baseline is another check"): ({"standing": [treated(100)]}, 0, 0),
    ("after_end", "a session the day after"): (
        {"standing": [treated(100, ended_on=AS_OF - 3, last_session_on=AS_OF - 2)]},
        1,
        1,
    ),
    ("after_end", "a session on the last day"): (
        {"standing": [treated(100, ended_on=AS_OF - 3, last_session_on=AS_OF - 3)]},
        1,
        0,
    ),
    ("after_end", "of both instruments one row"): (
        {
            "standing": [
                treated(100, ended_on=AS_OF - 3, last_session_on=AS_OF - 2, instrument=code)
                for code in (0, 1)
            ]
        },
        1,
        1,
    ),
    ("after_end", "no session at all"): (
        {"standing": [treated(100, ended_on=AS_OF - 3, last_session_on=NONE, has_session=False)]},
        1,
        0,
    ),
    ("after_end", "no end"): ({"standing": [treated(100)]}, 0, 0),
    ("no_session", "forms over 30 days"): ({"forms": [form(100, total=9), form(130, total=24)]}, 1, 0),
    ("no_session", "forms over 31 days"): ({"forms": [form(100, total=8), form(131, total=24)]}, 1, 1),
    ("no_session", "one was taken"): (
        {"forms": [form(100, total=8), form(131, total=24)], "sessions": sessions(200)},
        1,
        0,
    ),
    ("no_session", "one is planned"): (
        {"forms": [form(100, total=8), form(131, total=24)], "sessions": sessions(200, status=PLANNED)},
        1,
        1,
    ),
    ("no_session", "no forms"): (people(), 0, 0),
    ("no_clinician", "named"): (people(), 1, 0),
    ("no_clinician", "not named"): (people(has_clinician=False), 1, 1),
    ("no_clinic", "a row of patients.csv waits for one"): (
        waiting(kind="patients", code="unknown-clinic") | people(),
        2,
        1,
    ),
    ("no_clinic", "another row waits for one"): (waiting(code="unknown-clinic") | people(), 1, 0),
    ("same_person", "a pair"): ({"pairs": [{"first": 1, "second": 2, "what": "same"}]} | people(), 1, 1),
    ("same_person", "no pair"): (people(), 1, 0),
    ("no_total", "two items missing"): (series("1111111  "), 1, 0),
    ("no_total", "three items missing"): (series(SIX), 1, 1),
    ("no_total", "a total alone"): ({"forms": [form(1, total=12)]}, 1, 0),
    ("no_total", "neither"): ({"forms": [form(1)]}, 1, 1),
    ("no_total", "GAD-7 is not asked about"): ({"forms": [form(1, instrument=1)]}, 0, 0),
    ("item_9_blank", "blank"): (series("11111111 "), 1, 1),
    ("item_9_blank", "0"): (series("111111110"), 1, 0),
    ("item_9_blank", "a total alone is another check"): ({"forms": [form(1, total=12)]}, 0, 0),
    ("item_9_blank", "without a total too"): (series("1111     "), 1, 1),
    ("prorated", "one missing"): (series("1111 1111"), 1, 1),
    ("prorated", "complete"): (series("111111111"), 1, 0),
    ("prorated", "GAD-7 with one missing"): ({"forms": [form(1, "111111   ", instrument=1)]}, 1, 1),
    ("prorated", "without a total"): (series(SIX), 0, 0),
    ("total_only", "total alone"): ({"forms": [form(1, total=12)]}, 1, 1),
    ("total_only", "items"): (series("111111111"), 1, 0),
    ("near_name", "PHQ9 total"): ({"other_forms": [{"day": 1, "name": "PHQ-9 total"}]}, 1, 1),
    ("near_name", "PHQ-09"): ({"other_forms": [{"day": 1, "name": "phq 09"}]}, 1, 1),
    ("near_name", "letters turned"): ({"other_forms": [{"day": 1, "name": "PQH-9"}]}, 1, 1),
    ("near_name", "PHQ-2 is another form"): ({"other_forms": [{"day": 1, "name": "PHQ-2"}]}, 1, 0),
    ("near_name", "EQ-5D is another form"): ({"other_forms": [{"day": 1, "name": "EQ-5D"}]}, 1, 0),
    ("near_name", "waits for its name"): (waiting(code="which-instrument"), 1, 1),
    ("outside_life", "the day of birth"): ({"forms": [form(50, SAME)]} | people(born_on=50), 1, 0),
    ("outside_life", "the day before"): ({"forms": [form(49, SAME)]} | people(born_on=50), 1, 1),
    ("outside_life", "the day of death"): ({"forms": [form(90, SAME)]} | people(died_on=90), 1, 0),
    ("outside_life", "the day after"): ({"forms": [form(91, SAME)]} | people(died_on=90), 1, 1),
    ("outside_life", "neither is known"): ({"forms": [form(91, SAME)]} | people(), 0, 0),
    ("same_answers", "three in a row of four"): (series("111111111", SAME, SAME, SAME), 1, 0),
    ("same_answers", "four in a row"): (series(SAME, SAME, SAME, SAME), 1, 1),
    ("same_answers", "two runs of four are one series"): (
        series(*[SAME] * 4, "111111111", *[SAME] * 4),
        1,
        1,
    ),
    ("same_answers", "only three forms"): (series(SAME, SAME, SAME), 0, 0),
    ("same_answers", "all 0 is remission"): (series(*["000000000"] * 5), 1, 0),
    ("same_answers", "one blank differs"): (series(SAME, SAME, SAME, "112101 00"), 1, 0),
    ("same_answers", "a blank is no 0"): (series(SAME, SAME, "11210110 ", SAME), 1, 0),
    ("same_answers", "two patients are two series"): (
        {"forms": [form(place, SAME, patient=1 + place % 2) for place in range(6)]},
        0,
        0,
    ),
    ("big_jump", "14 points in 7 days"): (totals(20, 6, 7), 1, 0),
    ("big_jump", "15 points in 7 days"): (totals(21, 6, 7), 1, 1),
    ("big_jump", "15 points up on one day"): (totals(6, 21, 0), 1, 1),
    ("big_jump", "15 points in 8 days"): (totals(21, 6, 8), 0, 0),
    ("big_jump", "of two patients"): (totals(21, 6, 1, patient=2), 0, 0),
    ("big_jump", "of two questionnaires"): (totals(21, 6, 1, instrument=1), 0, 0),
    ("no_pre_dose_pressure", "both"): ({"sessions": sessions(1, **VITALS)}, 1, 0),
    ("no_pre_dose_pressure", "one of two"): ({"sessions": sessions(1, sbp_pre_mmhg=120)}, 1, 1),
    ("no_pre_dose_pressure", "none"): ({"sessions": sessions(1)}, 1, 1),
    ("no_pre_dose_pressure", "missed is not asked about"): ({"sessions": sessions(1, status=OTHER)}, 0, 0),
    ("no_prescribed_dose", "said"): ({"sessions": sessions(1, prescribed_mg=100)}, 1, 0),
    ("no_prescribed_dose", "not said"): ({"sessions": sessions(1)}, 1, 1),
    ("same_vitals", "four alike"): ({"sessions": sessions(1, 8, 15, 22, **VITALS)}, 1, 1),
    ("same_vitals", "three alike are too few"): ({"sessions": sessions(1, 8, 15, **VITALS)}, 0, 0),
    ("same_vitals", "one differs"): (
        {"sessions": [*sessions(1, 8, 15, **VITALS), *sessions(22, **VITALS | {"sbp_pre_mmhg": 121})]},
        1,
        0,
    ),
    ("same_vitals", "one lacks a sign"): (
        {"sessions": [*sessions(1, 8, 15, **VITALS), *sessions(22, sbp_pre_mmhg=120, dbp_pre_mmhg=80)]},
        1,
        0,
    ),
    ("same_vitals", "sessions without any are not asked about"): ({"sessions": sessions(1, 8, 15, 22)}, 0, 0),
    ("too_close", "6 of 8 days: 75 %"): (under_order(6, 90), 1, 0),
    ("too_close", "5 of 8 days"): (under_order(5, 90), 1, 1),
    ("too_close", "ordered on the day"): (under_order(5, 105), 1, 1),
    ("too_close", "ordered the day after"): (under_order(5, 106), 0, 0),
    ("too_close", "no order"): ({"sessions": sessions(100, 101)}, 0, 0),
    ("past_plan", "14 days ago"): ({"sessions": sessions(AS_OF - 14, status=PLANNED)}, 1, 0),
    ("past_plan", "15 days ago"): ({"sessions": sessions(AS_OF - 15, status=PLANNED)}, 1, 1),
    ("past_plan", "ahead"): ({"sessions": sessions(AS_OF + 5, status=PLANNED)}, 1, 0),
    ("past_plan", "recorded on that day"): (
        {"sessions": [*sessions(AS_OF - 15, status=PLANNED), *sessions(AS_OF - 15)]},
        1,
        0,
    ),
    ("past_plan", "recorded the day before"): (
        {"sessions": [*sessions(AS_OF - 15, status=PLANNED), *sessions(AS_OF - 16)]},
        1,
        1,
    ),
    ("weight_change", "20 % in 30 days"): (weights(100, 80, 30), 1, 0),
    ("weight_change", "more than 20 %"): (weights(100, 79.9, 30), 1, 1),
    ("weight_change", "pounds for kilograms"): (weights(80, 176, 1), 1, 1),
    ("weight_change", "in 31 days"): (weights(100, 50, 31), 0, 0),
    ("waiting_row", "7 days"): (waiting(days=7), 1, 0),
    ("waiting_row", "8 days"): (waiting(days=8), 1, 1),
}


@pytest.mark.parametrize("case", CASES, ids=[f"{code}: {case}" for code, case in CASES])
def test_each_side_of_its_boundary(case, policy):
    said, n_asked, n_failing = CASES[case]
    found = find_failing(records(**said), policy)[case[0]]
    assert (len(found.asked), len(found.failing)) == (n_asked, n_failing)
    assert all(found.failing["what"].str.len() > 3)


def test_every_check_has_cases_on_both_sides():
    sides = defaultdict(set)
    for (code, _), (_, _, n_failing) in CASES.items():
        sides[code].add(n_failing > 0)
    assert dict(sides) == {code: {True, False} for code in CHECKS}


def test_every_check_has_its_limit_and_reads_numbers_that_there_are(policy):
    assert [one.name for one in fields(policy.quality_limits)] == list(CHECKS)
    for check in CHECKS.values():
        for name in check.numbers:
            table, _, key = name.partition(".")
            assert key in policy.notes[table].numbers and say_label(table, key) != key.replace("_", " ")


def test_where_the_first_form_is_the_baseline_no_session_is_expected(policy):
    policy = replace(policy, baseline=replace(policy.baseline, rule="first_assessment"))
    found = find_failing(records(forms=[form(100, total=8), form(131, total=24)]), policy)["no_session"]
    assert (len(found.asked), len(found.failing)) == (0, 0)


def test_of_no_records_at_all_nothing_is_passed(policy):
    found = find_failing(records(), policy)
    assert list(found) == list(CHECKS)
    summary = summarise_checks(found, frozenset(), policy)
    assert set(summary["state"]) == {NOTHING} and not summary["n_asked"].any()


# (asked, failing, limit in per cent) -> state
STATES = {
    (0, 0, 0): NOTHING,
    (1, 0, 0): PASSED,
    (1_000, 1, 0): FAILED,
    (100, 5, 5): PASSED_WITH_ROWS,
    (100, 6, 5): FAILED,
    (10_000, 1, 5): PASSED_WITH_ROWS,
    (1, 1, 100): PASSED_WITH_ROWS,
}


@pytest.mark.parametrize("case", STATES)
def test_the_states_of_a_check(case):
    assert judge(*case) == STATES[case]


def test_waived_rows_are_counted_apart(policy):
    found = find_failing(records(forms=[form(1, "11111111 "), form(2, "11111111 ")]), policy)
    waived = frozenset({("item_9_blank", "assessments:2"), ("no_total", "assessments:1")})
    row = summarise_checks(found, waived, policy).set_index("check").loc["item_9_blank"]
    assert (row["n_asked"], row["n_failing"], row["n_waived"], row["state"]) == (2, 1, 1, FAILED)
    every = waived | {("item_9_blank", "assessments:1")}
    row = summarise_checks(found, every, policy).set_index("check").loc["item_9_blank"]
    assert (row["n_failing"], row["n_waived"], row["state"]) == (0, 2, PASSED)


@pytest.mark.parametrize("seed", range(12))
def test_baselines_as_somebody_reads_the_definitions(seed, policy):
    """One sentence of definitions.md after the other, patient by patient."""
    clinic, as_of = generate_clinic(seed), date(2025, 4, 1) + timedelta(days=9 * seed)
    asked, without, stale = set(), set(), set()
    for patient, everything in by_patient(clinic).items():
        record = until(everything, as_of)
        course = current_course(courses_of(record))
        if course is None or course.ended_on is not None or (as_of - course.sessions[-1].on).days > 84:
            continue
        asked.add(patient)
        path = trajectory_of(record, course, "PHQ-9", "last_before_dose")
        if path.baseline is None:
            without.add(patient)
        elif (path.day_0 - path.baseline.on).days > 14:
            stale.add(patient)
    run = KernelRun(clinic, as_of, policy)
    rows = assess(run.prepared, select_points(run.prepared, run.as_of, with_earlier_courses=False), policy)
    empty = records()
    own = type(empty)(**{**vars(empty), "standing": rows.assign(clinic_key=1), "as_of": day_number(as_of)})
    found = find_failing(own, policy)
    names = {
        code: {run.names[key] for key in found[code].failing["patient"]}
        for code in ("no_baseline", "stale_baseline")
    }
    assert names == {"no_baseline": without, "stale_baseline": stale}
    assert (len(found["no_baseline"].asked), len(found["stale_baseline"].asked)) == (
        len(asked),
        len(asked - without),
    )


@pytest.mark.parametrize("seed", range(25))
def test_series_as_somebody_reads_them_form_by_form(seed, policy):
    rng = np.random.default_rng(seed)
    answers = ["000000000", SAME, "112101 00", "333333333", "33333333 ", "1        "]
    moments = {
        (
            int(rng.integers(1, 4)),
            int(rng.integers(0, 2)),
            10_000 + int(rng.integers(0, 60)),
            int(rng.integers(0, 3)),
        )
        for _ in range(60)
    }
    rows = [
        form(
            day,
            str(rng.choice(answers, p=[0.1, 0.55, 0.1, 0.1, 0.1, 0.05])),
            patient=who,
            instrument=what,
            second=at,
        )
        for who, what, day, at in moments
    ]
    found = find_failing(records(forms=rows), policy)
    runs, n_series, jumps, n_pairs = _slow_series(rows)
    assert set(found["same_answers"].failing["patient"]) == {who for who, _ in runs}
    assert len(found["same_answers"].failing) == len(runs) and len(found["same_answers"].asked) == n_series
    assert (
        sorted(found["big_jump"].failing["day"]) == sorted(jumps) and len(found["big_jump"].asked) == n_pairs
    )


def _slow_series(rows: list[dict]) -> tuple[set, int, list[int], int]:
    """Patients and questionnaires with four equal forms in a row, how many have four at all; days of jumps, and pairs."""
    runs, n_series, jumps, n_pairs = set(), 0, [], 0
    by_series = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one["day"], one["second"])):
        by_series[row["patient"], row["instrument"]].append(row)
    for (who, what), own in by_series.items():
        said = [tuple(one.get(f"item_{n}") for n in range(1, 10)) for one in own]
        asked = 9 if what == 0 else 7
        given = [one for one in said if any(answer is not None for answer in one[:asked])]
        n_series += len(given) >= 4
        for place in range(3, len(given)):
            four = given[place - 3 : place + 1]
            if len(set(four)) == 1 and any(four[0]):
                runs.add((who, what))
        scored = [(row["day"], _slow_total(one)) for row, one in zip(own, said, strict=True)]
        valid = [(day, total) for day, total in scored if total is not None and what == 0]
        for (day, total), (next_day, next_total) in pairwise(valid):
            if next_day - day <= 7:
                n_pairs += 1
                jumps += [next_day] if abs(next_total - total) >= 15 else []
    return runs, n_series, jumps, n_pairs


def _slow_total(answers: tuple) -> int | None:
    given = [one for one in answers if one is not None]
    if len(given) < 7:
        return None
    return int(9 * sum(given) / len(given) + 0.5)


def person(key: int, name: str, initials: str | None = "AB", born: int | None = None, **said: object) -> dict:
    about = {"birth_date": born, "birth_year": 1980, "sex": "female", "clinic_key": 1}
    return {"patient": key, "patient_id": name, "initials": initials, **about, **said}


# Case -> (two people, what is the same; "" where they are no pair)
PAIRS = {
    "birth date": ((person(1, "x", born=9), person(2, "y", born=9)), "same initials and birth date"),
    "birth date, other initials": ((person(1, "x", born=9), person(2, "y", "CD", born=9)), ""),
    "birth year and sex": ((person(1, "x"), person(2, "y", "a.b.")), "same initials, birth year and sex"),
    "birth year, other sex": ((person(1, "x"), person(2, "y", sex="male")), ""),
    "birth year, sex unknown": ((person(1, "x", sex=None), person(2, "y", sex=None)), ""),
    "born on two days": ((person(1, "x", born=9), person(2, "y", born=8)), ""),
    "of one the date, of the other the year": (
        (person(1, "x", born=9, birth_year=None), person(2, "y", birth_year=1970)),
        "same initials, birth year and sex",
    ),
    "of one the date, of the other another year": (
        (person(1, "x", born=9, birth_year=None), person(2, "y", birth_year=1971)),
        "",
    ),
    "one birth date unknown": ((person(1, "x", born=9), person(2, "y")), "same initials, birth year and sex"),
    "p1 and P1": ((person(1, "p1", None), person(2, "P1", None)), "same id but for its spelling"),
    "leading zeros": ((person(1, "7", None), person(2, "007", None)), "same id but for its spelling"),
    "signs": ((person(1, "P-0012", None), person(2, "p 12", None)), "same id but for its spelling"),
    "100 and 10": ((person(1, "100", None), person(2, "10", None)), ""),
    "1-01 and 10-1": ((person(1, "1-01", None), person(2, "10-1", None)), ""),
    "accents in one or two characters": (
        (person(1, "jos\u00e9", None), person(2, "jose\u0301", None)),
        "same id but for its spelling",
    ),
    "one id in two clinics": ((person(1, "7", None), person(2, "7", None, clinic_key=2)), ""),
    "two clinics, birth date": (
        (person(1, "x", born=9), person(2, "y", born=9, clinic_key=2)),
        "same initials and birth date",
    ),
    "initials unknown": ((person(1, "x", None, born=9), person(2, "y", None, born=9)), ""),
}


@pytest.mark.parametrize("case", PAIRS)
def test_who_may_be_one_person(case):
    people, what = PAIRS[case]
    found = find_alike(pd.DataFrame(people))
    assert found["what"].tolist() == ([what] if what else [])
    if what:
        assert (found["first"].iloc[0], found["second"].iloc[0]) == (1, 2)
        is_one_clinic = people[0]["clinic_key"] == people[1]["clinic_key"]
        assert found["clinic_key"].iloc[0] == (1 if is_one_clinic else NONE)
        assert find_alike(pd.DataFrame(people[::-1]), frozenset({(1, 2)})).empty


def test_a_filler_that_everybody_has_makes_no_pairs():
    everybody = pd.DataFrame([person(key, f"x{key}", born=0) for key in range(1, 40)])
    assert find_alike(everybody).empty


def test_folding_keeps_numbers_apart():
    assert fold_id("P-0012") == "p12" and fold_id("P-1200") == "p1200" and fold_id("0") == "0"
