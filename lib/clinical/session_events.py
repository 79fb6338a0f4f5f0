"""Which dosing session an adverse event belongs to: the event's record says when it began, and names no session."""

import numpy as np

from lib.clinical.moments import Moments
from lib.clinical.segments import NONE, Ints


def find_sessions(events: Moments, sessions: Moments) -> Ints:
    """For each event the row of the last session that had begun by then, of the same date or the one before; else NONE.

    sessions: the counting ones of the same patient. Where a time of day is unknown, the session of the event's own date is
    meant. Ours: an event of a later date is nobody's session's, and stands in the list of events all the same.
    """
    if not len(sessions.day):
        return np.full(len(events.day), NONE)
    order = np.argsort(sessions.earliest, kind="stable")
    place = np.searchsorted(sessions.earliest[order], events.latest, side="right") - 1
    session = order[np.maximum(place, 0)]
    is_near = (place >= 0) & (events.day - sessions.day[session] <= 1)
    return np.where(is_near, session, NONE)
