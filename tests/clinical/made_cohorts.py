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
