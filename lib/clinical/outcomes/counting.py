"""What a measure comes to: every entry has one place, and every number is a count of places."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from lib.clinical.intervals import Share
from lib.clinical.outcomes.measures import Entries, Measure, Step
from lib.clinical.segments import Bools, Ints

# Places of those in the denominator; an exit's place is its number from 0.
MET, NOT_MET, MISSING = -1, -2, -3


def place(measure: Measure, entries: Entries, denominator: str) -> Ints:
    """Of each entry where it stands: MET, NOT_MET or MISSING in the denominator, or the number of the exit (in
    measure.exits_of) by which it left, the first that holds."""
    found = np.full(len(entries), NOT_MET)
    found[measure.missing.holds(entries)] = MISSING
    found[measure.met.holds(entries)] = MET
    exits = measure.exits_of(denominator)
    for number in range(len(exits) - 1, -1, -1):
        found[exits[number].holds(entries)] = number
    return found


@dataclass(frozen=True)
class Counted:
    """A measure of some entries. exits: how many left, in the order of measure.exits_of. missing: in the denominator, outcome not
    known. bound_*: the same of the denominator that the bounds stand on."""

    measure: Measure
    denominator: str
    start: int
    exits: tuple[int, ...]
    met: int
    not_met: int
    missing: int
    bound_met: int
    bound_not_met: int
    bound_missing: int

    @property
    def total(self) -> int:
        """The denominator."""
        return self.met + self.not_met + self.missing

    @property
    def share(self) -> Share:
        return Share(self.met, self.total)

    @property
    def bound_total(self) -> int:
        return self.bound_met + self.bound_not_met + self.bound_missing

    @property
    def coverage(self) -> Share:
        """How many of those due have an outcome that is known."""
        return Share(self.bound_met + self.bound_not_met, self.bound_total)

    @property
    def worst(self) -> Share:
        """Had everybody whose outcome is missing fared badly."""
        missing = 0 if self.measure.is_good else self.bound_missing
        return Share(self.bound_met + missing, self.bound_total)

    @property
    def best(self) -> Share:
        """Had everybody whose outcome is missing fared well."""
        missing = self.bound_missing if self.measure.is_good else 0
        return Share(self.bound_met + missing, self.bound_total)

    def tipping_point(self, percent: int) -> int | None:
        """Of the missing, how many may have fared badly with the rate still at `percent` or above (or below, where less is
        better); None where it is not, had they all fared well."""
        limit = percent * self.bound_total
        if self.measure.is_good:
            spare = (100 * (self.bound_met + self.bound_missing) - limit) // 100
        else:
            spare = (limit - 100 * self.bound_met) // 100
        return min(spare, self.bound_missing) if spare >= 0 else None

    def steps(self) -> Iterator[tuple[Step, int]]:
        """Who left, in order, and how many."""
        yield from zip(self.measure.exits_of(self.denominator), self.exits, strict=True)


def count(measure: Measure, entries: Entries, denominator: str) -> Counted:
    """Of all entries."""
    return count_groups(measure, entries, denominator, np.zeros(len(entries), dtype=np.int64), 1)[0]


def count_groups(
    measure: Measure, entries: Entries, denominator: str, group: Ints, n_groups: int
) -> list[Counted]:
    """Of each group: group, one entry each, 0 to n_groups − 1, other numbers counted nowhere."""
    return _count_places(measure, denominator, _place_both(measure, entries, denominator), group, n_groups)


def count_members(
    measure: Measure, entries: Entries, denominator: str, members: Iterable[Bools]
) -> list[Counted]:
    """Of each group: which entries are in it. Somebody may be in several."""
    found, bound = _place_both(measure, entries, denominator)
    return [
        _count_places(measure, denominator, (found[mask], bound[mask]), np.zeros(mask.sum(), np.int64), 1)[0]
        for mask in members
    ]


def _place_both(measure: Measure, entries: Entries, denominator: str) -> tuple[Ints, Ints]:
    """In the denominator, and in the one that the bounds stand on."""
    return place(measure, entries, denominator), place(measure, entries, measure.bound_by)


def _count_places(
    measure: Measure, denominator: str, places: tuple[Ints, Ints], group: Ints, n_groups: int
) -> list[Counted]:
    is_in = (group >= 0) & (group < n_groups)
    counts, bounds = (
        _tally(places[at], len(measure.exits_of(name)), group, is_in, n_groups)
        for at, name in enumerate((denominator, measure.bound_by))
    )
    return [
        Counted(
            measure,
            denominator,
            start=int(row.sum()),
            exits=tuple(row[3:].tolist()),
            missing=int(row[0]),
            not_met=int(row[1]),
            met=int(row[2]),
            bound_missing=int(bound[0]),
            bound_not_met=int(bound[1]),
            bound_met=int(bound[2]),
        )
        for row, bound in zip(counts, bounds, strict=True)
    ]


def _tally(places: Ints, n_exits: int, group: Ints, is_in: Bools, n_groups: int) -> Ints:
    """Groups × (MISSING, NOT_MET, MET, exits)."""
    width = n_exits + 3
    cells = group[is_in] * width + places[is_in] + 3
    return np.bincount(cells, minlength=n_groups * width).reshape(n_groups, width)
