"""Records of one patient as frames to read: days become dates, whole-number codes become booleans, blanks stay unknown.

Columns are built one by one from lists: for a few rows, pandas' own conversions cost many times what reading them does.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.frames import KINDS, Column
from lib.clinical.held_columns import frame_of, texts
from lib.store.engine import Transaction
from lib.store.records import read_record_columns

NOON = 12 * 3600
_DAY = 86_400_000_000
_NOT_A_TIME = np.datetime64("NaT", "us")
# As an object: by its name pandas looks a type up among all of them, every time.
_TEXT = pd.StringDtype()
Values = Sequence[Any]


def read_records(
    connection: Transaction, kind: str, patient_key: int, until: date | None = None
) -> pd.DataFrame:
    """Records in force of one patient, the oldest first: the kind's columns, a moment as `on`, `at` and `is_time_known`. until:
    without what is dated after this day."""
    return frame_of(read_arrays(connection, kind, patient_key, until))


def read_arrays(
    connection: Transaction, kind: str, patient_key: int, until: date | None = None
) -> dict[str, Any]:
    """The same by column, for who puts more beside them."""
    stored = read_record_columns(connection, kind, patient_key)
    return _as_arrays(kind, stored, until) if stored["id"] else dict(_without_rows(kind))


@cache
def _without_rows(kind: str) -> Mapping[str, Any]:
    """Of most patients there is nothing of most kinds, and its columns take as long as those of ten rows."""
    return _as_arrays(kind, defaultdict(list))


def _as_arrays(kind: str, stored: Mapping[str, Values], until: date | None = None) -> dict[str, Any]:
    columns: dict[str, Any] = {"record": _whole(stored["id"])}
    event = KINDS[kind].event_column
    for column in KINDS[kind].columns:
        if column.name == "patient_id":
            continue
        if column.type == "moment":
            columns |= _moment(stored[f"{column.name}_day"], stored[f"{column.name}_second"])
        else:
            columns["on" if column == event else column.name] = _typed(stored[column.name], column)
    order = _oldest_first(columns)
    if until is not None:
        # A medication without a start has been taken since before anybody asked.
        order = order[~(columns["on"][order] > np.datetime64(until))]
    if not np.array_equal(order, np.arange(len(columns["record"]))):
        columns = {name: values[order] for name, values in columns.items()}
    return columns


def _oldest_first(columns: Mapping[str, Any]) -> NDArray[np.intp]:
    """By day and time of day, an unknown date last; rows of one moment stay as they are."""
    keys = [columns[name] for name in ("at", "on") if name in columns]
    return np.lexsort(keys) if keys else np.arange(len(columns["record"]))


def _typed(values: Values, column: Column) -> Any:
    return _dates(values) if column.type == "date" else _BUILDERS[column.type](values)


def _split(values: Values, dtype: type) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The values, 0 where one is unknown, and where that is."""
    if None not in values:
        return np.array(values, dtype=dtype), np.zeros(len(values), dtype=bool)
    is_unknown = np.array([value is None for value in values], dtype=bool)
    return np.array([0 if value is None else value for value in values], dtype=dtype), is_unknown


def _whole(values: Values) -> Any:
    return pd.arrays.IntegerArray(*_split(values, np.int64))


def _number(values: Values) -> Any:
    return pd.arrays.FloatingArray(*_split(values, np.float64))


def _yes_no(values: Values) -> Any:
    return pd.arrays.BooleanArray(*_split(values, np.bool_))


def _text(values: Values) -> Any:
    return texts(values, _TEXT)


_BUILDERS: Mapping[str, Callable[[Values], Any]] = MappingProxyType(
    {"text": _text, "choice": _text, "whole": _whole, "number": _number, "yes_no": _yes_no}
)


def _dates(days: Values) -> NDArray[np.datetime64]:
    """Dates from days since 1970-01-01, NaT where unknown."""
    known, is_unknown = _split(days, np.int64)
    return np.where(is_unknown, _NOT_A_TIME, (known * _DAY).view("datetime64[us]"))


def _moment(day: Values, second: Values) -> dict[str, Any]:
    """on: the local date; at: with the time of day, noon where it is unknown."""
    on = _dates(day)
    known, is_unknown = _split(second, np.int64)
    seconds = np.where(is_unknown, NOON, known)
    return {"on": on, "at": on + seconds.astype("timedelta64[s]"), "is_time_known": ~is_unknown}
