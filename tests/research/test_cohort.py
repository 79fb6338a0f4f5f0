"""Cohorts of generated people: everybody is somewhere once, order does not matter, and nobody is in one without a yes."""

import os
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.clinical.outcomes.course_scores import SCORE_COLUMNS, TIME_POINTS
from lib.clinical.outcomes.facts import COURSE_COLUMNS, gather_facts
from lib.clinical.segments import NONE
from lib.research.cohort import CONSENT, Drawn, find_cohort
from lib.research.comparison import compare_cohorts
from lib.research.criteria import Criteria, CriteriaError, Criterion
from lib.research.criteria_file import parse_criteria, write_criteria
from lib.research.people import (
    FIRST,
    LATEST,
    NO_CONSENT,
    UNKNOWN,
    YES,
    People,
    choose_course,
    fill_up,
    judge_consent,
)
from lib.research.questions import DATES, NUMBERS, QUESTIONS, WORDS
from lib.research.saved_steps import parse_steps, write_steps

AS_OF = 20_700
DRAWN = Drawn("abc", 1, date(2026, 9, 4), ("north", "south"))
OPTIONS = {
    "clinic": ("north", "south"),
    "indication": ("depression", "anxiety", UNKNOWN),
    "sex": ("female", "male", UNKNOWN),
    "protocol": ("odt", UNKNOWN),
    "regimen": ("maintenance", "induction_weekly", UNKNOWN),
    "item_9": ("0", "1", "2", "3", UNKNOWN),
}


def make_people(seed: int, n: int = 60) -> People:
    """Some without a course, some with two; every fact unknown of somebody."""
    rng = np.random.default_rng(seed)

    def pick(*values: object) -> np.ndarray:
        return np.array(values, dtype=object)[rng.integers(0, len(values), n)]

    def number(high: int) -> np.ndarray:
        return np.where(rng.random(n) < 0.2, NONE, rng.integers(0, high, n))

    rows = []
    for patient in range(n):
        for course in range(rng.integers(0, 3)):
            for code in (0, 1):
                totals = {name: number(28)[0] for name in SCORE_COLUMNS}
                plain = dict.fromkeys(COURSE_COLUMNS, 1) | {
                    "day_0": AS_OF - 400 + 200 * course,
                    "n_sessions": rng.integers(1, 8),
                }
                rows.append(
                    {
                        "patient": 3 * patient,
                        "instrument": code,
                        "course_row": course,
                        **plain,
                        **totals,
                        "unsure": 0,
                        "latest_on": AS_OF - rng.integers(0, 90),
                    }
                )
    facts = fill_up(choose_course(gather_facts(pd.DataFrame(rows), AS_OF, (0, 1)), FIRST), 3 * np.arange(n))
    return People(
        facts=facts,
        clinic=pick("north", "south"),
        consent=pick(YES, YES, YES, *NO_CONSENT, "Yes?"),
        sex=pick("female", "male", UNKNOWN),
        indication=pick("depression", "depression;anxiety", "anxiety", UNKNOWN),
        protocol=pick("odt", UNKNOWN),
        regimen=pick("maintenance", "induction_weekly", UNKNOWN),
        age=number(90),
        prior_trials=number(6),
        item_9=number(4),
    )


@some.composite
def criterion(draw) -> Criterion:
    name = draw(some.sampled_from(list(QUESTIONS)))
    question = QUESTIONS[name]
    words: list[str] = []
    low = high = None
    if question.kind == WORDS:
        words = draw(some.lists(some.sampled_from(OPTIONS[name]), min_size=1, unique=True))
    elif question.kind in (NUMBERS, DATES):
        start = AS_OF - 420 if question.kind == DATES else 0
        low = start + draw(some.integers(0, 40))
        high = draw(some.none() | some.integers(low, low + 300))
    instrument = draw(some.sampled_from(["PHQ-9", "GAD-7"])) if question.has_instrument else ""
    return Criterion(
        name,
        tuple(words),
        low,
        high,
        instrument,
        draw(some.sampled_from(TIME_POINTS)) if question.has_time_point else "",
    )


@settings(max_examples=1_000 if os.environ.get("PROVE") == "1" else 40)
@given(asked=some.lists(criterion(), max_size=5), seed=some.integers(0, 999), data=some.data())
def test_everybody_is_in_one_place_and_the_order_of_criteria_moves_nobody(policy, asked, seed, data):
    people = make_people(seed)
    criteria = Criteria(tuple(asked), as_of=DRAWN.as_of)
    found = find_cohort(people, criteria, policy, DRAWN)
    places = [
        *found.patients,
        *(who for step in found.steps for one in step.exits for who in one.patients.tolist()),
    ]
    assert sorted(places) == people.patient.tolist()
    counted = found.count()
    assert (
        counted.n
        == len(people)
        == [counted.n, *counted.remaining][-1] + sum(step.n_left for step in counted.steps)
    )
    consented = set(people.patient[people.consent == YES].tolist())
    assert set(found.patients) <= consented and found.steps[0].words == CONSENT
    other = data.draw(some.permutations(asked))
    assert (
        find_cohort(people, replace(criteria, asked=tuple(other)), policy, DRAWN).patients == found.patients
    )
    # Each criterion alone leaves its own; together they leave those who pass every one.
    alone = [find_cohort(people, Criteria((one,)), policy, DRAWN).patients for one in asked]
    assert set(found.patients) == consented.intersection(*map(set, alone))
    for one, step in zip(asked, found.steps[1:], strict=True):
        assert len({out.words for out in step.exits}) == len(step.exits)
        if one.low is not None:
            value = QUESTIONS[one.of].read(people, one, policy)[np.isin(people.patient, found.patients)]
            assert ((value >= one.low) & (value <= (one.high if one.high is not None else 10**6))).all()
    # What is written down is what was asked, and who was found.
    kept = replace(found.criteria, clinics=DRAWN.clinics)
    assert parse_criteria(write_criteria(kept)) == kept
    steps, patients = parse_steps(write_steps(found.steps, found.patients))
    assert patients == found.patients and replace(found, steps=steps).place() == found.place()


