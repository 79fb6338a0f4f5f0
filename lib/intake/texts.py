"""A column of text: each distinct text of a stretch of rows once. A million rows of a questionnaire take 35 MB so, and 130 as
Python's own texts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self, overload

import numpy as np
import numpy.typing as npt

from lib.intake.findings import BoolArray, IntArray

# As many as are checked at a time, so that a part of a long file is a stretch as it stands.
ROWS_A_STRETCH = 20_000


@dataclass(frozen=True, slots=True)
class _Stretch:
    """`codes` say, for each row, which of the distinct texts it has; those stand one after the other in `letters`, each up to its
    place in `ends`, in the order in which they first appear."""

    codes: npt.NDArray[np.unsignedinteger]
    letters: str
    ends: npt.NDArray[np.int32]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        place = {text: code for code, text in enumerate(dict.fromkeys(texts))}
        return cls._join(place, np.fromiter(map(place.__getitem__, texts), np.int64, len(texts)))

    @classmethod
    def _join(cls, distinct: Iterable[str], codes: IntArray) -> Self:
        texts = tuple(distinct)
        ends = np.fromiter(accumulate(map(len, texts)), np.int32, len(texts))
        return cls(codes.astype(np.min_scalar_type(max(len(texts), 1) - 1)), "".join(texts), ends)

    @property
    def distinct(self) -> list[str]:
        return [self.letters[start:end] for start, end in pairwise((0, *self.ends.tolist()))]

    @property
    def texts(self) -> list[str]:
        return list(map(self.distinct.__getitem__, self.codes.tolist()))

    def at(self, row: int) -> str:
        code = int(self.codes[row])
        return self.letters[self.ends[code - 1] if code else 0 : self.ends[code]]

    def mapped(self, read: Callable[[str], str]) -> Self:
        texts = list(map(read, self.distinct))
        place = {text: code for code, text in enumerate(dict.fromkeys(texts))}
        return self._join(place, np.array([place[text] for text in texts], np.int64)[self.codes])


class Texts(Sequence[str]):
    """Read it as any sequence of texts; what is asked of each text is best asked of the distinct ones."""

    def __init__(self, stretches: Iterable[_Stretch] = ()) -> None:
        self._stretches = tuple(stretches)
        self._bounds = (0, *accumulate(len(stretch.codes) for stretch in self._stretches))

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        every = list(texts)
        starts = range(0, len(every), ROWS_A_STRETCH)
        return cls(_Stretch.of(every[start : start + ROWS_A_STRETCH]) for start in starts)

    @classmethod
    def same(cls, text: str, n_rows: int) -> Self:
        """The same text in every row."""
        return cls([_Stretch._join([text], np.zeros(n_rows, np.int64))] if n_rows else [])

    def __len__(self) -> int:
        return self._bounds[-1]

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> "Texts": ...
    def __getitem__(self, row: int | slice) -> "str | Texts":
        if isinstance(row, slice):
            start, stop, _ = row.indices(len(self))
            return Texts(self._cut(start, stop))
        one = range(len(self))[row]
        place = int(np.searchsorted(self._bounds, one, side="right")) - 1
        return self._stretches[place].at(one - self._bounds[place])

    def _cut(self, start: int, stop: int) -> Iterator[_Stretch]:
        for stretch, (first, last) in zip(self._stretches, pairwise(self._bounds), strict=True):
            if start <= first and last <= stop:
                yield stretch
            elif start < last and first < stop:
                yield _Stretch.of(stretch.texts[max(start - first, 0) : stop - first])

    def __iter__(self) -> Iterator[str]:
        for stretch in self._stretches:
            yield from stretch.texts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(str.__eq__, self, other))

    # Compared by what it says, like any sequence; nobody looks one up by it.
    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: "Texts") -> "Texts":
        return Texts((*self._stretches, *other._stretches))

    def __repr__(self) -> str:
        # Never the texts: they are of patients.
        return f"<{len(self)} texts>"

    @property
    def distinct(self) -> list[str]:
        """In the order in which they first appear."""
        return list(dict.fromkeys(text for stretch in self._stretches for text in stretch.distinct))

    @property
    def is_given(self) -> BoolArray:
        """For each row, whether its text is not empty."""
        codes, distinct = self.coded()
        return np.array(list(map(bool, distinct)), np.bool_)[codes]

    def coded(self) -> tuple[IntArray, list[str]]:
        """For each row which of the distinct texts it has, and those."""
        place: dict[str, int] = {}
        codes = [
            np.array([place.setdefault(text, len(place)) for text in stretch.distinct], np.int64)[
                stretch.codes
            ]
            for stretch in self._stretches
        ]
        return np.concatenate(codes or [np.empty(0, np.int64)]), list(place)

    def mapped(self, read: Callable[[str], str]) -> "Texts":
        """What `read` makes of each; it is asked once for a distinct text of a stretch."""
        return Texts(stretch.mapped(read) for stretch in self._stretches)

    def respelled(self, other: Mapping[str, str]) -> "Texts":
        """Those that stand in `other` as it has them."""
        return self.mapped(lambda text: other.get(text, text))

    def take(self, rows: IntArray) -> "Texts":
        """The texts of these rows, in this order."""
        codes, distinct = self.coded()
        return Texts.of(map(distinct.__getitem__, codes[rows].tolist()))

    def blocks(self) -> Iterator[list[str]]:
        """All texts, a stretch at a time."""
        return (stretch.texts for stretch in self._stretches)
