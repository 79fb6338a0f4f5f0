"""A table of our own columns whose cells say in words what stands there as a number elsewhere: Several days, 0.1 g."""

import re
from dataclasses import replace

from lib.clinical.frames import ITEM_COLUMNS
from lib.intake.mapped_cells import read_cells
from lib.intake.mapping import Take
from lib.intake.table import Doubt, RawTable
from lib.intake.texts import Texts

# Their own names say the unit.
_WAYS = {
    **dict.fromkeys(ITEM_COLUMNS, "answer"),
    "difficulty": "difficulty",
    **dict.fromkeys(("dose_mg", "prescribed_mg", "dose_ceiling_mg"), "mg"),
}


# A number in any spelling is for the column's type to take or to refuse; so is a dose that names no number.
_LETTER = r"(?=.*[^\W\d_])"
_WORDED = {
    "mg": re.compile(rf"{_LETTER}(?=.*[0-9½¼¾⅓⅔])(?!0x[0-9a-f]+$|[-+]?[0-9.]+e[-+]?[0-9]+$).*", re.I | re.S)
}
_ANY_WORD = re.compile(rf"{_LETTER}.*", re.S)


def read_own_words(table: RawTable) -> RawTable:
    """The table with answers and doses as numbers. A text that is neither stays as it is, for the checks to name."""
    cells, doubts = dict(table.cells), list(table.doubts)
    for name, way in _WAYS.items():
        texts = cells.get(name, Texts())
        worded = set(filter(_WORDED.get(way, _ANY_WORD).match, texts.distinct))
        if worded:
            read, found = read_cells(Take(name, name, way), texts)
            said = {old: new for old, new in zip(texts, read, strict=True) if old in worded}
            cells[name] = texts.respelled(said)
            doubts += [
                Doubt(row, outcome, code, name, reason)
                for row, (outcome, code, reason) in found.items()
                if texts[row] in worded
            ]
    return replace(table, cells=cells, doubts=tuple(doubts))
