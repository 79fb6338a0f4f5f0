"""Columns of text to the typed columns that a kind of record is stored as."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from lib.clinical.frames import Column
from lib.intake.distinct import read_distinct
from lib.intake.findings import BoolArray, Findings, IntArray
from lib.intake.texts import Texts
from lib.intake.values import parse_cell

_DTYPES: dict[str, type[np.generic]] = {
    "whole": np.int64,
    "yes_no": np.int64,
    "date": np.int64,
    "moment": np.int64,
    "number": np.float64,
}


@dataclass(frozen=True)
class Typed:
    """One stored column: int64, float64 or object values, which mean nothing where `is_missing` (empty or unreadable)."""

    values: npt.NDArray[Any]
    is_missing: BoolArray

    def to_array(self, rows: BoolArray | IntArray) -> ExtensionArray | pd.Series:
        """The given rows as a nullable Int64 or Float64 array, or a Series of str and None."""
        values, is_missing = self.values[rows], self.is_missing[rows]
        if values.dtype == np.int64:
            return pd.arrays.IntegerArray(values, is_missing)
        if values.dtype == np.float64:
            return pd.arrays.FloatingArray(values, is_missing)
        return pd.Series(values, dtype=object)


def empty_column(column: Column, n_rows: int) -> Typed:
    """A column that the file does not have."""
    return Typed(np.full(n_rows, _filler(column), _dtype(column)), np.ones(n_rows, np.bool_))


def type_column(column: Column, texts: Texts, findings: Findings) -> Typed:
    """A column of any type but moment; an unreadable cell, or an empty one that is required, becomes a finding."""
    refuse_empty(column, texts, findings)
    distinct = read_distinct(texts, partial(parse_cell, column))
    distinct.reject_faults(column.name, findings)
    filled = [_filler(column) if value is None else value for value in distinct.values]
    return Typed(np.array(filled, _dtype(column))[distinct.codes], ~distinct.has_value)


def refuse_empty(column: Column, texts: Texts, findings: Findings) -> None:
    """A required cell must say something."""
    if column.is_required:
        reason = f"{column.name} is empty, and a row cannot be used without it: fill it in."
        findings.reject(~texts.is_given, "missing-value", column.name, reason)


def _dtype(column: Column) -> type[np.generic]:
    return _DTYPES.get(column.type, np.object_)


def _filler(column: Column) -> int | None:
    return 0 if column.type in _DTYPES else None
