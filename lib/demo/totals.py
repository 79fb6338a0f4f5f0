"""Totals of the induction, all patients at once.

Every step here is element by element (no dot products, no sums of floats), so the same seed gives the same
integers on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lib.demo import recipe
from lib.demo.recipe import GAD7, PHQ9, InstrumentRecipe

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def draw_classes(rng: np.random.Generator, n_patients: int) -> Ints:
    """One class (index into CLASS_NAMES) a patient; the shares are met exactly, to the nearest patient."""
    ends = [round(n_patients * sum(recipe.CLASS_SHARES[: k + 1])) for k in range(len(recipe.CLASS_SHARES))]
    in_order = np.searchsorted(np.array(ends), np.arange(n_patients), side="right")
    return rng.permutation(in_order).astype(np.int64)


def draw_baselines(rng: np.random.Generator, n_patients: int) -> tuple[Ints, Ints]:
    """PHQ-9 and GAD-7 before the first dose, one of them at least 10; nine in ten draws are kept."""
    n_drawn = 2 * n_patients + 50
    shared = rng.standard_normal(n_drawn)
    own = rng.standard_normal(n_drawn)
    phq9 = _round_total(PHQ9, PHQ9.baseline_mean + PHQ9.baseline_sd * shared)
    gad7_z = correlate(shared, own, recipe.CORRELATION_OF_BASELINES)
    gad7 = _round_total(GAD7, GAD7.baseline_mean + GAD7.baseline_sd * gad7_z)
    kept = np.flatnonzero((phq9 >= recipe.ENTRY_TOTAL) | (gad7 >= recipe.ENTRY_TOTAL))[:n_patients]
    return phq9[kept], gad7[kept]


def draw_falls(made: InstrumentRecipe, classes: Ints, baseline: Ints, z: Floats) -> Floats:
    """Share of the baseline total that is gone after session 4; 1 is all of it, below 0 is a rise."""
    fall = np.array(made.fall_mean)[classes] + np.array(made.fall_sd)[classes] * z
    fall = fall + made.fall_per_baseline_point * (baseline - made.baseline_mean)
    return np.clip(fall, recipe.LOWEST_FALL, 1.0)


def draw_induction(
    rng: np.random.Generator, made: InstrumentRecipe, classes: Ints, baseline: Ints, fall: Floats
) -> Ints:
    """Totals (patients, N_LOOKS): the baseline, then after sessions 1 to 6."""
    totals = np.empty((len(baseline), recipe.N_LOOKS), dtype=np.int64)
    totals[:, 0] = baseline
    noise = rng.standard_normal(len(baseline))
    for look in range(1, recipe.N_LOOKS):
        reached = np.array(recipe.FALL_REACHED)[classes, look - 1]
        gone = np.clip(fall * reached, recipe.LOWEST_FALL, 1.0)
        totals[:, look] = _round_total(made, baseline * (1.0 - gone) + made.noise_sd * noise)
        noise = correlate(noise, rng.standard_normal(len(baseline)), recipe.NOISE_CARRIED_OVER)
    return totals


def correlate(first: Floats, second: Floats, correlation: float) -> Floats:
    """Standard normals that correlate with `first`, from two independent ones."""
    return correlation * first + np.sqrt(1.0 - correlation * correlation) * second


def _round_total(made: InstrumentRecipe, value: Floats) -> Ints:
    return np.clip(np.floor(value + 0.5), 0, made.highest_total).astype(np.int64)
