"""A table of an export: its columns with all that a dictionary says of them, and its rows a block at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

# Rows of a block: so many are in memory at a time, however long the table is.
ROWS_A_BLOCK = 20_000


class Risk(StrEnum):
    """What a column can tell about who somebody is (evidence/reliability.md 5)."""

    DIRECT = "names somebody directly"
    DATE = "a date of the person"
    CALENDAR = "counted from the day of a file, so it dates all others"
    PLACE = "where somebody lives or is treated"
    FREE_TEXT = "free text"
    QUASI = "tells somebody together with others"
    SENSITIVE = "sensitive, and tells nobody"
    NONE = "tells nobody"


@dataclass(frozen=True)
class ColumnNote:
    """A column as a dictionary has it. type: text, whole, number, date, moment, yes_no or choice. values: of a choice, code and
    label. missing: how a missing value is written. derivation: how it comes about ("as recorded"). source: file and column."""

    name: str
    label: str
    type: str
    unit: str = ""
    values: tuple[tuple[str, str], ...] = ()
    missing: str = "empty"
    derivation: str = "as recorded"
    source: str = ""
    risk: Risk = Risk.NONE


@dataclass(frozen=True)
class ExportTable:
    """name: of its file, without ending. read: blocks of at most ROWS_A_BLOCK rows, in an order that follows from the data, with
    the columns of the notes in their order and `patient_id` among them where the rows are somebody's; dates and moments as ISO
    text, booleans as yes and no, missing as NA. n_rows: how many rows there are in all."""

    name: str
    label: str
    columns: tuple[ColumnNote, ...]
    read: Callable[[], Iterator[pd.DataFrame]]
    n_rows: int

    def note(self, name: str) -> ColumnNote:
        """Raises StopIteration for a column that it has not."""
        return next(column for column in self.columns if column.name == name)
