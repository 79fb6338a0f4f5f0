"""Until when something stays open that has begun to hold: until two looks a week apart have missed it. Asked of every day."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.segments import NONE, Bools, Ints


@dataclass(frozen=True)
class Openness:
    """One entry a day that has a record. holds: the rule holds; is_open: it holds, or has held and two looks have not missed it
    since. last_hold: the place of the last day up to here on which it held, NONE: none. since: from when it had held then without
    a break. first_look: the first look after that day, NONE: none yet."""

    holds: Bools
    is_open: Bools
    last_hold: Ints
    since: Ints
    first_look: Ints


def follow(owner: Ints, day: Ints, holds: Bools, is_look: Bools, apart: int) -> Openness:
    """Rows sorted by owner and day, one a day that has a record. apart: the days between two looks that together clear."""
    n, place = len(owner), np.arange(len(owner))
    last_hold = np.maximum.accumulate(np.where(holds, place, -1))
    has_held = (last_hold >= 0) & (owner[np.maximum(last_hold, 0)] == owner)
    last_hold = np.where(has_held, last_hold, 0)
    next_look = np.append(np.minimum.accumulate(np.where(is_look, place, n)[::-1])[::-1], n)
    first_look = next_look[np.minimum(last_hold + 1, n)]
    has_look = has_held & (first_look <= place)
    first_look = np.where(has_look, first_look, 0)
    last_look = np.maximum(np.maximum.accumulate(np.where(is_look, place, -1)), 0)
    is_cleared = has_look & (day[last_look] - day[first_look] >= apart)
    goes_on = np.append(False, holds[:-1] & (owner[1:] == owner[:-1]))[:n]
    run_start = np.maximum(np.maximum.accumulate(np.where(holds & ~goes_on, place, -1)), 0)
    return Openness(
        holds,
        has_held & ~is_cleared,
        np.where(has_held, last_hold, NONE),
        np.where(has_held, day[run_start[last_hold]], NONE) if n else last_hold,
        np.where(has_look, day[first_look], NONE) if n else first_look,
    )
