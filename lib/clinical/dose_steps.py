"""One patient's dose steps, each with the totals around it and what the dose-change lens makes of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.dose_changes import Lens, Looks
from lib.clinical.history import PatientHistory

EPOCH = pd.Timestamp("1970-01-01")
NO_LOOK = "no two totals before it and one 3 to 28 days after it"
NO_LENS = "too few totals of the clinic without a step to compare with"
SEVERAL = "more than one step before the next total"


@dataclass(frozen=True)
class DoseStep:
    """A counting session with another dose than the one before in its course, and one instrument's totals around it.

    n_sessions: counting sessions at this dose so far. n_events_before, n_events_after: recorded adverse events in so many days.
    before, last, after: totals, each with its day (NaT where there is none); is_after_no_gain: the last total was not better than
    the one before. expected, effect, low, high: points (lib.clinical.dose_changes). reason: why there is no effect; "" otherwise.
    """

    on: pd.Timestamp
    from_mg: float
    to_mg: float
    n_sessions: int
    n_events_before: int
    n_events_after: int
    before: int | None = None
    last: int | None = None
    after: int | None = None
    last_on: pd.Timestamp = pd.NaT
    after_on: pd.Timestamp = pd.NaT
    is_after_no_gain: bool = False
    expected: float = np.nan
    effect: float = np.nan
    low: float = np.nan
    high: float = np.nan
    reason: str = ""


def find_steps(
    history: PatientHistory, patient: int, looks: Looks, lens: Lens | None, event_days: int
) -> tuple[DoseStep, ...]:
    """The oldest first. looks, lens: of one instrument and the patient's clinic."""
    sessions = history.dosing_sessions
    sessions = sessions[sessions["counts"]].reset_index(drop=True)
    dose, course = sessions["dose_mg"], sessions["course"]
    is_step = ((dose != dose.shift()) & (course == course.shift())).fillna(False).to_numpy(dtype=bool)
    is_step[:1] = False
    run = np.cumsum(is_step | (course != course.shift()).fillna(True).to_numpy(dtype=bool))
    found = []
    for row in np.flatnonzero(is_step):
        step = _facts(history, sessions, int(row), int((run == run[row]).sum()), event_days)
        found.append(DoseStep(**step, **_look(step["on"], patient, looks, lens)))
    return tuple(found)


def _facts(history: PatientHistory, sessions: pd.DataFrame, row: int, n_sessions: int, days: int) -> dict:
    on = sessions["on"].iloc[row]
    events, span = history.adverse_events["on"], pd.Timedelta(days=days)
    return {
        "on": on,
        "from_mg": float(sessions["dose_mg"].iloc[row - 1]),
        "to_mg": float(sessions["dose_mg"].iloc[row]),
        "n_sessions": n_sessions,
        "n_events_before": int(((events < on) & (events >= on - span)).sum()),
        "n_events_after": int(((events >= on) & (events < on + span)).sum()),
    }


def _look(on: pd.Timestamp, patient: int, looks: Looks, lens: Lens | None) -> Mapping:
    day = (on - EPOCH).days
    own = (looks.patient == patient) & (looks.last_on <= day) & (looks.after_on > day)
    (found,) = np.nonzero(own)
    if not len(found):
        return {"reason": NO_LOOK}
    at = found[:1]
    said = {
        **{name: int(getattr(looks, name)[at[0]]) for name in ("before", "last", "after")},
        "last_on": EPOCH + pd.Timedelta(days=int(looks.last_on[at[0]])),
        "after_on": EPOCH + pd.Timedelta(days=int(looks.after_on[at[0]])),
        "is_after_no_gain": bool(looks.last[at[0]] >= looks.before[at[0]]),
    }
    if lens is None:
        return said | {"reason": NO_LENS}
    if looks.n_steps[at[0]] > 1:
        return said | {"reason": SEVERAL}
    compared = lens.compare(looks.take(at)).iloc[0]
    return said | {name: float(compared[name]) for name in ("expected", "effect", "low", "high")}
