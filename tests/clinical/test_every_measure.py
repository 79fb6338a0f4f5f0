"""Every measure over generated patients: places add up, nobody who leaves makes a worst case better, and a slow twin agrees."""

import os
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from care_people import gather, generate_people
from generated import START, generate_clinic
from kernel_run import EPOCH, KernelRun
from slow_measures import cms159, talking_therapies
from slow_records import by_patient, until
from slow_twin import instruments_shown

from lib.clinical.histories import select_points
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.counting import MET, MISSING, NOT_MET, count, place
from lib.clinical.outcomes.course_scores import TIME_POINTS, derive_course_scores
from lib.clinical.outcomes.facts import Facts, gather_facts
from lib.clinical.outcomes.index_measures import report_index_measures
from lib.clinical.outcomes.index_rules import date_of
from lib.clinical.outcomes.measures import STARTED, Measure
from lib.clinical.outcomes.monitoring_measures import report_monitoring
from lib.clinical.outcomes.response_measures import build_measures, count_measures
from lib.clinical.outcomes.talking_therapies import report_therapies
from lib.clinical.segments import NONE
from lib.clinical.trajectory import Timeline

SEEDS = range(40, 240 if os.environ.get("PROVE") else 43)
YEAR, AS_OF = 2026, date(2026, 12, 31)
CLINIC_AS_OF = START + timedelta(days=170)
PLACES = {MET: "met", NOT_MET: "not_met", MISSING: "missing"}


def course_facts(clinic, policy) -> Facts:
    """Of both instruments, as of the same day."""
    run = KernelRun(clinic, CLINIC_AS_OF, policy)
    points = select_points(run.prepared, run.as_of, with_earlier_courses=True)
    courses = run.prepared.courses
    points = points.take(Timeline.at(courses.first_day, points.course) != NONE)
    index = points.course
    rows = derive_course_scores(run.prepared, points, policy).assign(
        patient=[int(run.names[key][1:]) for key in points.patient],
        instrument=points.instrument,
        course_row=courses.number[index],
        clinic_key=1,
        day_0=courses.first_day[index],
        ended_on=courses.ended_on[index],
        last_session_on=courses.session_day[courses.session_stop[index] - 1],
        n_sessions=courses.session_stop[index] - courses.session_start[index],
        is_daily=courses.begins_daily(index, policy).astype(int),
    )
    return gather_facts(rows, run.as_of, (0, 1))


def of_courses(facts: Facts, policy) -> list[tuple[Measure, object]]:
    asked = [Asked(code, time_point, policy) for code in (0, 1) for time_point in TIME_POINTS]
    ours = [(measure, facts) for one in asked for measure in build_measures(one).values()]
    return ours + [(one.measure, one.entries) for one in report_therapies(facts, policy)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "collected", [{"PHQ-9"}, {"GAD-7"}, {"PHQ-9", "GAD-7"}], ids=["PHQ-9", "GAD-7", "both"]
)
def test_a_course_counts_for_an_instrument_of_which_status_has_a_row(seed, collected, policy):
    """The twin says of whom. Two patients in three have no form of GAD-7."""
    clinic = generate_clinic(seed, 60)
    forms = tuple(
        one for one in clinic.forms if one.instrument == "PHQ-9" or int(one.patient_id[1:]) % 3 == 0
    )
    clinic = replace(clinic, forms=forms, collected=frozenset(collected))
    facts = course_facts(clinic, policy)
    records = {int(name[1:]): until(one, CLINIC_AS_OF) for name, one in by_patient(clinic).items()}
    for one in BY_CODE:
        shown = {patient for patient, record in records.items() if one.name in instruments_shown(record)}
        is_in = np.isin(facts.patient, list(shown))
        counted = count_measures(Asked(one.code, "session_4", policy), facts, STARTED)
        assert {found.total for found in counted.values()} == {int(is_in.sum())}
        assert facts.of(one.code).patient.tolist() == facts.patient[is_in].tolist()


def of_people(people, policy) -> list[tuple[Measure, object]]:
    care = gather(people, AS_OF, policy)
    reported = (*report_index_measures(care, YEAR), *report_monitoring(care, YEAR))
    return [(one.measure, one.entries) for one in reported]


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_starts_leaves_or_is_counted(seed, policy):
    courses = of_courses(course_facts(generate_clinic(seed, 60), policy), policy)
    for measure, entries in courses + of_people(generate_people(seed, 400), policy):
        for denominator in measure.denominators:
            counted = count(measure, entries, denominator)
            assert sum(counted.exits) + counted.total == counted.start == len(entries)
            assert counted.share.n + counted.not_met + counted.missing == counted.total
            assert counted.bound_met <= max(counted.worst.n, counted.best.n)
            assert counted.worst.total == counted.best.total == counted.bound_total


