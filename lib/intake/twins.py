"""Rows of one file that speak of the same record: those that contradict each other, and those that repeat another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from lib.clinical.frames import Kind
from lib.intake.columns import Typed
from lib.intake.findings import BoolArray, Findings, IntArray
from lib.intake.keys import find_conflicts, find_repeats, hash_rows
from lib.intake.people import People

_NOT_SAID = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Prints:
    """Of each row what tells it from others: key_hash, value_hash (0 where not comparable), recorded_at (seconds since 1970 in
    UTC, the highest number where the file does not say), and whether it could be taken if no other row contradicted it."""

    key_hash: IntArray
    value_hash: IntArray
    recorded_at: IntArray
    is_comparable: BoolArray
    is_good: BoolArray


@dataclass(frozen=True)
class Twins:
    """Rows that contradict another one, all of them; and rows that say the same as another one, which is taken."""

    is_conflict: BoolArray
    is_repeat: BoolArray

    def equals(self, others: "Twins") -> bool:
        return bool(
            np.array_equal(self.is_conflict, others.is_conflict)
            and np.array_equal(self.is_repeat, others.is_repeat)
        )


def take_prints(kind: Kind, columns: Mapping[str, Typed], people: People, findings: Findings) -> Prints:
    """A held row contradicts another one too; a rejected row has no values to compare."""
    is_placed = people.clinic_id != "" if kind.name == "patients" else people.is_known
    comparable = ~findings.is_rejected & is_placed
    recorded_at = columns["recorded_at"]
    return Prints(
        *hash_rows(kind, columns, people, comparable),
        recorded_at=np.where(recorded_at.is_missing, _NOT_SAID, recorded_at.values),
        is_comparable=comparable,
        is_good=~findings.is_any,
    )


def find_twins(prints: Prints) -> Twins:
    conflicts = find_conflicts(prints.key_hash, prints.value_hash, prints.is_comparable)
    is_good = prints.is_good & ~conflicts
    return Twins(conflicts, find_repeats(prints.key_hash, prints.value_hash, prints.recorded_at, is_good))


def find_twins_among(parts: Sequence[Prints]) -> list[Twins]:
    """Of the parts of one file, each part's rows compared with all others."""
    chosen = _find_shared(parts)
    both = list(zip(parts, chosen, strict=True))
    names = [one.name for one in fields(Prints)]
    every = {name: np.concatenate([getattr(part, name)[rows] for part, rows in both]) for name in names}
    found = find_twins(Prints(**every))
    ends = np.cumsum([len(rows) for rows in chosen])[:-1]
    pairs = zip(np.split(found.is_conflict, ends), np.split(found.is_repeat, ends), strict=True)
    return [
        Twins(*(_spread(is_so, rows, len(part.key_hash)) for is_so in pair))
        for (part, rows), pair in zip(both, pairs, strict=True)
    ]


def _find_shared(parts: Sequence[Prints]) -> list[IntArray]:
    """Of each part the rows whose key another row has too: most files have none, and nothing but keys is held side by side."""
    keys = np.concatenate([part.key_hash[part.is_comparable] for part in parts])
    keys.sort()
    shared = np.unique(keys[1:][keys[1:] == keys[:-1]])
    return [np.flatnonzero(part.is_comparable & _is_among(part.key_hash, shared)) for part in parts]


def _is_among(keys: IntArray, shared: IntArray) -> BoolArray:
    """shared: in order. np.isin sorts them for each part anew: 14 s instead of one for a million rows that all stand twice."""
    if not len(shared):
        return np.zeros(len(keys), np.bool_)
    places = np.searchsorted(shared, keys)
    return np.asarray(shared[np.minimum(places, len(shared) - 1)] == keys, np.bool_)


def _spread(is_so: BoolArray, rows: IntArray, n_rows: int) -> BoolArray:
    every = np.zeros(n_rows, np.bool_)
    every[rows] = is_so
    return every
