"""A table of our own columns whose cells say in words what stands there as a number elsewhere: Several days, 0.1 g."""

from dataclasses import replace

from lib.clinical.frames import ITEM_COLUMNS
from lib.intake.mapped_cells import read_cells
from lib.intake.mapping import Take
from lib.intake.table import Doubt, RawTable

# Their own names say the unit.
_WAYS = {
    **dict.fromkeys(ITEM_COLUMNS, "answer"),
    "difficulty": "difficulty",
    **dict.fromkeys(("dose_mg", "prescribed_mg", "dose_ceiling_mg"), "mg"),
}


def read_own_words(table: RawTable) -> RawTable:
    """The table with answers and doses as numbers. A text that is neither stays as it is, for the checks to name."""
    cells, doubts = dict(table.cells), list(table.doubts)
    for name, way in _WAYS.items():
        if name in cells and not all(map(_is_plain, set(cells[name]))):
            cells[name], found = read_cells(Take(name, name, way), cells[name])
            doubts += [
                Doubt(row, outcome, code, name, reason) for row, (outcome, code, reason) in found.items()
            ]
    return replace(table, cells=cells, doubts=tuple(doubts))


def _is_plain(text: str) -> bool:
    return not text or text.isdecimal()
