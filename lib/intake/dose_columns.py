"""Columns of doses in mg in our own tables: `100 mg` and `0.1 g` say how much, and `2 x 150` is for a person."""

import re
from dataclasses import replace

from lib.intake.dose_text import SURE, read_dose
from lib.intake.table import Doubt, RawTable

# A number in any spelling, or no number at all, is for the column's type to take or to refuse.
_WORDED = re.compile(
    r"(?=.*[0-9½¼¾⅓⅔])(?=.*[^\W\d_])(?!0x[0-9a-f]+$|[-+]?[0-9.]+e[-+]?[0-9]+$).*", re.I | re.S
)


def spell_doses(raw: RawTable) -> RawTable:
    """A table whose doses are numbers of mg; a row whose dose says more than one amount, or another unit, is held."""
    names = [
        column.name for column in raw.kind.columns if column.name.endswith("_mg") and column.name in raw.cells
    ]
    cells, doubts = dict(raw.cells), [*raw.doubts]
    for name in names:
        said = {text: read_dose(text, "mg") for text in set(raw.cells[name]) if _WORDED.match(text)}
        if said:
            sure = {text: dose.dose_mg for text, dose in said.items() if dose.confidence == SURE}
            cells[name] = [sure.get(text, text) for text in raw.cells[name]]
            doubts += [
                Doubt(row, "held", said[text].code, name, said[text].reason)
                for row, text in enumerate(raw.cells[name])
                if text in said and text not in sure
            ]
    return replace(raw, cells=cells, doubts=tuple(doubts))
