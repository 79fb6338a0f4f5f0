"""The sheets of an Excel workbook: the rows of each, and the one that is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lib.clinical.frames import ITEM_COLUMNS
from lib.intake.choices import Choices, NeedsChoice, Question, bind_answer
from lib.intake.kinds import fold_name
from lib.intake.lost_answers import find_lost_answers
from lib.intake.texts import Texts
from lib.intake.unreadable import UnreadableFile
from lib.intake.workbook_cells import NOT_CALCULATED, spell_cell

SHEET = "sheet"
# The rows of a sheet of Excel; and as many cells as are read in about a minute and a half. As CSV they are read in seconds.
_MAX_ROWS, _MAX_CELLS = 1_048_576, 4_000_000
# A row without cells takes about a tenth of a cell's time; a stray cell below a table makes a million of them.
_EMPTY_ROW = 0.1
# Rows of a sheet that is not read are counted so far.
_N_COUNTED = 1_000
# As far as a title above the table may reach.
_N_LOOKED_AT = 15
Rows = Iterator[tuple[int, list[str]]]


@dataclass
class Cells:
    """How many cells of a workbook may still be looked at, in all its sheets together."""

    left: float = _MAX_CELLS


def choose_sheet(file_name: str, book: Any, choices: Choices) -> tuple[Any, tuple[str, ...]]:
    """The only sheet with anything in it, or the one that somebody chose among these very sheets; and what is to be said of the
    others."""
    looked = Cells()
    first = {
        sheet: [cells for _, cells in islice(read_rows(file_name, sheet, cells=looked), _N_LOOKED_AT)]
        for sheet in book.worksheets
    }
    filled = [sheet for sheet, rows in first.items() if rows]
    visible = [sheet for sheet in filled if sheet.sheet_state == "visible"]
    if not visible:
        raise UnreadableFile(file_name, "the workbook has no sheet with anything in it", "export it again")
    seen = [f"{sheet.title} {sheet.sheet_state}" for sheet in filled]
    answers = {bind_answer(sheet.title, seen): sheet for sheet in visible}
    hidden = [sheet for sheet in filled if sheet not in visible and any(map(_may_be_of_forms, first[sheet]))]
    is_only = len(visible) == 1 and not hidden
    chosen = visible[0] if is_only else answers.get(choices.get(SHEET, ""))
    if chosen is not None:
        unread = [sheet for sheet in filled if sheet is not chosen]
        return chosen, _name_unread(file_name, book, unread, looked)
    options = {answer: sheet.title for answer, sheet in answers.items()}
    text = f"The workbook has {len(filled)} sheets, and one is read at a time: choose it."
    if hidden:
        text += (
            f" Of the hidden ones {len(hidden)} may hold answers of a form: show those that are to be read."
        )
    raise NeedsChoice(file_name, Question(SHEET, text, options))


def _may_be_of_forms(cells: Sequence[str]) -> bool:
    """Whether a row may be the header, or a record, of a questionnaire."""
    names = [cell for cell in cells if cell]
    is_known = any(fold_name(name) in ITEM_COLUMNS or fold_name(name) == "instrument" for name in names)
    return is_known or any(find_lost_answers(names, [Texts()] * len(names)))


def _name_unread(file_name: str, book: Any, sheets: Sequence[Any], looked: Cells) -> tuple[str, ...]:
    """Sheets with anything in them of which nothing is taken, by their place in the workbook."""
    said = []
    for sheet in sheets:
        state = "" if sheet.sheet_state == "visible" else "hidden, "
        said.append(f"{book.worksheets.index(sheet) + 1} ({state}{_count_rows(file_name, sheet, looked)})")
    remedy = "Offer the workbook again and choose them; show those that are hidden first."
    return (f"Sheets that were not read: {', '.join(said)}. {remedy}",) if said else ()


def _count_rows(file_name: str, sheet: Any, looked: Cells) -> str:
    """In words. A sheet that is larger than any that is read stands in nobody's way while it is not."""
    try:
        n_rows = sum(1 for _ in islice(read_rows(file_name, sheet, cells=looked), _N_COUNTED))
    except UnreadableFile:
        return "more cells than a table has"
    return "1 row" if n_rows == 1 else f"{n_rows:,} rows{' or more' if n_rows == _N_COUNTED else ''}"


def read_rows(file_name: str, sheet: Any, formulas: Any = None, cells: Cells | None = None) -> Rows:
    """The rows that say anything, with their number on the sheet. cells: those that may still be read, None as many as of one
    sheet."""
    may_read = cells or Cells()
    sheet.reset_dimensions()
    beside: Iterator[Sequence[Any]] = iter(())
    if formulas is not None:
        formulas.reset_dimensions()
        beside = formulas.iter_rows()
    for number, row in enumerate(sheet.iter_rows(), 1):
        may_read.left -= len(row) or _EMPTY_ROW
        if number > _MAX_ROWS or may_read.left < 0:
            found = "the sheet has more rows or cells than a table has"
            raise UnreadableFile(file_name, found, "save what is needed as “CSV UTF-8”")
        texts = ["" if cell.value is None else spell_cell(cell.value, _format_of(cell)) for cell in row]
        for place, cell in enumerate(next(beside, ())):
            if cell.data_type == "f" and not texts[place]:
                texts[place] = NOT_CALCULATED
        if any(texts):
            yield number, texts


def _format_of(cell: Any) -> str:
    return "" if isinstance(cell.value, str) else str(cell.number_format)