def worst(measure: Measure, places) -> tuple[int, int]:
    fails = [MET] if measure.is_good else [MET, MISSING]
    return int(np.isin(places, fails).sum()), int((places < 0).sum())


def assert_leaving_never_helps(all_stay, all_left) -> int:
    """Whoever fared badly by the measure on the day of leaving has left, the others stay; how often that changed a worst case."""
    n_changed = 0
    for (measure, before), (_, after) in zip(all_stay, all_left, strict=True):
        stay, left = (place(measure, entries, measure.bound_by) for entries in (before, after))
        full = worst(measure, stay)
        shown = count(measure, before, measure.denominators[0]).worst
        assert (shown.n, shown.total) == full
        fared_badly = (left != MET) if measure.is_good else np.isin(left, (MET, MISSING))
        n, total = worst(measure, np.where(fared_badly, left, stay))
        has_risen, has_fallen = n * full[1] > full[0] * total, n * full[1] < full[0] * total
        assert not (has_risen if measure.is_good else has_fallen), (
            measure.name,
            measure.window,
            full,
            n,
            total,
        )
        n_changed += has_risen or has_fallen
    return n_changed


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_who_leaves_a_course_makes_a_worst_case_better(seed, policy):
    clinic, rng = generate_clinic(seed, 60), np.random.default_rng(seed)
    facts = course_facts(clinic, policy)
    last_course = {f"p{key:03d}": int(day) for key, day in zip(facts.patient, facts.day_0, strict=True)}
    leaves = {
        name: EPOCH + timedelta(days=day + int(rng.integers(0, 100))) for name, day in last_course.items()
    }

    def kept(records) -> tuple:
        return tuple(one for one in records if one.on <= leaves.get(one.patient_id, CLINIC_AS_OF))

    left = replace(clinic, forms=kept(clinic.forms), sessions=kept(clinic.sessions))
    n_changed = assert_leaving_never_helps(
        of_courses(facts, policy), of_courses(course_facts(left, policy), policy)
    )
    assert n_changed


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_who_leaves_after_the_index_score_makes_a_worst_case_better(seed, policy):
    people, rng = generate_people(seed, 400), np.random.default_rng(seed)
    care = gather(people, AS_OF, policy)
    index_on = np.max([one.entries.index_on for one in report_index_measures(care, YEAR)], axis=0)
    left = []
    for person, on in zip(people, index_on, strict=True):
        # An index score needs its encounter, which may be 15 days later; and who was never seen cannot leave.
        known = [*person.encounters[:1], *([date_of(int(on)) + timedelta(days=15)] if on != NONE else [])]
        left.append(
            person.to_day(max(known) + timedelta(days=int(rng.integers(0, 400)))) if known else person
        )
    n_changed = assert_leaving_never_helps(of_people(people, policy), of_people(left, policy))
    assert n_changed


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 6, 30)])
def test_twelve_months_say_what_the_twin_says(seed, as_of, policy):
    people = generate_people(seed, 2_000)
    reported = report_index_measures(gather(people, as_of, policy), YEAR)[:2]
    exits = [step.name for step in reported[0].measure.exits]
    found = [
        [PLACES[where] if where < 0 else exits[where] for where in one.places.tolist()] for one in reported
    ]
    expected = [cms159(person, YEAR, as_of) for person in people]
    assert list(zip(*found, strict=True)) == expected
    assert {"met", "not_met", "missing", "died", "hospice", "bipolar"} < {one for one, _ in expected}


@pytest.mark.parametrize("seed", SEEDS)
def test_talking_therapies_say_what_the_twin_says(seed, policy):
    facts = course_facts(generate_clinic(seed, 150), policy).of(0, 1)
    is_due = facts.day_0 + 14 <= facts.as_of
    scores = [facts.scores[code] for code in (0, 1)]
    for reported in report_therapies(facts, policy):
        exits = reported.measure.exits_of(reported.denominator)
        for row, where in enumerate(reported.places.tolist()):
            start, end = (
                [None if one[column][row] == NONE else int(one[column][row]) for one in scores]
                for column in ("baseline_total", "latest_total")
            )
            firm = [not one.is_unsure("latest")[row] for one in scores]
            twin = talking_therapies(int(facts.n_sessions[row]), start, end, firm)
            expected = twin[reported.measure.name] if is_due[row] else "not-due"
            assert (PLACES[where] if where < 0 else exits[where].name) == expected
