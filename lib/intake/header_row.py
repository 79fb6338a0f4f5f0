"""Which row of a table is its header: what was said of it holds where the file agrees, and is asked again where it does not.

A table without a header has columns that are called by their place, so that no cell of a record stands as a name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.intake.aliases import find_meanings
from lib.intake.choices import Choices, NeedsChoice, Question, bind_answer, show_answer
from lib.intake.first_row import NAMES, RECORD, judge_first_row, kind_of_cell
from lib.intake.kinds import fold_name, is_our_name

HEADER_LINE, NONE = "header_line", "none"
NO_HEADER = "no header, the columns are called by their place"
_NONE_WORDS = "none: every row is data, and the columns are called by their place"
_BY_PLACE = re.compile(r"column [0-9]+ \([A-Z]+\)")
_N_SHOWN = 12


@dataclass(frozen=True)
class TopRows:
    """The first rows of a table that say anything. unit: what its rows are counted in, line or row · cells: of each, by its
    number"""

    file_name: str
    unit: str
    cells: Mapping[int, Sequence[str]]

    def said(self, choices: Choices) -> int | None:
        """The number of the row that was said to be the header, if the table has it."""
        answer = show_answer(choices.get(HEADER_LINE, ""))
        return next((number for number in self.cells if str(number) == answer), None)

    def ask_which(self, likely: int) -> NeedsChoice:
        """Of a table with something above it."""
        unit = self.unit
        text = f"Its first {unit} is not a header; {unit} {likely} looks like one. Say on which {unit} it stands."
        options = {**self._options(), NONE: _NONE_WORDS}
        shown = tuple(f"{unit} {number}: {describe_cells(cells)}" for number, cells in self.cells.items())
        return NeedsChoice(self.file_name, Question(HEADER_LINE, text, options, str(likely), shown))

    def is_header(
        self, number: int, cells: Sequence[str], below: Sequence[Sequence[str]], choices: Choices
    ) -> bool:
        """Whether a row names the columns; else the table has no header. cells: of the row, below: of those under it, as they are
        parted. Raises NeedsChoice where nobody can tell, or where it looks other than was said."""
        said, found = choices.get(HEADER_LINE, ""), judge_first_row(cells, below)
        names, data = (bind_answer(answer, filter(None, cells)) for answer in (str(number), NONE))
        if said in (names, data):
            return said == names
        is_none_said, is_line_said = show_answer(said) == NONE, self.said(choices) is not None
        if found == NAMES and not is_none_said:
            return True
        if found != NAMES and (is_none_said or (found == RECORD and not is_line_said)):
            return False
        # What is said of these names holds for no others. Rows of data are others each time.
        options = {names: "the names of the columns", data if found == NAMES else NONE: _NONE_WORDS}
        place = f"{self.unit} {number}"
        text = f"Nobody can tell whether {place} has names of columns, or data. Say which."
        if found == NAMES:
            text = f"The table was said to have no header, and {place} looks like one. Say it for this file."
        elif is_line_said:
            text = f"The header was said to stand on {place}, which may be data. Say it for this file."
            options |= {key: words for key, words in self._options().items() if key != str(number)}
        shown = (f"{place}: {_name_kinds(cells)}", *(f"below it: {_name_kinds(row)}" for row in below[:2]))
        raise NeedsChoice(self.file_name, Question(HEADER_LINE, text, options, examples=shown))

    def _options(self) -> dict[str, str]:
        return {str(number): f"{self.unit} {number}" for number in self.cells}


def name_by_place(width: int) -> tuple[str, ...]:
    """`column 1 (A)` … of so many columns."""
    from openpyxl.utils import get_column_letter

    return tuple(f"column {number} ({get_column_letter(number)})" for number in range(1, width + 1))


def is_by_place(name: str) -> bool:
    """Whether a column is called by its place, so that its name says nothing of it."""
    return _BY_PLACE.fullmatch(name) is not None


def describe_cells(cells: Sequence[str]) -> str:
    """How many of a row's cells are filled, and which columns they name; none of their own words."""
    meanings = find_meanings([cell for cell in cells if not is_our_name(cell)])
    known = [fold_name(cell) for cell in cells if is_our_name(cell)]
    known += [meaning.column for meaning in meanings.values()]
    names = f", among them names of columns: {', '.join(dict.fromkeys(known))}" if known else ""
    n_filled = sum(map(bool, cells))
    return f"{n_filled} {'cell' if n_filled == 1 else 'cells'}{names}"


def _name_kinds(cells: Sequence[str]) -> str:
    """What a row's cells are, without a word of them: a known name, words, a number, a date …"""
    shown = [kind_of_cell(cell) or "nothing" for cell in cells[:_N_SHOWN]]
    more = len(cells) - _N_SHOWN
    return f"{', '.join(shown)}{f' and {more:,} more' if more > 0 else ''}"
