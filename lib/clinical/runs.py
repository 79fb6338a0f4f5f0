"""Places in sorted arrays, found without a search where what is asked allows it: a search over all takes five times as long."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.clinical.segments import NONE, Bools, Columns, Ints, begins_run, day_keys


@dataclass(frozen=True)
class Runs:
    """Sorted keys by their upper bits: of each run of equal ones these bits, where it starts and where it stops."""

    keys: Ints
    n_lower_bits: int
    heads: Ints
    start: Ints
    stop: Ints

    @classmethod
    def of(cls, keys: Ints, n_lower_bits: int) -> "Runs":
        upper = keys >> n_lower_bits
        start = np.flatnonzero(begins_run(upper))
        return cls(keys, n_lower_bits, upper[start], start, np.append(start[1:], len(keys))[: len(start)])

    def position(self, asked: Ints) -> Ints:
        """Where the first key at or above each asked one stands. Mostly the asked lie behind all keys of their run; only the
        others are looked for."""
        if not len(self.heads):
            return np.zeros(len(asked), dtype=np.int64)
        return self._position_in(find_in(self.heads, asked >> self.n_lower_bits), asked)

    def _position_in(self, run: Ints, asked: Ints) -> Ints:
        position = self.stop.take(run, mode="clip")
        others = np.flatnonzero((run == NONE) | (self.keys.take(position - 1) >= asked))
        position[others] = np.searchsorted(self.keys, asked[others])
        return position

    def count_before(self, asked: Ints) -> Ints:
        """How many keys of its run each asked one has before it."""
        if not len(self.heads):
            return np.zeros(len(asked), dtype=np.int64)
        run = find_in(self.heads, asked >> self.n_lower_bits)
        return np.where(run == NONE, 0, self._position_in(run, asked) - self.start.take(run, mode="clip"))


def find_in(ordered: Ints, wanted: Ints) -> Ints:
    """Where each wanted value stands among distinct sorted ones; NONE where it is not among them."""
    if not len(ordered):
        return np.full(len(wanted), NONE)
    low, size = ordered[0], ordered[-1] - ordered[0] + 1
    if size <= 4 * len(ordered):
        # Few gaps, so a table says it: a fifth of a search's time. Its first and last place are for what lies outside.
        table = np.full(size + 2, NONE)
        table[ordered - (low - 1)] = np.arange(len(ordered))
        return table[np.minimum(np.maximum(wanted - (low - 1), 0), size + 1)]
    found = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[found] == wanted, found, NONE)


def last_stated(stated: Columns, name: str, asked: Columns) -> NDArray[np.float64]:
    """What was stated last under a name on or before each day that is asked about, NaN where nothing was. Both: patient, day;
    stated: sorted by them, of one day the one that counts last."""
    keys, wanted = (day_keys(one["patient"], one["day"]) for one in (stated, asked))
    place = np.searchsorted(keys, wanted, side="right") - 1
    # Before the first of all the position is -1, and what was stated of somebody else is none of the patient's.
    owner, value = np.append(stated["patient"], NONE), np.append(stated[name], np.nan)
    return np.where(owner[place] == asked["patient"], value[place], np.nan).astype(float)


def ends_run(values: Ints) -> Bools:
    """Whether each value differs from the one after it; the last does."""
    return np.append(begins_run(values)[1:], True)[: len(values)]


def step_back(values: Ints, position: Ints, floor: Ints, at_most: Ints) -> Ints:
    """From each position back to the nearest one whose value is `at_most` or less; floor − 1 where there is none."""
    reached = np.maximum(position, floor - 1)
    moving = np.flatnonzero(reached >= floor)
    moving = moving[values[reached[moving]] > at_most[moving]]
    while len(moving):
        reached[moving] -= 1
        moving = moving[reached[moving] >= floor[moving]]
        moving = moving[values[reached[moving]] > at_most[moving]]
    return reached


def step_on(values: Ints, position: Ints, stop: Ints, at_least: Ints) -> Ints:
    """From each position on to the nearest one whose value is `at_least` or more; stop where there is none before it."""
    reached = np.minimum(position, stop)
    moving = np.flatnonzero(reached < stop)
    moving = moving[values[reached[moving]] < at_least[moving]]
    while len(moving):
        reached[moving] += 1
        moving = moving[reached[moving] < stop[moving]]
        moving = moving[values[reached[moving]] < at_least[moving]]
    return reached
