"""Counts that may leave: none of 1 to 10 is shown or can be derived, the others are rounded, and rates are of rounded counts.

Suppression with its complements: lib/clinical/small_cells.py (CMS cell suppression policy). Rounding comes after it, so that what
hides a count does not depend on how others were rounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lib.clinical.small_cells import hide_in_list, hide_in_table, say_count
from lib.research.table import ColumnNote, ExportTable, Risk

TOTAL = "all"
_UNKNOWN = "not recorded"


@dataclass(frozen=True)
class Rounding:
    """smallest: the smallest count that is shown (11). to: shown counts are multiples of it (5)."""

    smallest: int
    to: int

    @property
    def limit(self) -> int:
        """The largest count that is hidden."""
        return self.smallest - 1

    def round(self, counts: ArrayLike) -> NDArray[np.int64]:
        """To the nearest multiple, halves up; a shown count never to one that would have been hidden: 11 and 12 are 15."""
        numbers = np.asarray(counts, dtype=np.int64)
        nearest = (2 * numbers + self.to) // (2 * self.to) * self.to
        least = -(-self.smallest // self.to) * self.to
        return np.where(numbers == 0, 0, np.maximum(nearest, np.where(numbers >= self.smallest, least, 0)))

    def say(self, n: int, is_hidden: bool) -> str:
        """0, "<11", "≥11" for one that is hidden for another's sake, or the rounded count."""
        return say_count(n, True, self.limit) if is_hidden else str(self.round(n))


def release_list(counts: "pd.Series[int]", rounding: Rounding) -> "pd.Series[str]":
    """By name, with TOTAL at the end; the total is rounded by itself, so parts need not add up to it."""
    hidden, is_total_hidden = hide_in_list(counts.to_numpy(), rounding.limit)
    said = [rounding.say(int(n), bool(one)) for n, one in zip(counts, hidden, strict=True)]
    total = rounding.say(int(counts.sum()), is_total_hidden)
    return pd.Series([*said, total], index=[*counts.index, TOTAL], dtype="str")


def release_table(counts: pd.DataFrame, rounding: Rounding) -> pd.DataFrame:
    """Rows by columns, each with TOTAL at its end."""
    numbers = counts.to_numpy(dtype=np.int64)
    hidden = hide_in_table(numbers, rounding.limit)
    whole = np.block(
        [
            [numbers, numbers.sum(axis=1, keepdims=True)],
            [numbers.sum(axis=0, keepdims=True), numbers.sum(keepdims=True)],
        ]
    )
    masks = np.block(
        [
            [hidden.cells, hidden.row_totals[:, None]],
            [hidden.column_totals[None, :], np.array([[hidden.is_total]])],
        ]
    )
    said = [
        [rounding.say(int(n), bool(one)) for n, one in zip(*row, strict=True)]
        for row in zip(whole, masks, strict=True)
    ]
    return pd.DataFrame(said, index=[*counts.index, TOTAL], columns=[*counts.columns, TOTAL])


def describe_people(people: pd.DataFrame, traits: Sequence[str], rounding: Rounding) -> ExportTable:
    """How many people of a cohort have each value of each trait: trait, value, people."""
    rows = [
        (trait, str(value), said)
        for trait in traits
        for value, said in release_list(_count(people[trait]), rounding).items()
    ]
    return make_table("characteristics", "People by trait", ("trait", "value", "people"), rows)


def cross_people(people: pd.DataFrame, by: str, across: str, rounding: Rounding) -> ExportTable:
    """How many people have each pair of values: by, across, people."""
    counts = pd.crosstab(
        people[by].astype("object").fillna(_UNKNOWN), people[across].astype("object").fillna(_UNKNOWN)
    )
    said = release_table(counts, rounding)
    rows = [
        (str(row), str(column), str(said.loc[row, column])) for row in said.index for column in said.columns
    ]
    return make_table(f"{by}_by_{across}", f"People by {by} and {across}", (by, across, "people"), rows)


def make_table(name: str, label: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> ExportTable:
    """Of counts that are said already: texts, since "<11" is one."""

    def read() -> Iterator[pd.DataFrame]:
        yield pd.DataFrame(list(rows), columns=list(columns), dtype="str")

    notes = tuple(ColumnNote(one, one.replace("_", " "), "text", risk=Risk.NONE) for one in columns)
    return ExportTable(name, label, notes, read, len(rows))


def _count(values: pd.Series) -> "pd.Series[int]":
    return values.astype("object").fillna(_UNKNOWN).value_counts().sort_index()
