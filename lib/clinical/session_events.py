"""Which dosing session an adverse event belongs to: the event's record says when it began, and names no session."""

import numpy as np
import pandas as pd

from lib.clinical.moments import Moments
from lib.clinical.segments import NONE, Ints


def find_sessions(events: Moments, sessions: Moments) -> Ints:
    """For each event the row of the last session that had begun by then, of the same date or the one before; else NONE.

    sessions: the counting ones of the same patient. Where a time of day is unknown, the session of the event's own date is
    meant. Ours: an event of a later date is nobody's session's, and stands in the list of events all the same.
    """
    nobody = (np.zeros(len(one.day), dtype=np.int64) for one in (events, sessions))
    return _find(events, sessions, *nobody)


def find_sessions_of_all(events: pd.DataFrame, sessions: pd.DataFrame) -> Ints:
    """The same of many patients at once: patient, day, second (NONE: unknown) of both."""
    (whose, event), (own, session) = (
        (
            rows["patient"].to_numpy(dtype=np.int64),
            Moments(rows["day"].to_numpy(dtype=np.int64), rows["second"].to_numpy(dtype=np.int64)),
        )
        for rows in (events, sessions)
    )
    return _find(event, session, whose, own)


def _find(events: Moments, sessions: Moments, of_event: Ints, of_session: Ints) -> Ints:
    if not len(sessions.day):
        return np.full(len(events.day), NONE)
    begun = _key(of_session, sessions.earliest)
    order = np.argsort(begun, kind="stable")
    place = np.searchsorted(begun[order], _key(of_event, events.latest), side="right") - 1
    session = order[np.maximum(place, 0)]
    is_near = (place >= 0) & (of_session[session] == of_event) & (events.day - sessions.day[session] <= 1)
    return np.where(is_near, session, NONE)


def _key(patient: Ints, at: Ints) -> Ints:
    """Patient above, seconds since 1970 below (34 bits reach the year 2514), in one number."""
    return (patient << 34) + at
