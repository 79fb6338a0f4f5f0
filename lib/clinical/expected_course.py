"""One patient's expected course, read from everybody else of the clinic, and what can be said of its worth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lib.clinical import policy_tables as tables
from lib.clinical.expected import Comparison, band_of, n_bands, say_band
from lib.clinical.expected_calibration import Calibration, calibrate
from lib.clinical.instruments import INSTRUMENTS, Instrument
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints
from lib.clinical.session_scores import SessionScores


@dataclass(frozen=True)
class Reference:
    """A clinic's patients under a policy, and how well their expected courses held: by instrument, then baseline band."""

    policy: Policy
    scores: Mapping[str, SessionScores]
    calibrations: Mapping[str, tuple[Calibration, ...]]


@dataclass(frozen=True)
class Step:
    """What is expected after one session. bounds: totals at expected.PROBABILITIES; n_patients: those it was read from.

    n_taken, n_measured: of the other patients in the baseline band, how many took the session, and were measured after it.
    """

    session: int
    bounds: tuple[float, ...]
    n_patients: int
    is_pooled: bool
    n_taken: int
    n_measured: int


@dataclass(frozen=True)
class ExpectedCourse:
    """An instrument's ribbon for one patient. steps: the sessions that have one.

    limits: the policy's. reason: why there is no ribbon at all, for another cause than too few patients; "" otherwise. n_began:
    other patients of the baseline band who began a course. too_few: (session, comparable patients) of sessions without a step.
    """

    instrument: Instrument
    limits: tables.ExpectedCourse
    reason: str
    band: str = ""
    n_began: int = 0
    steps: tuple[Step, ...] = ()
    too_few: tuple[tuple[int, int], ...] = ()
    calibration: Calibration | None = None


def make_reference(scores: Mapping[str, SessionScores], policy: Policy) -> Reference:
    """Everybody's session scores by instrument's name, and the calibration of each baseline band."""
    calibrations = {
        name: tuple(
            calibrate(Comparison(own.comparable(), INSTRUMENTS[name], band, policy))
            for band in range(n_bands(INSTRUMENTS[name]))
        )
        for name, own in scores.items()
    }
    return Reference(policy, scores, calibrations)


def expect_course(reference: Reference, patient: int, instrument: Instrument) -> ExpectedCourse:
    """The ribbon for the sessions that this patient has taken; the patient is never compared with themselves."""
    scores, policy = reference.scores[instrument.name], reference.policy
    limits = policy.expected_course
    own = np.flatnonzero(scores.patient == patient)
    reason = _say_why_not(scores, own)
    if reason:
        return ExpectedCourse(instrument, limits, reason)
    row = int(own[0])
    baseline, n_sessions = int(scores.baseline[row]), int(scores.n_sessions[row])
    band = int(band_of(scores.baseline[own], instrument)[0])
    others = scores.select(scores.patient != patient).comparable()
    comparison = Comparison(others, instrument, band, policy)
    sessions = range(1, min(n_sessions, limits.max_session) + 1)
    found = [_expect_step(comparison, baseline, session) for session in sessions]
    return ExpectedCourse(
        instrument,
        limits,
        "",
        say_band(band, instrument),
        int(comparison.is_in_band.sum()),
        tuple(step for step in found if step.bounds),
        tuple((step.session, step.n_patients) for step in found if not step.bounds),
        reference.calibrations[instrument.name][band],
    )


def _say_why_not(scores: SessionScores, own: Ints) -> str:
    if not len(own):
        return "no dosing session yet"
    row = int(own[0])
    if not scores.is_current[row]:
        return "this is a later course, and only first courses are compared"
    if scores.is_daily[row]:
        return "daily low doses, whose sessions stand too close to be compared one by one"
    return "no baseline" if scores.baseline[row] == NONE else ""


def _expect_step(comparison: Comparison, baseline: int, session: int) -> Step:
    """One session; without bounds where too few are comparable."""
    min_patients = comparison.policy.expected_course.min_patients
    cell = comparison.cell(session, min_patients)
    bounds: tuple[float, ...] = ()
    if cell.n_patients >= min_patients:
        bounds = tuple(comparison.bounds(cell, np.array([baseline]))[0].tolist())
    in_band, scores = comparison.is_in_band, comparison.scores
    n_taken = int((in_band & (scores.n_sessions >= session)).sum())
    n_measured = int((in_band & comparison.is_measured(session)).sum())
    return Step(session, bounds, cell.n_patients, cell.is_pooled, n_taken, n_measured)
