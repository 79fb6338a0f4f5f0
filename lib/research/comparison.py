"""Two cohorts held against one another: who entered, who left, and by which step."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.clinical.small_cells import Flow, hide_in_flows, say_count
from lib.research.cohort import Cohort


@dataclass(frozen=True)
class Move:
    """why: the step and the reason that decide. patients: keys."""

    why: str
    patients: tuple[int, ...]


@dataclass(frozen=True)
class Comparison:
    """From one cohort to another. entered: by what kept them out before. left: by what keeps them out now. n_same: in both."""

    n_before: int
    n_after: int
    n_same: int
    entered: tuple[Move, ...]
    left: tuple[Move, ...]

    @property
    def is_same(self) -> bool:
        return not (self.entered or self.left)

    def tell(self, limit: int) -> "ToldComparison":
        """limit: counts from 1 to it are not told, nor is any from which one of them follows; 0: all are."""
        flows = list(self._flow())
        hidden = hide_in_flows(flows, limit)
        told = [say_count(flow.n, bool(hide), limit) for flow, hide in zip(flows, hidden, strict=True)]
        _, n_before, n_after, n_same, *moved = told
        n_entered = len(self.entered)
        return ToldComparison(n_before, n_after, n_same, tuple(moved[:n_entered]), tuple(moved[n_entered:]))

    def _flow(self) -> Iterator[Flow]:
        """Everybody of both comes in, is in one of the cohorts or in both, and goes out."""
        yield Flow("out", "in", self.n_before + self.n_after - self.n_same, is_total=True)
        yield Flow("in", "before", self.n_before, is_total=True)
        yield Flow("after", "out", self.n_after, is_total=True)
        yield Flow("before", "after", self.n_same)
        yield from (Flow("in", "after", len(move.patients)) for move in self.entered)
        yield from (Flow("before", "out", len(move.patients)) for move in self.left)


@dataclass(frozen=True)
class ToldComparison:
    """Its counts in words; entered and left in the order of its moves."""

    n_before: str
    n_after: str
    n_same: str
    entered: tuple[str, ...]
    left: tuple[str, ...]


_NOT_THERE = "no patient of these clinics {}"


def compare_cohorts(before: Cohort, after: Cohort) -> Comparison:
    """Who entered, who left, and by which step."""
    first, second = set(before.patients), set(after.patients)
    return Comparison(
        len(first),
        len(second),
        len(first & second),
        _group(second - first, before, _NOT_THERE.format("before")),
        _group(first - second, after, _NOT_THERE.format("any more")),
    )


def _group(patients: set[int], other: Cohort, otherwise: str) -> tuple[Move, ...]:
    """The most frequent reason first."""
    place = other.place()
    found: dict[str, list[int]] = {}
    for patient in sorted(patients):
        found.setdefault(place.get(patient, otherwise), []).append(patient)
    moves = [Move(why, tuple(who)) for why, who in found.items()]
    return tuple(sorted(moves, key=lambda move: (-len(move.patients), move.why)))
