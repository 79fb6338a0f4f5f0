"""Physical lines to rows of cells. A row that cannot be told from its neighbours is kept as a broken row, never joined."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from lib.intake.decoding import name_damage, show_line
from lib.intake.gathered import BrokenRow, Records
from lib.intake.layout import DELIMITERS, Layout
from lib.intake.stray_quotes import RowShape
from lib.intake.unreadable import UnreadableFile

# A quoted cell may hold line ends, but hardly a whole page: beyond this the quote is taken as never closed.
_LONGEST_RECORD = 50
# Rows are turned into columns in blocks that stay in the processor's cache (measured: half the time of one zip).
_BLOCK = 500
_FIRST = itemgetter(0)


def read_records(file_name: str, lines: Sequence[str], damaged: frozenset[int], layout: Layout) -> Records:
    """Every row below the header. Raises UnreadableFile where a quote has swallowed rows, or no row fits the header."""
    reader = _Reader(file_name, lines, damaged, layout)
    reader.read()
    return reader.records


class _Reader:
    """Reads blocks of plain lines at once, and record by record where one of them is not plain."""

    def __init__(self, file_name: str, lines: Sequence[str], damaged: frozenset[int], layout: Layout) -> None:
        self._file_name, self._lines, self._damaged = file_name, lines, damaged
        self._layout, self._width = layout, len(layout.names)
        self._shape = RowShape(layout)
        self._wrong_widths: Counter[int] = Counter()
        self.records = Records(self._width)

    def read(self) -> None:
        place = self._layout.position + 1
        while place < len(self._lines):
            end = min(place + _BLOCK, len(self._lines))
            rows = self._read_plain(place, end)
            if rows:
                self.records.take(rows, range(place + 1, end + 1))
                place = end
            else:
                place = self._read_slowly(place, end)
        ((width, count),) = self._wrong_widths.most_common(1) or [(0, 0)]
        if count > 1 and not self.records.lines and len(self._wrong_widths) == 1:
            found = f"every row has {width} cells, and the {self._layout.measure} {self._width}"
            remedy = "export it again so that the header has a name for every cell of a row"
            raise UnreadableFile(self._file_name, found, remedy)

    def _csv(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self._layout.delimiter, strict=True)

    def _read_plain(self, place: int, end: int) -> list[list[str]]:
        """The rows of these lines, none where one of them is no row of its own, or begins with an empty cell."""
        if self._damaged and not self._damaged.isdisjoint(range(place, end)):
            return []
        try:
            rows = list(self._csv(self._lines[place:end]))
        except csv.Error:
            return []
        is_plain = len(rows) == end - place and set(map(len, rows)) == {self._width}
        return rows if is_plain and "" not in map(str.strip, map(_FIRST, rows)) else []

    def _read_slowly(self, place: int, end: int) -> int:
        """Reads until the place `end` or beyond; where it stopped."""
        rows: list[list[str]] = []
        numbers: list[int] = []
        while place < end:
            for start, stop, cells in self._read_until_broken(place, end):
                place = stop
                if cells:
                    rows.append(cells)
                    numbers.append(start + 1)
        if rows:
            self.records.take(rows, numbers)
        return place

    def _read_until_broken(self, place: int, end: int) -> Iterator[tuple[int, int, list[str]]]:
        """Each record's place, the place after it, and its cells ([]: blank or broken); ends with a broken one."""
        reader = csv.reader(
            self._lines[place : end + _LONGEST_RECORD], delimiter=self._layout.delimiter, strict=True
        )
        start, taken = place, 0
        while start < end:
            try:
                cells = next(reader)
            except csv.Error as error:
                self._note_broken(start, self._name_quotes(error, start, place + reader.line_num))
                yield start, start + 1, []
                return
            stop = start + reader.line_num - taken
            if reason := self._fault(cells, start, stop):
                self._note_broken(start, reason)
                # A record of several lines that is broken ends with its first, whatever its quotes say.
                yield start, start + 1, []
                if stop > start + 1:
                    return
            else:
                yield start, stop, [] if _is_blank(cells) else cells
            start, taken = stop, reader.line_num

    def _note_broken(self, start: int, reason: str) -> None:
        self.records.broken.append(BrokenRow(start + 1, show_line(self._lines[start]), reason))

    def _fault(self, cells: list[str], start: int, stop: int) -> str:
        lines = self._lines[start:stop]
        if self._damaged and not self._damaged.isdisjoint(range(start, stop)):
            return name_damage("".join(lines))
        if _is_blank(cells):
            return ""
        if len(lines) > _LONGEST_RECORD or (len(lines) > 1 and self._shape.hides_rows(cells, lines)):
            raise self._swallowed(start)
        if len(cells) == self._width:
            return ""
        if len(lines) == 1:
            self._refuse_other_delimiter(lines[0], len(cells), start)
            self._wrong_widths[len(cells)] += 1
        compared = "more" if len(cells) > self._width else "fewer"
        return (
            f"The row has {len(cells)} cells, {compared} than the {self._layout.measure}'s {self._width}: put text that holds "
            "the delimiter in quotes, and add or remove the cells that differ."
        )

    def _refuse_other_delimiter(self, line: str, n_cells: int, start: int) -> None:
        for delimiter, word in DELIMITERS.items():
            if n_cells < self._width and line.count(delimiter) == self._width - 1:
                ours = DELIMITERS[self._layout.delimiter]
                found = (
                    f"the {self._layout.measure} parts its cells by {ours}, and line {start + 1} by {word}"
                )
                raise UnreadableFile(self._file_name, found, "export it again with one delimiter")

    def _name_quotes(self, error: csv.Error, start: int, stop: int) -> str:
        if "unexpected end" in str(error) or (stop > start + 1 and "field limit" in str(error)):
            raise self._swallowed(start)
        if "field limit" in str(error):
            return "A cell is too long: shorten its text."
        return "The row's quotes do not match: close every quoted cell, and write a quote inside one twice."

    def _swallowed(self, start: int) -> UnreadableFile:
        found = f"a quote is opened in line {start + 1} and not closed in the same cell"
        remedy = "rows below it cannot be told from its text: remove the quote, or close it in its own cell"
        return UnreadableFile(self._file_name, found, remedy)


def _is_blank(cells: list[str]) -> bool:
    # The first cell of nearly every row is full, which answers without looking at the others.
    return not cells or (not cells[0].strip() and not any(cell.strip() for cell in cells))
