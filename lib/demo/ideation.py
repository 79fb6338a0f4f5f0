"""Item 9 of PHQ-9 through the induction and after, all patients at once.

Eight items hold at most 24, so a total above 24 forces item 9 above 0; a total of 0 forces it to 0.
"""

from __future__ import annotations

import numpy as np

from lib.demo import recipe
from lib.demo.totals import Floats, Ints, correlate

HIGHEST_OF_EIGHT_ITEMS = 24
# Standard normal quantiles of 1 - 0.73 and 0.06: below the first an answer has not improved, below the second it worsened.
NOT_IMPROVED_Z, WORSENED_Z = -0.6128, -1.5548


def draw_item_9(rng: np.random.Generator, induction: Ints, fall_z: Floats, share: float) -> Ints:
    """Answers (patients, N_LOOKS). `fall_z` is each patient's place in the fall of the total (standard normal)."""
    baseline = _draw_baseline(rng, induction[:, 0], share)
    course = correlate(fall_z, rng.standard_normal(len(baseline)), 0.5)  # [P] follows the total, loosely
    lower = np.where(rng.random(len(baseline)) < 0.75, 0, baseline - 1)
    target = np.where(course > NOT_IMPROVED_Z, lower, np.where(course < WORSENED_Z, baseline + 1, baseline))
    target = np.where(baseline > 0, np.minimum(target, 3), 0)
    changes_after = rng.integers(1, 5, len(baseline))  # one of the first four sessions
    looks = np.arange(recipe.N_LOOKS)
    answers = np.where(looks[None, :] >= changes_after[:, None], target[:, None], baseline[:, None])
    return fit_to_totals(answers, induction)


def fit_to_totals(answers: Ints, totals: Ints) -> Ints:
    """The nearest answers that the other eight items can complete to the totals."""
    return np.minimum(np.maximum(answers, totals - HIGHEST_OF_EIGHT_ITEMS), np.minimum(totals, 3))


def _draw_baseline(rng: np.random.Generator, totals: Ints, share: float) -> Ints:
    is_positive = rng.random(len(totals)) < share * (totals - 4) / 12.0
    drawn = rng.random(len(totals))
    level = 1 + (drawn > 0.82) + (drawn > 0.96)  # [P] mostly "several days"
    return fit_to_totals(np.where(is_positive, level, 0), totals)
