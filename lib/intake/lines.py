"""The physical lines of a text, with their line ends (LF, CRLF or CR)."""

import io
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt

_LF, _CR = b"\n"[0], b"\r"[0]
_BLOCK = 10_000
# Bytes that are looked through at a time: all at once would take as much memory as they do.
_PIECE = 1 << 20


class Lines(Sequence[str]):
    """Cut when they are asked for: a million short lines as a list take three times their text, and io.StringIO takes four times
    it while it makes them."""

    def __init__(self, utf_8: bytes) -> None:
        self._text, self._bounds = utf_8, _find_bounds(utf_8)

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            return io.StringIO(self._cut(start, max(start, stop)), newline="").readlines()
        one = range(len(self))[place]
        return self._cut(one, one + 1)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _BLOCK):
            yield from self[start : start + _BLOCK]

    def blocks(self) -> Iterator[str]:
        """The text, some thousand lines at a time."""
        for start in range(0, len(self), _BLOCK):
            yield self._cut(start, min(start + _BLOCK, len(self)))

    def _cut(self, start: int, stop: int) -> str:
        return self._text[self._bounds[start] : self._bounds[stop]].decode()


def _find_bounds(utf_8: bytes) -> npt.NDArray[np.int64]:
    """Where each line begins, and where the last one ends. No letter of UTF-8 has a line end's byte in it."""
    letters = np.frombuffer(utf_8, np.uint8)
    found = [_find_ends(letters, start) for start in range(0, len(letters), _PIECE)]
    ends = np.concatenate([np.zeros(1, np.int64), *found])
    return ends if ends[-1] == len(utf_8) else np.append(ends, len(utf_8))


def _find_ends(letters: npt.NDArray[np.uint8], start: int) -> npt.NDArray[np.int64]:
    """Where lines end in the piece of the letters that begins there."""
    piece, after = letters[start : start + _PIECE], letters[start + 1 : start + 1 + _PIECE]
    # CR ends a line, but for one that LF follows.
    is_end = piece == _CR
    is_end[: len(after)] &= after != _LF
    return np.flatnonzero(is_end | (piece == _LF)) + start + 1
