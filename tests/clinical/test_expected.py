"""The expected course: who is compared with whom, and when there is no ribbon."""

import os
from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest
from generated import START, generate_clinic
from kernel_run import scores_of, totals_by_session
from made_cohorts import as_scores, totals_of
from slow_expected import BANDS, first_courses, held_out, ribbon

from lib.clinical.expected import Comparison, band_of, say_band, spread_ties
from lib.clinical.expected_course import ExpectedCourse, expect_course, make_reference
from lib.clinical.expected_wording import describe_expected, say_calibration, say_within
from lib.clinical.instruments import GAD7, INSTRUMENTS, PHQ9
from lib.clinical.segments import NONE
from lib.clinical.session_scores import SessionScores, fold_of
from lib.demo import generate_cohort

N_CLINICS = 200 if os.environ.get("PROVE") else 20
COHORT = totals_of(generate_cohort(3, 400), PHQ9)


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
@pytest.mark.parametrize("seed", range(N_CLINICS))
def test_the_slow_twin_says_the_same(seed, instrument, policy):
    """Session scores, ribbons and badges of generated clinics; few patients suffice, so that both ways are taken."""
    policy = replace(policy, expected_course=replace(policy.expected_course, min_patients=4))
    clinic, as_of = generate_clinic(3_000 + seed, 40), START + timedelta(days=150)
    names, scores = scores_of(clinic, as_of, instrument, policy)
    people = first_courses(clinic, as_of, instrument.name)
    assert {names[key] for key in scores.patient} == set(people)
    for row, key in enumerate(scores.patient):
        twin = people[names[key]]
        assert totals_by_session(scores, row) == dict(twin.after)
        assert (scores.baseline[row] == NONE) == (twin.baseline is None)
        assert (scores.is_daily[row], scores.is_current[row]) == (twin.is_daily, twin.is_current)
        assert scores.n_sessions[row] == len(twin.dosed_on)
    reference = make_reference({instrument.name: scores}, policy)
    _compare_ribbons(reference, names, people, instrument)
    folds = dict(zip((names[key] for key in scores.patient), scores.fold.tolist(), strict=True))
    for band, badge in enumerate(reference.calibrations[instrument.name]):
        assert held_out(people, folds, instrument.name, band, 4, 3) == (
            badge.n_held,
            badge.n_scores,
            badge.n_patients,
        )


def _compare_ribbons(reference, names, people, instrument) -> None:
    for key, name in enumerate(names):
        found = expect_course(reference, key, instrument)
        own = people.get(name)
        if own is None or not own.is_current or not own.is_comparable:
            assert found.reason and not found.steps
            continue
        twin = ribbon(people, name, instrument.name, 4, 3)
        assert found.too_few == tuple((k, n) for k, (_, n, edges) in twin.items() if not edges)
        assert {step.session for step in found.steps} == {k for k, (_, _, edges) in twin.items() if edges}
        for step in found.steps:
            is_pooled, n_patients, edges = twin[step.session]
            assert (step.is_pooled, step.n_patients) == (is_pooled, n_patients)
            assert step.bounds == pytest.approx(edges, abs=1e-9)


def course_of(totals: np.ndarray, patient: int, policy, **changes) -> ExpectedCourse:
    scores = replace(as_scores(totals), **changes)
    return expect_course(make_reference({"PHQ-9": scores}, policy), patient, PHQ9)


def in_band(low: int, high: int, n: int) -> np.ndarray:
    """n cohort patients with a baseline in a band."""
    return COHORT[(COHORT[:, 0] >= low) & (COHORT[:, 0] <= high)][:n]


@pytest.mark.parametrize(("n_others", "has_ribbon"), [(29, False), (30, True)])
def test_thirty_others_make_a_ribbon_and_fewer_none(n_others, has_ribbon, policy):
    course = course_of(in_band(15, 19, n_others + 1), 0, policy)
    assert len(course.steps) == (6 if has_ribbon else 0)
    said = describe_expected(course)
    assert ("Only 29 comparable patients at session 1; 30 are needed" in said) is not has_ribbon


def test_the_patient_is_not_among_those_compared(policy):
    totals = in_band(15, 19, 60)
    course, other = course_of(totals, 0, policy), totals.copy()
    other[0, 1:] = 27
    assert course_of(other, 0, policy).steps == course.steps
    assert course.steps[0].n_patients == 59
    assert course_of(other, 1, policy).steps != course_of(totals, 1, policy).steps


def test_a_band_with_too_few_borrows_from_all_and_is_turned_to_the_own_baseline(policy):
    totals = np.vstack([in_band(15, 19, 60), in_band(20, 27, 10)])
    severe, milder = course_of(totals, 65, policy), course_of(totals, 5, policy)
    assert {step.is_pooled for step in severe.steps} == {True}
    assert {step.is_pooled for step in milder.steps} == {False}
    assert severe.steps[0].n_patients == 69
    assert severe.n_began == 9
    assert "They are too few: all baselines are pooled." in describe_expected(severe)
    medians = []
    for baseline in (20, 26):
        changed = totals.copy()
        changed[65, 0] = baseline
        medians.append(course_of(changed, 65, policy).steps[0].bounds[3])
    assert medians[0] < medians[1]


def test_bands_of_every_step_lie_within_one_another_and_on_the_scale(policy):
    for patient in range(40):
        for step in course_of(COHORT, patient, policy).steps:
            assert list(step.bounds) == sorted(step.bounds)
            assert step.bounds[0] >= 0 and step.bounds[-1] <= PHQ9.max_total


