"""Totals in the weeks after the last induction session, all patients at once.

Without further dosing a responder loses the response in a week drawn from STILL_RESPONDING: the week decides, and
noise never carries a total over the half of its baseline before it. That keeps the published curve exact, whatever
the noise of a single form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo import recipe
from lib.demo.recipe import N_WEEKS_AFTER, InstrumentRecipe
from lib.demo.totals import Bools, Floats, Ints, correlate

NEVER = N_WEEKS_AFTER + 1
LEVEL_NOISE = 0.6  # [P] of an instrument's noise: the level itself was read from a form that carries the rest


@dataclass(frozen=True)
class Ending:
    """How each patient's induction ends; every array is (patients,)."""

    n_induction: Ints  # its number of dosing sessions
    is_maintained: Bools  # dosing goes on
    week_lost: Ints  # week after the induction in which a response is lost


def draw_week_lost(rng: np.random.Generator, is_maintained: Bools) -> Ints:
    """The week in which a responder is one no longer (NEVER beyond the table); drawn for everybody."""
    still = rng.random(len(is_maintained))
    kept_without = np.array(recipe.STILL_RESPONDING)
    without = np.searchsorted(-kept_without, -still, side="right")
    kept_with = 1.0 - recipe.LOST_PER_WEEK_OF_MAINTENANCE * np.arange(N_WEEKS_AFTER + 1)
    within = np.searchsorted(-kept_with, -still, side="right")
    week = np.where(is_maintained, within, np.where(without < len(kept_without), without, NEVER))
    return week.astype(np.int64)


def draw_after(rng: np.random.Generator, made: InstrumentRecipe, induction: Ints, ending: Ending) -> Ints:
    """Totals (patients, N_WEEKS_AFTER) of weeks 1, 2, ... after the induction, whose own are (patients, N_LOOKS)."""
    n = len(induction)
    baseline, end = induction[:, 0], induction[np.arange(n), ending.n_induction]
    half = baseline // 2
    was_response = 2 * end <= baseline
    relapsed_to = baseline * (0.6 + 0.35 * rng.random(n))  # [P] most of the way back
    totals = np.empty((n, N_WEEKS_AFTER), dtype=np.int64)
    noise = rng.standard_normal(n)
    for week in range(1, N_WEEKS_AFTER + 1):
        is_lost = was_response & (week >= ending.week_lost)
        level = np.where(
            is_lost, relapsed_to, _drift(end, baseline, was_response, ending.is_maintained, week)
        )
        raw = np.floor(level + LEVEL_NOISE * made.noise_sd * noise + 0.5)
        raw = np.where(was_response & ~is_lost, np.minimum(raw, half), raw)
        raw = np.where(is_lost, np.maximum(raw, half + 1), raw)
        totals[:, week - 1] = np.clip(raw, 0, made.highest_total).astype(np.int64)
        noise = correlate(noise, rng.standard_normal(n), recipe.NOISE_CARRIED_OVER)
    return totals


def _drift(end: Ints, baseline: Ints, was_response: Bools, is_maintained: Bools, week: int) -> Floats:
    """Where a level goes from the end of the induction. [P]

    With maintenance what has not responded yet falls by up to 35 % in eight weeks; without, it drifts a quarter of the
    way back to the baseline.
    """
    share = min(week, 8) / 8.0
    better = end * (1.0 - 0.35 * share)
    back = end + 0.25 * share * (baseline - end)
    return np.where(was_response, end, np.where(is_maintained, better, back))
