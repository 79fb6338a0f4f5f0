"""One sheet of an Excel workbook as a sheet of text. Formulas count by the value that was stored with them."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from lib.intake.caps import MAX_CELL, refuse_long_names, refuse_wide_file
from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice, show_answer
from lib.intake.decoding import is_damaged, name_damage, show_line
from lib.intake.gathered import BrokenRow
from lib.intake.grid import Grid
from lib.intake.header_row import HEADER_LINE, NO_HEADER, NONE, TopRows, name_by_place
from lib.intake.kinds import refuse_repeated
from lib.intake.texts import Texts
from lib.intake.unreadable import UnreadableFile, shorten
from lib.intake.workbook_archive import damaged, find_merged, has_formulas, open_archive
from lib.intake.workbook_sheets import Rows, choose_sheet, read_rows

_SUFFIXES = (".xlsx", ".xlsm", ".xltx")
_N_LOOKED_AT = 15


def read_workbook(file_name: str, data: bytes, choices: Choices = NO_CHOICES) -> Grid:
    """Raises UnreadableFile, or NeedsChoice where a person has to say which sheet, or which row is its header (`sheet`,
    `header_line`), and nothing else."""
    if not file_name.casefold().endswith(_SUFFIXES):
        remedy = "save the sheet as “CSV UTF-8”, or give the workbook its own ending, .xlsx"
        raise UnreadableFile(file_name, "this is an Excel workbook by another ending", remedy)
    archive = open_archive(file_name, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(file_name, data, archive, choices)
    except (UnreadableFile, NeedsChoice):
        raise
    except Exception as error:
        # The library has a different error for every way in which XML can be wrong.
        raise damaged(file_name) from error


def _read(file_name: str, data: bytes, archive: zipfile.ZipFile, choices: Choices) -> Grid:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheet, notes = choose_sheet(file_name, book, choices)
    path = sheet._worksheet_path
    formulas = None
    if has_formulas(archive, path):
        formulas = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)[sheet.title]
    rows = read_rows(file_name, sheet, formulas)
    header = _Header(file_name, list(islice(rows, _N_LOOKED_AT)), find_merged(archive, path), choices)
    return _make_grid(file_name, header, rows, (f"sheet {shorten(sheet.title)}", *header.read_as), notes)


class _Header:
    """Names by column, the row that they end on, and the rows below that were looked at already."""

    def __init__(
        self, file_name: str, first: list[tuple[int, list[str]]], merged: Sequence[str], choices: Choices
    ) -> None:
        self._groups = [range_boundaries(cells) for cells in merged]
        top = TopRows(file_name, "row", dict(first))
        start = place = _find_header(top, first, choices)
        self.line, cells = first[place]
        if self._has_groups() and place + 1 < len(first):
            place += 1
            cells = self._join(cells, first[place][1])
        width = max(len(row) for _, row in (*first[start:], (0, cells)))
        named, *below = [
            row + [""] * (width - len(row)) for row in (cells, *(row for _, row in first[place + 1 :]))
        ]
        self.read_as: tuple[str, ...] = (NO_HEADER,)
        refuse_wide_file(file_name, sum(map(bool, cells)))
        if not top.is_header(self.line, named, below, choices):
            self.names, self.rest = list(name_by_place(width)), first
            return
        self.names, self.rest = cells, first[place + 1 :]
        self.read_as = (f"header on row {first[place][0]}",) if first[place][0] > 1 else ()
        refuse_long_names(file_name, self.names)
        refuse_repeated(file_name, self.names)

    def _has_groups(self) -> bool:
        """Whether a cell of the header is merged over several columns and stands in one row: names of columns follow below it."""
        return any(top == self.line == bottom and right > left for left, top, right, bottom in self._groups)

    def _join(self, above: list[str], below: list[str]) -> list[str]:
        """PHQ-9 over q1 is the column PHQ-9 q1."""
        width = max(len(above), len(below))
        over = [*above, *[""] * (width - len(above))]
        for left, top, right, bottom in self._groups:
            if top == self.line == bottom:
                for column in range(left, min(right, width) + 1):
                    over[column - 1] = over[left - 1]
        own = [*below, *[""] * (width - len(below))]
        return [" ".join(filter(None, pair)) for pair in zip(over, own, strict=True)]


def _find_header(top: TopRows, first: list[tuple[int, list[str]]], choices: Choices) -> int:
    """A single cell above a table is a title, and the row that it hides is asked about."""
    said = top.said(choices)
    widths = [sum(map(bool, cells)) for _, cells in first]
    if said is not None or widths[0] > 1 or max(widths) == 1:
        return [number for number, _ in first].index(said) if said is not None else 0
    likely = next(place for place, width in enumerate(widths) if width > 1)
    if show_answer(choices.get(HEADER_LINE, "")) == NONE:
        return likely
    raise top.ask_which(first[likely][0])


def _make_grid(
    file_name: str, header: _Header, rows: Rows, read_as: tuple[str, ...], notes: tuple[str, ...]
) -> Grid:
    width = len(header.names)
    named = [place for place, name in enumerate(header.names) if name]
    columns: list[list[str]] = [[] for _ in named]
    lines: list[int] = []
    broken: list[BrokenRow] = []
    for number, cells in (row for part in (header.rest, rows) for row in part):
        padded = cells + [""] * (width - len(cells))
        _refuse_unnamed(file_name, header.names, number, padded)
        if reason := _name_fault(padded):
            broken.append(BrokenRow(number, show_line(" | ".join(padded))[:MAX_CELL], reason))
            continue
        lines.append(number)
        for column, place in zip(columns, named, strict=True):
            column.append(padded[place])
    if not lines and not broken:
        notes = (*notes, "The sheet has a header and no rows: nothing is in it.")
    names = tuple(header.names[place] for place in named)
    return Grid(file_name, names, tuple(map(Texts.of, columns)), lines, broken, read_as, notes)


def _refuse_unnamed(file_name: str, names: Sequence[str], number: int, cells: Sequence[str]) -> None:
    for place, cell in enumerate(cells):
        if cell and (place >= len(names) or not names[place]):
            found = f"column {get_column_letter(place + 1)} has a cell in row {number} and no name"
            raise UnreadableFile(file_name, found, "name the column or remove it")


def _name_fault(cells: Sequence[str]) -> str:
    text = " ".join(cells)
    if is_damaged(text):
        return name_damage(text)
    return "A cell is too long: shorten its text." if any(len(cell) > MAX_CELL for cell in cells) else ""