def test_neither_the_order_of_rows_nor_the_names_change_a_ribbon(policy):
    scores = as_scores(COHORT)
    order = np.random.default_rng(5).permutation(len(COHORT))
    shuffled = SessionScores(*(getattr(scores, entry.name)[order] for entry in fields(scores)))
    renamed = replace(scores, fold=fold_of((f"another {n}" for n in range(len(COHORT))), 5))
    plain, other, named = (make_reference({"PHQ-9": one}, policy) for one in (scores, shuffled, renamed))
    for patient in range(0, 400, 40):
        course = expect_course(plain, patient, PHQ9)
        assert expect_course(other, patient, PHQ9) == course
        assert expect_course(named, patient, PHQ9).steps == course.steps
    assert plain.calibrations == other.calibrations


def test_a_fold_depends_on_the_name_alone_and_folds_are_of_a_size():
    names = [f"P-{number:04d}" for number in range(1_000)]
    folds = fold_of(names, 5)
    assert fold_of(reversed(names), 5).tolist() == folds.tolist()[::-1]
    assert np.bincount(folds, minlength=5).min() > 150


def test_who_stopped_is_counted_and_not_in_the_ribbon(policy):
    totals = in_band(15, 19, 61)
    scores = as_scores(totals)
    after, n_sessions = scores.after.copy(), scores.n_sessions.copy()
    after[1:11, 4:6] = NONE
    n_sessions[1:6] = 4
    course = course_of(totals, 0, policy, after=after, n_sessions=n_sessions)
    assert [(step.n_measured, step.n_taken, step.n_patients) for step in course.steps] == [
        (60, 60, 60)
    ] * 4 + [(50, 55, 50)] * 2
    said = describe_expected(course)
    assert "Measured after session 1–6: 60, 60, 60, 60, 50, 50 of 60 who began" in said
    assert "(it was taken by 60, 60, 60, 60, 55, 55)" in said


def test_a_ribbon_ends_where_the_comparable_patients_do(policy):
    totals = in_band(15, 19, 61)
    after = as_scores(totals).after.copy()
    after[1:40, 4:6] = NONE
    course = course_of(totals, 0, policy, after=after)
    assert [step.session for step in course.steps] == [1, 2, 3, 4]
    assert course.too_few == ((5, 21), (6, 21))
    said = describe_expected(course)
    assert (
        "Only 21 comparable patients at session 5; 30 are needed, nor is there a ribbon at session 6." in said
    )


def test_the_badge_names_share_scores_and_patients(policy):
    course = course_of(COHORT, 0, policy)
    badge = course.calibration
    said = (
        f"80 % band held {round(100 * badge.n_held / badge.n_scores)} % of {badge.n_scores} held-out scores"
    )
    assert said in say_calibration(course)
    assert badge.n_scores == 6 * badge.n_patients


WITHOUT_RIBBON = {
    "no dosing session yet": {"patient": 1_000},
    "no baseline": {"baseline": NONE},
    "daily low doses": {"is_daily": True},
    "a later course": {"is_current": False},
}


@pytest.mark.parametrize("reason", WITHOUT_RIBBON)
def test_where_nothing_can_be_compared_the_reason_is_said(reason, policy):
    scores = as_scores(COHORT)
    ((name, value),) = WITHOUT_RIBBON[reason].items()
    column = getattr(scores, name).copy()
    column[0] = value
    reference = make_reference({"PHQ-9": replace(scores, **{name: column})}, policy)
    course = expect_course(reference, 0, PHQ9)
    assert reason in course.reason and not course.steps
    assert f"no expected course, because of {course.reason}" in describe_expected(course)


@pytest.mark.parametrize("instrument", [PHQ9, GAD7], ids=lambda one: one.name)
def test_every_total_has_its_baseline_band(instrument):
    lows = [0, *(last + 1 for last in BANDS[instrument.name][:-1])]
    for total in range(instrument.max_total + 1):
        band = int(band_of(np.array([total]), instrument)[0])
        assert lows[band] <= total <= BANDS[instrument.name][band]
        assert say_band(band, instrument) == f"{lows[band]}–{BANDS[instrument.name][band]}"


def test_equal_totals_are_spread_over_their_point():
    assert spread_ties(np.array([5, 3, 5])).tolist() == [3.0, 4.75, 5.25]
    assert spread_ties(np.array([0])).tolist() == [0.0]


def test_whole_totals_inside_a_band_are_what_is_said(policy):
    step = course_of(COHORT, 0, policy).steps[0]
    step = replace(step, bounds=(0.2, 1.0, 4.6, 6.1, 8.4, 9.0, 12.7))
    assert [say_within(step, percent) for percent in (50, 80, 95)] == ["5–8", "1–9", "1–12"]
    narrow = replace(step, bounds=(0.0, 0.0, 0.0, 0.0, 0.4, 1.2, 3.0))
    assert [say_within(narrow, percent) for percent in (50, 80, 95)] == ["0", "0–1", "0–3"]


def test_the_pooled_ribbon_has_room_at_a_baseline_of_zero(policy):
    scores = as_scores(COHORT)
    comparison = Comparison(scores, PHQ9, 0, policy)
    bounds = comparison.bounds(comparison.cell(1, 10_000), np.array([0]))
    assert np.isfinite(bounds).all() and (bounds >= 0).all()
