"""The rows of a file as columns of stripped text, and those that could not be read."""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from lib.intake.texts import ROWS_A_STRETCH, Texts

# Spaces that do not show, or do not break: spreadsheets and web pages leave them behind.
_ODD_SPACE = re.compile("[\u00a0\u2007\u202f\u200b\u2060\ufeff]")


@dataclass(frozen=True)
class BrokenRow:
    """A line of the file that gives no cells: `line` counts from 1, `text` is the line as it stands."""

    line: int
    text: str
    reason: str


class Records:
    """What the rows of a file say. odd_spaces: lines by the position of a column from whose cells spaces were taken that do not
    show."""

    def __init__(self, width: int) -> None:
        self.lines = array("q")
        self.broken: list[BrokenRow] = []
        self.odd_spaces: dict[int, list[int]] = {}
        self._columns = [Texts()] * width
        self._last: list[list[str]] = [[] for _ in range(width)]

    def take(self, rows: list[list[str]], numbers: Sequence[int]) -> None:
        """Rows as wide as the header, and the line on which each begins."""
        for position, (column, cells) in enumerate(zip(self._last, zip(*rows, strict=True), strict=True)):
            joined = "".join(cells)
            # No space that could stand at an edge: as nearly all cells are. Stripping each took a tenth of the reading.
            if joined.isprintable() and " " not in joined:
                column.extend(cells)
                continue
            column.extend(map(str.strip if joined.isascii() else strip_cell, cells))
            if _ODD_SPACE.search(joined):
                odd = [line for line, cell in zip(numbers, cells, strict=True) if _has_odd_edge(cell)]
                if odd:
                    self.odd_spaces.setdefault(position, []).extend(odd)
        self.lines.extend(numbers)
        while len(self._last[0]) >= ROWS_A_STRETCH:
            self._pack(ROWS_A_STRETCH)

    def columns(self) -> list[Texts]:
        """In the header's order."""
        self._pack(len(self._last[0]))
        return self._columns

    def numbers(self) -> Sequence[int]:
        """The line on which each row begins; of a file of one line a row they need not be kept one by one."""
        lines = self.lines
        every = range(lines[0], lines[-1] + 1) if lines else range(0)
        return every if len(every) == len(lines) else lines

    def _pack(self, n_rows: int) -> None:
        packed = [Texts.of(column[:n_rows]) for column in self._last]
        self._columns = [known + more for known, more in zip(self._columns, packed, strict=True)]
        self._last = [column[n_rows:] for column in self._last]


def strip_cell(cell: str) -> str:
    """The text of a cell without the spaces around it."""
    # Spaces of no width, which spreadsheets and web pages leave behind, would make another patient of "007".
    return cell.strip().strip("\u200b\u2060\ufeff").strip()


def _has_odd_edge(cell: str) -> bool:
    plain = cell.strip(" \t\r\n\f\v")
    return any(map(_ODD_SPACE.match, (plain[:1], plain[-1:])))
