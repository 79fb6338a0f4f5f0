"""The dose-change lens: the total after a dose step, beside what totals do by themselves after such totals.

Doses are changed after bad scores, and a bad score is in part bad luck: the next one is better whatever was done. With no true
effect at all, raising the dose whenever a total is not better is followed by a mean change of −1.5 points, and every other total
by +0.9 (evidence, product 5.3). So a step's change is held against the one expected from the two totals before it, read from the
clinic's own totals with sessions but no step between them, by least squares on the last change, the last total and the sessions
before it. What is left is drawn towards the mean of all steps by how much steps differ beyond noise (empirical Bayes).
It describes; it never shows that a dose did something.
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.segments import NONE, Bools, Ints, day_keys

Floats = NDArray[np.float64]
# 95 % of a normal distribution lie within so many standard deviations.
_Z = 1.96
_N_PREDICTORS = 4


@dataclass(frozen=True)
class Looks:
    """Three consecutive totals of a patient, with dosing sessions between the last two; one entry each.

    patient; before, last, after: totals; last_on, after_on: days; n_before: counting sessions before the last total; n_between:
    counting sessions between the last two; n_steps: how many of these had another dose than the session before.
    """

    patient: Ints
    before: Ints
    last: Ints
    after: Ints
    last_on: Ints
    after_on: Ints
    n_before: Ints
    n_between: Ints
    n_steps: Ints

    def take(self, index: Ints | Bools) -> "Looks":
        return Looks(*(getattr(self, entry.name)[index] for entry in fields(self)))

    def predictors(self) -> Floats:
        return np.column_stack(
            [np.ones(len(self.last)), self.last - self.before, self.last, np.log1p(self.n_before)]
        )


@dataclass(frozen=True)
class Lens:
    """What totals do without a step, and how steps differ from it.

    weights: of Looks.predictors; noise: variance of one change around its expectation (points squared); mean_effect, its standard
    error, and spread: the variance of true effects over steps. n_reference, n_steps: looks that each was read from.
    """

    weights: Floats
    noise: float
    mean_effect: float
    error_of_mean: float
    spread: float
    n_reference: int
    n_steps: int

    def compare(self, looks: Looks) -> pd.DataFrame:
        """One row a look: change, expected (points), effect, low and high (95 %): the difference, shrunken."""
        expected = looks.predictors() @ self.weights
        change = looks.after - looks.last
        weight = self.spread / (self.spread + self.noise) if self.spread > 0 else 0.0
        effect = self.mean_effect + weight * (change - expected - self.mean_effect)
        error = np.sqrt(weight * self.noise + (1 - weight) ** 2 * self.error_of_mean**2)
        return pd.DataFrame(
            {
                "change": change,
                "expected": expected,
                "effect": effect,
                "low": effect - _Z * error,
                "high": effect + _Z * error,
            }
        )


def select_looks(
    forms: pd.DataFrame, sessions: pd.DataFrame, *, days_after: tuple[int, int], max_gap: int
) -> Looks:
    """forms: patient, day, total of one instrument, in force, sorted by patient and day. sessions: counting ones: patient, day,
    dose_mg, sorted the same. days_after: how long after the last session between them the third total may be dated (3 to 28);
    max_gap: the longest time between two of the three, in days. A form on a session's day speaks of the time before it."""
    patient, day, total = (forms[name].to_numpy(dtype=np.int64) for name in ("patient", "day", "total"))
    third = (
        np.flatnonzero(patient[2:] == patient[:-2]) + 2 if len(patient) > 2 else np.zeros(0, dtype=np.int64)
    )
    key = day_keys(sessions["patient"].to_numpy(), sessions["day"].to_numpy())
    is_step = _is_step(sessions)
    n_steps_to = np.append(0, np.cumsum(is_step))
    start = np.searchsorted(key, day_keys(patient[third], day[third - 1]))
    stop = np.searchsorted(key, day_keys(patient[third], day[third]))
    own_first = np.searchsorted(key, day_keys(patient[third], np.full(len(third), NONE)))
    session_day = np.append(sessions["day"].to_numpy(dtype=np.int64), 0)
    since_session = day[third] - session_day[stop - 1]
    is_kept = (
        (stop > start)
        & (since_session >= days_after[0])
        & (since_session <= days_after[1])
        & (day[third] - day[third - 1] <= max_gap)
        & (day[third - 1] - day[third - 2] <= max_gap)
    )
    third, start, stop, own_first = third[is_kept], start[is_kept], stop[is_kept], own_first[is_kept]
    return Looks(
        patient=patient[third],
        before=total[third - 2],
        last=total[third - 1],
        after=total[third],
        last_on=day[third - 1],
        after_on=day[third],
        n_before=start - own_first,
        n_between=stop - start,
        n_steps=n_steps_to[stop] - n_steps_to[start],
    )


def _is_step(sessions: pd.DataFrame) -> Bools:
    """Whether each session's dose differs from that of the patient's session before."""
    patient, dose = sessions["patient"].to_numpy(), sessions["dose_mg"].to_numpy()
    is_same_patient = np.append(False, patient[1:] == patient[:-1])[: len(patient)]
    return is_same_patient & (np.append(np.nan, dose[:-1])[: len(dose)] != dose)


def fit_lens(looks: Looks, *, min_looks: int) -> Lens | None:
    """None where fewer than min_looks have sessions without a step between: then nothing is expected of anything."""
    is_step = looks.n_steps > 0
    n_reference = int((~is_step).sum())
    if n_reference < max(min_looks, _N_PREDICTORS + 1):
        return None
    predictors, change = looks.predictors(), (looks.after - looks.last).astype(float)
    weights = np.linalg.lstsq(predictors[~is_step], change[~is_step], rcond=None)[0]
    left = change - predictors @ weights
    noise = float((left[~is_step] ** 2).sum() / (n_reference - _N_PREDICTORS))
    effects = left[is_step]
    if not len(effects):
        return Lens(weights, noise, 0.0, 0.0, 0.0, n_reference, 0)
    variance = float(effects.var(ddof=1)) if len(effects) > 1 else noise
    spread = max(0.0, variance - noise)
    error = float(np.sqrt((spread + noise) / len(effects)))
    return Lens(weights, noise, float(effects.mean()), error, spread, n_reference, len(effects))
