"""Physical lines to rows of cells. A row that cannot be told from its neighbours is kept as a broken row, never joined."""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lib.intake.decoding import name_damage, show_line
from lib.intake.header import Header

# A quoted cell may hold line ends, but hardly a whole page: beyond this the quote is taken as never closed.
_LONGEST_RECORD = 50
# Rows are turned into columns in blocks that stay in the processor's cache (measured: half the time of one zip).
_BLOCK = 500
_DATE_LIKE = re.compile(r"\s*\"?\s*\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class BrokenRow:
    """A line of the file that gives no cells: `line` counts from 1, `text` is the line as it stands."""

    line: int
    text: str
    reason: str


@dataclass
class Records:
    """The columns of a file, in the header's order, with the line on which each row begins."""

    columns: list[list[str]]
    lines: list[int] = field(default_factory=list)
    broken: list[BrokenRow] = field(default_factory=list)


def read_records(lines: Sequence[str], damaged: frozenset[int], header: Header) -> Records:
    """Reads every row after the header; a broken row ends with its first physical line, whatever its quotes say."""
    records = Records([[] for _ in header.cells])
    rows = _Rows(lines, damaged, header, records)
    while block := list(itertools.islice(rows, _BLOCK)):
        for column, cells in zip(records.columns, zip(*block, strict=True), strict=True):
            column.extend(map(str.strip if "".join(cells).isascii() else strip_cell, cells))
    return records


def strip_cell(cell: str) -> str:
    """The text of a cell without the spaces around it."""
    # Spaces of no width, which spreadsheets and web pages leave behind, would make another patient of "007".
    return cell.strip().strip("\u200b\u2060\ufeff").strip()


class _Rows:
    """Iterates over the good rows; notes their lines and the broken rows in `records`."""

    def __init__(
        self, lines: Sequence[str], damaged: frozenset[int], header: Header, records: Records
    ) -> None:
        self._lines, self._damaged, self._records = lines, damaged, records
        self._delimiter, self._width = header.delimiter, len(header.cells)
        event, names = header.kind.event_column, header.names
        self._date = names.index(event.name) if event and event.is_required else None
        types = {column.name: column.type for column in header.kind.columns}
        self._one_line = {
            position
            for position, name in enumerate(names)
            if types.get(name, "text") != "text" or name in ("patient_id", "clinic_id", "recorded_at")
        }
        # The record being read begins at line _start; the reader has been given the lines before _next.
        self._start = self._next = header.position + 1

    def __iter__(self) -> Iterator[list[str]]:
        while self._start < len(self._lines):
            yield from self._rows_until_broken_quotes()

    def _feed(self) -> Iterator[str]:
        while self._next < min(len(self._lines), self._start + _LONGEST_RECORD):
            self._next += 1
            yield self._lines[self._next - 1]

    def _rows_until_broken_quotes(self) -> Iterator[list[str]]:
        self._next = self._start
        reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
        try:
            for cells in reader:
                start, is_one_line = self._start, self._next == self._start + 1
                reason = self._fault(cells)
                self._start = self._next if is_one_line or not reason else start + 1
                if reason:
                    self._note_broken(start, reason)
                elif not _is_blank(cells):
                    self._records.lines.append(start + 1)
                    yield cells
                if self._start != self._next:
                    return
        except csv.Error as error:
            self._note_broken(self._start, _name_quotes(str(error)))
            self._start += 1

    def _note_broken(self, start: int, reason: str) -> None:
        self._records.broken.append(BrokenRow(start + 1, show_line(self._lines[start]), reason))

    def _fault(self, cells: list[str]) -> str:
        if self._damaged and not self._damaged.isdisjoint(range(self._start, self._next)):
            return name_damage("".join(self._lines[self._start : self._next]))
        if _is_blank(cells):
            return ""
        if len(cells) != self._width:
            compared = "more" if len(cells) > self._width else "fewer"
            return (
                f"The row has {len(cells)} cells, {compared} than the header's {self._width}: put text that holds "
                "the delimiter in quotes, and add or remove the cells that differ."
            )
        if self._next > self._start + 1 and self._hides_rows(cells):
            return (
                "A quote is opened that closes only in a later row: remove it, or close it in its own cell."
            )
        return ""

    def _hides_rows(self, cells: list[str]) -> bool:
        """Whether a record of several lines has swallowed rows: a stray quote pairs with another, lines below."""
        folded = [position for position, cell in enumerate(cells) if "\n" in cell or "\r" in cell]
        if not self._one_line.isdisjoint(folded):
            return True
        first, *between, last = map(self._looks_like_row, self._lines[self._start : self._next])
        # One of the outer lines of an honest record may look like a row: that with the cells beside the text.
        return any(between) or (first and last)

    def _looks_like_row(self, line: str) -> bool:
        parts = line.split(self._delimiter)
        if self._date is None:
            return len(parts) >= self._width
        return len(parts) > self._date and _DATE_LIKE.match(parts[self._date]) is not None


def _is_blank(cells: list[str]) -> bool:
    # The first cell of nearly every row is full, which answers without looking at the others.
    return not cells or (not cells[0].strip() and not any(cell.strip() for cell in cells))


def _name_quotes(error: str) -> str:
    if "field limit" in error:
        return "A cell is too long: shorten its text."
    return "The row's quotes do not match: close every quoted cell, and write a quote inside one twice."
