"""The rows of a file as columns of stripped text, and those that could not be read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

_MOST_SHARED = 10_000
# Spaces that do not show, or do not break: spreadsheets and web pages leave them behind.
_ODD_SPACE = re.compile("[\u00a0\u2007\u202f\u200b\u2060\ufeff]")


@dataclass(frozen=True)
class BrokenRow:
    """A line of the file that gives no cells: `line` counts from 1, `text` is the line as it stands."""

    line: int
    text: str
    reason: str


@dataclass
class Records:
    """The columns of a file, in the header's order, with the line on which each row begins. odd_spaces: lines by the position of
    a column from whose cells spaces were taken that do not show."""

    columns: list[list[str]]
    lines: list[int] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)
    odd_spaces: dict[int, list[int]] = field(default_factory=dict)
    # By column, None for one whose texts hardly repeat.
    _shared: dict[int, dict[str, str] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, width: int) -> Self:
        """None yet."""
        return cls([[] for _ in range(width)], _shared={place: {} for place in range(width)})

    def take(self, rows: list[list[str]], numbers: Sequence[int]) -> None:
        """Rows as wide as the header, and the line on which each begins."""
        for position, (column, cells) in enumerate(zip(self.columns, zip(*rows, strict=True), strict=True)):
            joined = "".join(cells)
            is_plain = joined.isascii()
            texts = map(str.strip if is_plain else strip_cell, cells)
            # Texts of one letter are shared by Python itself.
            column.extend(self._share(position, list(texts)) if len(joined) > len(cells) else texts)
            if is_plain:
                continue
            if _ODD_SPACE.search(joined):
                odd = [line for line, cell in zip(numbers, cells, strict=True) if _has_odd_edge(cell)]
                if odd:
                    self.odd_spaces.setdefault(position, []).extend(odd)
        self.lines.extend(numbers)

    def _share(self, position: int, texts: list[str]) -> Iterable[str]:
        """The same text once in memory, in columns that repeat themselves: a third of a long file's memory."""
        known = self._shared.get(position)
        if known is None:
            return texts
        if len(known) > _MOST_SHARED and 2 * len(known) > len(self.lines):
            self._shared[position] = None
        return map(known.setdefault, texts, texts)


def strip_cell(cell: str) -> str:
    """The text of a cell without the spaces around it."""
    # Spaces of no width, which spreadsheets and web pages leave behind, would make another patient of "007".
    return cell.strip().strip("\u200b\u2060\ufeff").strip()


def _has_odd_edge(cell: str) -> bool:
    plain = cell.strip(" \t\r\n\f\v")
    return any(map(_ODD_SPACE.match, (plain[:1], plain[-1:])))
