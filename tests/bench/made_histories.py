"""Histories of many made-up patients from a seed, as the kernel reads them and as the columns that its peers read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.clinical.histories import Histories
from lib.clinical.instruments import BY_CODE, GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.scoring import score_forms
from lib.clinical.segments import NONE
from lib.clinical.sorting import CountingSessions, Forms, GivenCourses

# What design.md section 7 measured: a PHQ-9 and a GAD-7 at each of twelve looks, and eight dosing sessions, a patient.
N_LOOKS, N_SESSIONS = 12, 8
FIRST_DAY, LAST_DAY = 20_000, 20_400
# Shares of what is rare in a clinic: no dosing session at all, a second course, a time of day that is unknown, a blank answer,
# a second form on one day.
UNTREATED, AGAIN, TIMELESS, BLANK, TWICE = 0.05, 0.15, 0.2, 0.004, 0.03

Columns = dict[str, NDArray]


@dataclass(frozen=True)
class Made:
    """histories: of the kernel. forms, sessions: the same rows in the same order for others, of small whole types;
    second −1: unknown; total −1: none."""

    histories: Histories
    forms: Columns
    sessions: Columns
    n_patients: int
    as_of: int


def make_histories(n_patients: int, policy: Policy, seed: int = 1) -> Made:
    """The same every time; rows of forms and of sessions in no order."""
    rng = np.random.default_rng(seed)
    first_dose = rng.integers(FIRST_DAY + 40, FIRST_DAY + 120, n_patients)
    patient, day, second = _make_sessions(rng, first_dose)
    forms = _make_forms(rng, first_dose, policy)
    everybody, none = np.ones(n_patients, dtype=bool), np.zeros(0, dtype=np.int64)
    histories = Histories(
        forms,
        CountingSessions(patient, day, second),
        GivenCourses(none, none, none),
        np.full(n_patients, NONE),
        {one.code: everybody for one in BY_CODE},
    )
    return Made(histories, _form_columns(forms), _columns(patient, day, second), n_patients, LAST_DAY)


def _make_sessions(rng: np.random.Generator, first_dose: NDArray) -> tuple[NDArray, ...]:
    n = len(first_dose)
    gaps = rng.choice([3, 4, 7, 7, 7, 14], size=(n, N_SESSIONS))
    gaps[:, 0] = 0
    again = np.flatnonzero(rng.random(n) < AGAIN)
    gaps[again, rng.integers(1, N_SESSIONS, len(again))] = 100
    day = first_dose[:, None] + np.cumsum(gaps, axis=1)
    is_held = (rng.random(n) >= UNTREATED)[:, None] & (day <= LAST_DAY)
    patient = np.broadcast_to(np.arange(n)[:, None], day.shape)[is_held]
    order = rng.permutation(len(patient))
    return patient[order], day[is_held][order], _seconds(rng, len(patient))


def _make_forms(rng: np.random.Generator, first_dose: NDArray, policy: Policy) -> Forms:
    n = len(first_dose)
    gaps = rng.choice([3, 6, 7, 7, 8, 14, 21], size=(n, len(BY_CODE), N_LOOKS))
    gaps[..., 0] = 0
    gaps[rng.random(gaps.shape) < TWICE] = 0
    start = first_dose[:, None] - rng.choice([0, 0, 1, 7, 14, 21, 31, -1], size=(n, len(BY_CODE)))
    day = start[..., None] + np.cumsum(gaps, axis=-1)
    level = rng.uniform(0.6, 2.6, (n, 1, 1)) + rng.choice(
        [-0.12, -0.06, 0, 0.05], size=(n, 1, 1)
    ) * np.arange(N_LOOKS)
    level = level + rng.normal(0, 0.25, day.shape)
    patient, instrument, look = (axis.ravel() for axis in np.indices(day.shape))
    items = _answer(rng, level.ravel(), instrument)
    # A time of day for each look of the day, so that no two forms have one moment.
    second = np.where(
        rng.random(len(look)) < TIMELESS, NONE, 28_800 + 3_000 * look + rng.integers(0, 2_900, len(look))
    )
    second = np.where((gaps == 0).ravel(), 28_800 + 3_000 * look, second)
    order = rng.permutation(len(look))
    scores = score_forms(instrument[order], items[order], np.full(len(look), NONE), policy)
    return Forms(patient[order], instrument[order], day.ravel()[order], second[order], scores)


def _answer(rng: np.random.Generator, level: NDArray, instrument: NDArray) -> NDArray:
    n_items = max(one.n_items for one in BY_CODE)
    spread = rng.random((len(level), n_items), dtype=np.float32) - np.float32(0.5)
    items = np.clip(np.rint(level.astype(np.float32)[:, None] + spread), 0, 3).astype(np.int8)
    items[rng.random(items.shape, dtype=np.float32) < BLANK] = -1
    items[instrument == GAD7.code, GAD7.n_items :] = -1
    return items


def _seconds(rng: np.random.Generator, n: int) -> NDArray:
    return np.where(rng.random(n) < TIMELESS, NONE, 36_000 + rng.integers(0, 14_400, n))


def _columns(patient: NDArray, day: NDArray, second: NDArray) -> Columns:
    return {
        "patient": patient.astype(np.int32),
        "day": day.astype(np.int32),
        "second": np.where(second == NONE, -1, second).astype(np.int32),
    }


def _form_columns(forms: Forms) -> Columns:
    scores = forms.scores
    return _columns(forms.patient, forms.day, forms.second) | {
        "instrument": forms.instrument.astype(np.int8),
        "total": np.maximum(scores.total, -1).astype(np.int16),
        "low": np.maximum(scores.low, -1).astype(np.int16),
        "high": np.maximum(scores.high, -1).astype(np.int16),
        "is_blank": scores.is_item_9_blank & (forms.instrument == PHQ9.code),
    }
