"""Generated cohorts as the session scores of one clinic, complete or with patients who stop answering."""

import numpy as np

from lib.clinical.instruments import GAD7, PHQ9, Instrument
from lib.clinical.segments import NONE
from lib.clinical.session_scores import SessionScores, fold_of
from lib.demo import Cohort

COLUMNS = {PHQ9.name: "phq9", GAD7.name: "gad7"}


def totals_of(cohort: Cohort, instrument: Instrument) -> np.ndarray:
    """Patients × 7: before the first dose, then after sessions 1 to 6."""
    return getattr(cohort, COLUMNS[instrument.name])


def stop_answering(totals: np.ndarray, seed: int, *, responders: float, others: float) -> np.ndarray:
    """Patients × 6, True where nobody measures any more: after each session these shares of the two groups stop for good."""
    rng = np.random.default_rng(seed)
    halved = 2 * totals[:, 1:] <= totals[:, :1]
    stops = rng.random(halved.shape) < np.where(halved, responders, others)
    return np.cumsum(stops, axis=1) - stops > 0


def as_scores(
    totals: np.ndarray, is_lost: np.ndarray | None = None, *, n_folds: int = 5, max_session: int = 12
) -> SessionScores:
    """Patient 0, 1, …, six sessions each; rows of `is_lost` are not measured."""
    n, n_looks = totals.shape
    after = np.full((n, max_session), NONE)
    after[:, : n_looks - 1] = totals[:, 1:] if is_lost is None else np.where(is_lost, NONE, totals[:, 1:])
    return SessionScores(
        patient=np.arange(n),
        baseline=totals[:, 0],
        n_sessions=np.full(n, n_looks - 1),
        is_daily=np.zeros(n, dtype=bool),
        is_current=np.ones(n, dtype=bool),
        after=after,
        fold=fold_of((f"patient {number}" for number in range(n)), n_folds),
    )


# The second generator: another shape, another error, other shares, and patients who leave because of how they are. All ours.
OTHER_SHARES = (0.72, 0.10, 0.18)
OTHER_FALLS = ((0.62, 0.16), (0.02, 0.10), (0.55, 0.15))  # share of the baseline gone in the end: mean, SD
OTHER_PACES = (2.0, 2.0, 4.5)  # sessions after which 63 % of that is reached
OTHER_NOISE_SD, OTHER_CARRY = 2.3, 0.7
LEAVES, STAYS = 0.06, 0.02  # after each session, of those whose total is not halved, and of the others


def draw_other_cohort(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """(class, PHQ-9 totals: patients × 7, NONE once a patient has left): saturating curves, errors that carry over from form to
    form, informative drop-out. Classes as in the demo's generator: improving, chronic, delayed."""
    rng = np.random.default_rng([seed, 2])
    classes = rng.choice(3, size=n, p=OTHER_SHARES)
    baseline = np.clip(np.rint(rng.normal(16.5, 4.0, n)), 10, 26)
    mean, sd = np.array(OTHER_FALLS)[classes].T
    fall = np.clip(rng.normal(mean, sd), -0.3, 1)
    totals = np.empty((n, 7), dtype=np.int64)
    totals[:, 0] = baseline
    error = rng.standard_normal(n)
    for session in range(1, 7):
        reached = 1 - np.exp(-session / np.array(OTHER_PACES)[classes])
        value = baseline * (1 - fall * reached) + OTHER_NOISE_SD * error
        totals[:, session] = np.clip(np.rint(value), 0, 27)
        error = OTHER_CARRY * error + np.sqrt(1 - OTHER_CARRY**2) * rng.standard_normal(n)
    is_lost = stop_answering(totals, seed, responders=STAYS, others=LEAVES)
    totals[:, 1:][is_lost] = NONE
    return classes, totals
