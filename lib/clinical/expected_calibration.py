"""How often the 80 % band held: every patient's totals against the ribbon that the others would have given."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.expected import PROBABILITIES, Cell, Comparison
from lib.clinical.segments import Bools, Ints

LOW_80, HIGH_80 = PROBABILITIES.index(0.1), PROBABILITIES.index(0.9)


@dataclass(frozen=True)
class Calibration:
    """Of n_scores totals of n_patients held-out patients, n_held lay within the 80 % band, its edges included."""

    n_held: int
    n_scores: int
    n_patients: int


def calibrate(comparison: Comparison) -> Calibration:
    """One baseline band: each fold of its patients is held against a ribbon from the other folds.

    Which sessions have a ribbon, and whether it is pooled, is decided with everybody but the patient, as on the screen: what
    is judged is the ribbon that is shown, read from four fifths of its patients.
    """
    limits, scores = comparison.policy.expected_course, comparison.scores
    is_held: list[Bools] = [np.zeros(0, dtype=bool)]
    whose: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for session in range(1, limits.max_session + 1):
        cell = comparison.cell(session, limits.min_patients + 1)
        if cell.n_patients <= limits.min_patients:
            continue
        for fold in range(limits.folds):
            is_out = scores.fold == fold
            judged = comparison.is_measured(session) & comparison.is_in_band & is_out
            known = Cell(session, cell.rows & ~is_out, cell.is_pooled)
            if judged.any() and known.n_patients:
                is_held.append(_is_held(comparison, known, judged))
                whose.append(scores.patient[judged])
    every = np.concatenate(is_held)
    return Calibration(int(every.sum()), len(every), len(np.unique(np.concatenate(whose))))


def _is_held(comparison: Comparison, known: Cell, judged: Bools) -> Bools:
    bounds = comparison.bounds(known, comparison.scores.baseline[judged])
    totals = comparison.scores.after[judged, known.session - 1]
    return (totals >= bounds[:, LOW_80]) & (totals <= bounds[:, HIGH_80])
