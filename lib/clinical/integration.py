"""Integration practices and the hours after a dose: whether each fell into a window, and where that can be said at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.clinical.moments import Moments
from lib.clinical.segments import NONE, Bools, Ints

SECONDS_AN_HOUR = 3_600
# A time of day is unknown of many records: a practice is in a window only when it is so at any time of those days.
IN_WINDOW, OUTSIDE, DAY_KNOWN_ONLY = "in the window", "outside", "day known only"


@dataclass(frozen=True)
class Windows:
    """Arrays, one entry a practice: its place, and the session (row of the sessions; NONE where there is none) it speaks of:
    the last one in whose window it surely fell, else the last in whose window it may have fallen."""

    place: NDArray[np.str_]
    session: Ints


def classify_practices(practices: Moments, sessions: Moments, from_h: int, to_h: int) -> Windows:
    """Place each practice of one patient among the hours after that patient's counting sessions.

    The window is [start + from_h, start + to_h], both ends in it: policy display.plasticity_from_h and plasticity_to_h, which
    are the claim of source page A (24–72 hours), in hours.
    """
    n_practices, n_sessions = len(practices.day), len(sessions.day)
    if not n_sessions:
        return Windows(np.full(n_practices, OUTSIDE), np.full(n_practices, NONE))
    shortest = practices.earliest[:, None] - sessions.latest[None, :]
    longest = practices.latest[:, None] - sessions.earliest[None, :]
    low, high = from_h * SECONDS_AN_HOUR, to_h * SECONDS_AN_HOUR
    is_sure: Bools = (shortest >= low) & (longest <= high)
    is_possible: Bools = (longest >= low) & (shortest <= high)
    any_sure, any_possible = (np.asarray(one.any(axis=1)) for one in (is_sure, is_possible))
    place = np.where(any_sure, IN_WINDOW, np.where(any_possible, DAY_KNOWN_ONLY, OUTSIDE))
    decisive: Bools = np.where(any_sure[:, None], is_sure, is_possible)
    # The last by time, whatever the order of the rows.
    order = np.argsort(sessions.earliest, kind="stable")
    last = order[n_sessions - 1 - decisive[:, order][:, ::-1].argmax(axis=1)]
    return Windows(place, np.where(any_possible, last, NONE))
