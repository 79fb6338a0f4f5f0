"""How totals moved within patients around a session at another dose, and at the same dose. It describes; a step explains nothing.

Doses are raised after bad totals, and a bad total is in part bad luck: with no true effect at all, a raise whenever a total is
not better is followed by a mean change of −1.5 points, and every other total by +0.9 (evidence, product 5.3, simulated). So
beside what followed stands what these courses' totals do by themselves after two such totals (lib/clinical/dose_changes.py).
"""

from dataclasses import dataclass

import numpy as np

from lib.clinical.dose_changes import Lens, Looks, fit_lens
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.course_scores import N_SESSIONS
from lib.clinical.outcomes.facts import Facts
from lib.clinical.outcomes.session_facts import CourseSessions
from lib.clinical.segments import NONE, Ints

Floats = np.ndarray


@dataclass(frozen=True)
class Spread:
    """Points: the mean, and the ends of the middle half."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True)
class StepChange:
    """direction: −1 the dose was lowered, 0 the same, 1 raised. n_steps: sessions with the total before the last, the last before
    the session, and the first after it, of n_patients; n_unknown: sessions that lack one of these. before: the total before less
    the last one; after: the total after less the last one; None of nobody. expected: mean change after such totals without a
    step; nan where too few stand without one."""

    direction: int
    n_steps: int
    n_patients: int
    n_unknown: int
    before: Spread | None = None
    after: Spread | None = None
    expected: float = np.nan


def derive_step_changes(asked: Asked, facts: Facts, sessions: CourseSessions) -> list[StepChange]:
    """Lowered, same, raised. sessions: of these facts. Of the second to the sixth session of each course; daily low-dose courses
    are left out, and so is a session that follows the one before by more than the days for which a score is current."""
    step, looks = _find_steps(asked, facts, sessions)
    is_known = (looks.before != NONE) & (looks.last != NONE) & (looks.after != NONE)
    known = looks.take(is_known)
    lens = fit_lens(known, min_looks=asked.policy.expected_course.min_patients)
    return [
        _summarise(direction, known.take(step[is_known] == direction), int((own & ~is_known).sum()), lens)
        for direction in (-1, 0, 1)
        for own in [step == direction]
    ]


def _find_steps(asked: Asked, facts: Facts, sessions: CourseSessions) -> tuple[Ints, Looks]:
    """Every session after the first: the direction of its dose, and the totals around it (NONE: none)."""
    scores, dose = asked.scores(facts), sessions.rows["dose_mg"].to_numpy(dtype=float)
    totals = np.column_stack(
        [
            scores["baseline_total"],
            *(scores.total(f"session_{number}") for number in range(1, N_SESSIONS + 1)),
        ]
    )
    is_later = (sessions.number >= 2) & (sessions.number <= N_SESSIONS)
    gap, change = np.diff(sessions.day, prepend=0), np.diff(dose, prepend=0)
    is_later &= ~facts.is_daily[sessions.course] & (gap <= asked.policy.categories.current_days)
    course, number = sessions.course[is_later], sessions.number[is_later]
    step = np.sign(change[is_later]).astype(np.int64)
    nowhen = np.full(len(course), NONE)
    looks = Looks(
        patient=facts.patient[course],
        before=totals[course, number - 2],
        last=totals[course, number - 1],
        after=totals[course, number],
        last_on=nowhen,
        after_on=nowhen,
        n_before=number - 1,
        n_between=np.ones(len(course), dtype=np.int64),
        n_steps=np.abs(step),
    )
    return step, looks


def _summarise(direction: int, looks: Looks, n_unknown: int, lens: Lens | None) -> StepChange:
    n = len(looks.last)
    counted = StepChange(direction, n, len(np.unique(looks.patient)), n_unknown)
    if not n:
        return counted
    expected = float((looks.predictors() @ lens.weights).mean()) if lens else np.nan
    return StepChange(
        direction,
        n,
        counted.n_patients,
        n_unknown,
        _spread(looks.before - looks.last),
        _spread(looks.after - looks.last),
        expected,
    )


def _spread(points: Ints) -> Spread:
    low, high = np.percentile(points, (25, 75)).tolist()
    return Spread(low, float(points.mean()), high)
