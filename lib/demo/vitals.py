"""Blood pressure before the dose and 40 minutes after it, for any number of patients and sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.demo import recipe
from lib.demo.totals import Floats, Ints

N_EARLY_SESSIONS = 3  # Yale: rises are larger in the first three sessions
EARLY_EXTRA = 1.0  # [P] mmHg, and as much less afterwards
RISE_PER_YEAR = 0.06  # [P] mmHg a year of age


@dataclass(frozen=True)
class BloodPressure:
    """Each array is (patients, sessions), in whole mmHg."""

    sbp_pre: Ints
    dbp_pre: Ints
    sbp_40: Ints
    dbp_40: Ints


def draw_blood_pressure(rng: np.random.Generator, age: Ints, n_sessions: int) -> BloodPressure:
    """Readings that vary between patients and, less, between one patient's sessions."""
    n = len(age)
    shape = (n, n_sessions)
    usual_sbp = recipe.SBP_PRE + 0.25 * (age - recipe.AGE_MEAN) + 8.0 * rng.standard_normal(n)
    sbp_pre = usual_sbp[:, None] + 6.0 * rng.standard_normal(shape)
    dbp_usual = recipe.DBP_PRE + 4.0 * rng.standard_normal(n)
    dbp_pre = dbp_usual[:, None] + 0.35 * (sbp_pre - recipe.SBP_PRE) + 4.0 * rng.standard_normal(shape)
    offset = RISE_PER_YEAR * (age[:, None] - recipe.AGE_MEAN) + _early(n_sessions)[None, :]
    sbp_rise = recipe.SBP_RISE + offset + _spread(rng, shape, recipe.SBP_RISE_SD)
    dbp_rise = recipe.DBP_RISE + 0.5 * offset + _spread(rng, shape, recipe.DBP_RISE_SD)
    return BloodPressure(
        _whole(sbp_pre), _whole(dbp_pre), _whole(sbp_pre + sbp_rise), _whole(dbp_pre + dbp_rise)
    )


def _early(n_sessions: int) -> Floats:
    return np.where(np.arange(n_sessions) < N_EARLY_SESSIONS, EARLY_EXTRA, -EARLY_EXTRA)


def _spread(rng: np.random.Generator, shape: tuple[int, int], sd: float) -> Floats:
    """Half of the variance lies between patients."""
    between = rng.standard_normal(shape[0])[:, None]
    return sd * np.sqrt(0.5) * (between + rng.standard_normal(shape))


def _whole(values: Floats) -> Ints:
    return np.floor(values + 0.5).astype(np.int64)
