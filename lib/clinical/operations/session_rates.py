"""Adverse events and severe hypertension by month: only over sessions of which somebody asked, or took a pressure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.segments import NONE
from lib.clinical.session_events import find_sessions_of_all

MONTH_COLUMNS = (
    *("month", "n_sessions", "n_asked", "n_events", "n_events_unasked"),
    *("n_pressure", "n_after", "n_severe"),
)
_MOMENTS: Sequence[str] = ("pre", "40", "120")


def derive_session_rates(sessions: pd.DataFrame, events: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The sessions with month (its first day), is_asked (somebody asked for adverse events), n_events (that belong to the
    session, asked for or not), has_pressure (systolic and diastolic of one moment, or one that is severe), has_after (such a
    pair after the dose), is_severe (any reading at or over [policy blood_pressure critical]).

    sessions: counting ones: id, patient, day, second (NONE), the six pressures (NaN), ae_asked (1, 0, NaN). events: patient, day,
    second. An event belongs to the last session that had begun by then, of its date or the one before
    (lib/clinical/session_events.py).
    """
    limits = policy.blood_pressure
    pairs = {name: (sessions[f"sbp_{name}_mmhg"], sessions[f"dbp_{name}_mmhg"]) for name in _MOMENTS}
    is_severe, has_pair = (pd.Series(False, index=sessions.index) for _ in range(2))
    has_after = has_pair.copy()
    for name, (systolic, diastolic) in pairs.items():
        is_severe |= (systolic >= limits.critical_systolic) | (diastolic >= limits.critical_diastolic)
        is_pair = systolic.notna() & diastolic.notna()
        has_pair |= is_pair
        if name != "pre":
            has_after |= is_pair
    owner = find_sessions_of_all(events, sessions)
    return sessions.assign(
        month=_month_of(sessions["day"].to_numpy(dtype=np.int64)),
        is_asked=sessions["ae_asked"] == 1,
        n_events=np.bincount(owner[owner != NONE], minlength=len(sessions))[: len(sessions)],
        has_pressure=has_pair | is_severe,
        has_after=has_after,
        is_severe=is_severe,
    )


def _month_of(days: np.ndarray) -> np.ndarray:
    """The first day of each day's month."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def summarise_months(rated: pd.DataFrame, between: tuple[int, int]) -> pd.DataFrame:
    """MONTH_COLUMNS, one row a month between two days, also one without a session. n_events: of sessions that were asked about;
    n_events_unasked: of the others, in no rate. n_severe: of n_pressure sessions."""
    counted = pd.DataFrame(
        {
            "month": rated["month"],
            "n_sessions": 1,
            "n_asked": 1 * rated["is_asked"],
            "n_events": rated["n_events"].where(rated["is_asked"], 0),
            "n_events_unasked": rated["n_events"].where(~rated["is_asked"], 0),
            "n_pressure": 1 * rated["has_pressure"],
            "n_after": 1 * rated["has_after"],
            "n_severe": 1 * rated["is_severe"],
        }
    )
    months = np.unique(_month_of(np.arange(between[0], between[1] + 1)))
    sums = counted.groupby("month")[list(MONTH_COLUMNS[1:])].sum()
    return sums.reindex(months, fill_value=0).rename_axis("month").reset_index().astype("int64")
