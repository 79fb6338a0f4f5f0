"""A column of text: each distinct text of a stretch of rows once. A million rows of a questionnaire take 25 MB so, and 140 as
Python's own texts."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise
from typing import Self, overload

import numpy as np
import numpy.typing as npt

from lib.intake.findings import BoolArray, IntArray

# As many as are checked at a time, so that a part of a long file is a stretch as it stands.
ROWS_A_STRETCH = 20_000
# The unit separator of ASCII, which hardly any text has.
_FIRST_SIGN = 0x1F


# Without a repr, which would show the texts of patients.
@dataclass(frozen=True, slots=True, repr=False)
class _Stretch:
    """`codes` say, for each row, which of the distinct texts it has; those stand in `letters`, in the order in which they first
    appear, each after the sign that `letters` begins with, which none of them has."""

    codes: npt.NDArray[np.unsignedinteger]
    letters: str

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        # By Python's own equality: pandas takes half of a pair of UTF-16 and the six letters of its escape for one text.
        place: dict[str, int] = defaultdict(count().__next__)
        codes = np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))
        return cls.join(place, codes)

    @classmethod
    def join(cls, distinct: Collection[str], codes: IntArray) -> Self:
        joined = "".join(distinct)
        sign = next(sign for sign in map(chr, count(_FIRST_SIGN)) if sign not in joined)
        smallest = np.min_scalar_type(max(len(distinct), 1) - 1)
        return cls(codes.astype(smallest), sign + sign.join(distinct))

    @property
    def distinct(self) -> list[str]:
        return self.letters[1:].split(self.letters[0])

    @property
    def texts(self) -> list[str]:
        return np.array(self.distinct, dtype=object)[self.codes].tolist()

    def mapped(self, read: Callable[[str], str]) -> Self:
        found = self.of(list(map(read, self.distinct)))
        return type(self)(found.codes[self.codes], found.letters)


class Texts(Sequence[str]):
    """Read it as any sequence of texts; what is asked of each text is best asked of the distinct ones."""

    def __init__(self, stretches: Iterable[_Stretch] = ()) -> None:
        self._stretches = tuple(stretches)
        self._bounds = (0, *accumulate(len(stretch.codes) for stretch in self._stretches))
        # The stretch that was looked into last, by its place: who asks for one row asks for the next.
        self._open: tuple[int, list[str]] = (-1, [])

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        every = list(texts)
        starts = range(0, len(every), ROWS_A_STRETCH)
        return cls(_Stretch.of(every[start : start + ROWS_A_STRETCH]) for start in starts)

    @classmethod
    def same(cls, text: str, n_rows: int) -> Self:
        """The same text in every row."""
        return cls([_Stretch.join([text], np.zeros(n_rows, np.int64))] if n_rows else [])

    def __len__(self) -> int:
        return self._bounds[-1]

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> "Texts": ...
    def __getitem__(self, row: int | slice) -> "str | Texts":
        if isinstance(row, slice):
            start, stop, step = row.indices(len(self))
            if step != 1:
                raise ValueError("texts are cut in one piece")
            return Texts(self._cut(start, stop))
        one = range(len(self))[row]
        place = bisect_right(self._bounds, one) - 1
        opened, texts = self._open
        if opened != place:
            texts = self._stretches[place].texts
            self._open = place, texts
        return texts[one - self._bounds[place]]

    def _cut(self, start: int, stop: int) -> Iterator[_Stretch]:
        for stretch, (first, last) in zip(self._stretches, pairwise(self._bounds), strict=True):
            if start <= first and last <= stop:
                yield stretch
            elif max(start, first) < min(stop, last):
                yield _Stretch.of(stretch.texts[max(start - first, 0) : stop - first])

    def __iter__(self) -> Iterator[str]:
        for stretch in self._stretches:
            yield from stretch.texts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str) or len(self) != len(other):
            return False
        return all(own == one for own, one in zip(self, other, strict=True))

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
        return self.are(bool)

    def are(self, test: Callable[[str], bool]) -> BoolArray:
        """For each row, whether its text passes; the test is asked once for a distinct text."""
        codes, distinct = self.coded()
        return np.array(list(map(test, distinct)), np.bool_)[codes]

    def coded(self) -> tuple[IntArray, list[str]]:
        """For each row which of the distinct texts it has, and those."""
        if len(self._stretches) == 1:
            return self._stretches[0].codes.astype(np.int64), self._stretches[0].distinct
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
