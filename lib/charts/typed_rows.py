"""Plain rows as objects of a dataclass, with None for every way of saying "not recorded"."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from math import isnan
from typing import Any, TypeVar

import pandas as pd

from lib.clinical.plain_rows import Row as PlainRow

Row = TypeVar("Row")
_AS_IT_IS = frozenset({str, int, bool, type(None)})


def read_rows(rows: Sequence[PlainRow], kind: type[Row]) -> list[Row]:
    """Rows of a frame as objects of a dataclass whose fields are named like its columns (class_: the column class)."""
    names = _names_of(kind)  # type: ignore[arg-type]
    return [kind(*(_cell(row.get(name)) for name in names)) for row in rows]


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name.rstrip("_") for field in fields(kind))


def present(value: Any) -> Any:
    """None for every way that pandas has of saying "not recorded"."""
    is_empty = value is None or value is pd.NA or value is pd.NaT
    return None if is_empty or (isinstance(value, float) and isnan(value)) else value


def _cell(value: Any) -> Any:
    # Most cells; seven hundred of them are a patient's.
    if type(value) in _AS_IT_IS:
        return value
    # Arithmetic on pandas' own timestamps is ten times slower, and a figure does a few hundred of it.
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else present(value)