@given(seeds=some.tuples(some.integers(0, 99), some.integers(0, 99)), asked=criterion())
@settings(max_examples=10)
def test_who_entered_and_who_left_are_told_by_the_step_that_decides(policy, seeds, asked):
    before, after = (find_cohort(make_people(seed), Criteria((asked,)), policy, DRAWN) for seed in seeds)
    found = compare_cohorts(before, after)
    entered, left = (
        {who for move in moves for who in move.patients} for moves in (found.entered, found.left)
    )
    assert entered == set(after.patients) - set(before.patients)
    assert left == set(before.patients) - set(after.patients)
    assert all(before.place()[who] == move.why for move in found.entered for who in move.patients)
    assert all(after.place()[who] == move.why for move in found.left for who in move.patients)
    told = found.tell(10)
    assert not any(
        n.isdecimal() and 0 < int(n) <= 10 for n in (told.n_before, told.n_after, *told.entered, *told.left)
    )


def test_unknown_is_a_reason_of_its_own_and_a_zero_is_an_answer(policy):
    people = replace(
        make_people(1, 4), consent=np.full(4, YES, dtype=object), item_9=np.array([0, 1, NONE, 3])
    )
    begun = fill_up(choose_course(people.facts.select(np.zeros(4, dtype=bool)), FIRST), people.patient)
    people = replace(people, facts=replace(begun, day_0=np.array([AS_OF, AS_OF, AS_OF, NONE])))
    asked = (Criterion("item_9", ("0", "3")),)
    found = find_cohort(people, Criteria(asked), policy, DRAWN)
    assert found.patients == (0,)
    said = {one.words: one.patients.tolist() for one in found.steps[1].exits}
    assert said == {"no dosing session": [9], "item 9 not answered at baseline": [6], "another answer": [3]}


# Rows of patients.csv of one person (consent and its day), whether a row waits, and what comes of it on day 100.
CONSENTS = [
    ([("yes", 90)], False, YES),
    ([("yes", 100)], False, YES),
    ([("yes", None)], False, YES),
    ([("yes", 101)], False, "a yes of a later day"),
    ([("yes", 90)], True, "a row that waits says otherwise"),
    ([(None, None)], False, UNKNOWN),
    ([("not recorded", 5)], False, UNKNOWN),
    ([], False, UNKNOWN),
    ([("no", 50), ("yes", 90)], False, "no"),
    ([("withdrawn", 500), ("yes", 90)], False, "withdrawn"),
    ([("no", 50), ("withdrawn", 60)], True, "withdrawn"),
    ([("yes", 90), ("yes", 101)], False, YES),
]


@pytest.mark.parametrize(("rows", "is_waiting", "expected"), CONSENTS)
def test_consent_is_a_yes_that_nothing_contradicts(rows, is_waiting, expected):
    frame = pd.DataFrame(
        [(7, *row) for row in rows], columns=["patient_key", "research_consent", "research_consent_on"]
    )
    found = judge_consent(frame, frozenset({7} if is_waiting else ()), np.array([5, 7]), 100)
    assert found.tolist() == [UNKNOWN, expected]


def test_one_course_speaks_for_somebody():
    rows = [
        {
            "patient": 4,
            "instrument": 0,
            "course_row": number,
            **dict.fromkeys((*COURSE_COLUMNS, *SCORE_COLUMNS), NONE),
            "is_daily": 0,
            "day_0": day,
        }
        for number, day in ((1, 100), (2, 300), (3, 600))
    ]
    facts = gather_facts(pd.DataFrame(rows), 500, (0,))
    firsts = [
        fill_up(choose_course(facts, which), np.array([3, 4, 5])).day_0.tolist() for which in (FIRST, LATEST)
    ]
    assert firsts == [[NONE, 100, NONE], [NONE, 300, NONE]]


REFUSED = [
    ("[]", "no JSON object"),
    ('{"criteria": [{"of": "consent"}]}', "of is one of"),
    ('{"without_consent": true}', "'without_consent' is not known"),
    ('{"criteria": [{"of": "sex", "is": []}]}', "criterion 1: is names no word"),
    ('{"criteria": [{"of": "age"}]}', "from or to is missing"),
    ('{"criteria": [{"of": "age", "from": 60, "to": 18}]}', "from lies above to"),
    ('{"criteria": [{"of": "age", "from": "18"}]}', "no whole number"),
    ('{"criteria": [{"of": "baseline", "from": 10}]}', "instrument is one of"),
    ('{"criteria": [{"of": "first_dose", "from": "3/4/26"}]}', "not a date like"),
    ('{"course": "best"}', "course is one of"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_a_file_that_cannot_be_meant_says_where(text, said):
    with pytest.raises(CriteriaError, match=re.escape(said)):
        parse_criteria(text)
