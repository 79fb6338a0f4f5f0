"""What a history tells by itself: how many people are told apart by three scores and the two gaps between them.

In reliability.md 5 that was everybody of 5,000: such a file is pseudonymised, whatever else was taken out of it.
"""

from dataclasses import dataclass

import pandas as pd

from lib.research.plan import RESEARCH_ID
from lib.research.table import ExportTable

N_ROWS = 3
# By preference: what a neighbour, an employer or another file may know of somebody.
_VALUES = ("total", "aval", "dose_mg", "value")


@dataclass(frozen=True)
class Fingerprint:
    """of: the column of values. n_people: who have three rows; n_unique: of whom nobody else has the same values and gaps."""

    table: str
    of: str
    n_people: int
    n_unique: int

    @property
    def text(self) -> str:
        share = f" ({100 * self.n_unique / self.n_people:.1f} %)" if self.n_people else ""
        return (
            f"{self.table}: of {self.n_people:,} people with {N_ROWS} rows, {self.n_unique:,}{share} are told apart by "
            f"{N_ROWS} values of {self.of} and the gaps between them."
        )


def find_columns(table: ExportTable) -> tuple[str, str] | None:
    """A column of days, or dates, and one of values; None where the table has not both, or is nobody's."""
    names = {note.name.lower(): note for note in table.columns}
    days = [note.name for note in table.columns if note.unit == "study day" or note.type == "date"]
    values = [names[name].name for name in _VALUES if name in names]
    if RESEARCH_ID not in names or not days or not values:
        return None
    return days[0], values[0]


def measure_fingerprint(table: str, of: str, prints: pd.DataFrame) -> Fingerprint:
    """prints: of read_prints."""
    return Fingerprint(table, of, len(prints), int((~prints.duplicated(keep=False)).sum()))


def read_prints(table: ExportTable, day: str, value: str) -> pd.DataFrame:
    """By research id of those with three rows that have a day and a value: value_0 … value_2, gap_1 and gap_2 in days."""
    names = [RESEARCH_ID, day, value]
    blocks = [block[names] for block in table.read()]
    rows = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=names)
    rows = rows.dropna().assign(
        on=lambda rows: _to_days(rows[day]), value=lambda rows: rows[value].astype("float64")
    )
    rows = rows.sort_values([RESEARCH_ID, "on"], kind="stable")
    rows["place"] = rows.groupby(RESEARCH_ID).cumcount()
    first = (
        rows[rows["place"] < N_ROWS]
        .pivot(index=RESEARCH_ID, columns="place", values=["on", "value"])
        .dropna()
    )
    if ("on", N_ROWS - 1) not in first:
        return pd.DataFrame(columns=["value_0", "value_1", "value_2", "gap_1", "gap_2"])
    values = {f"value_{place}": first["value", place] for place in range(N_ROWS)}
    gaps = {f"gap_{place}": first["on", place] - first["on", place - 1] for place in range(1, N_ROWS)}
    return pd.DataFrame(values | gaps)


def _to_days(days: pd.Series) -> pd.Series:
    """A line without a hole: study days have no 0."""
    if pd.api.types.is_numeric_dtype(days):
        numbers = days.astype("float64")
        return numbers.where(numbers < 0, numbers - 1)
    return (pd.to_datetime(days, format="%Y-%m-%d") - pd.Timestamp(0)) / pd.Timedelta(days=1)
