"""Columns as the store keeps them to columns as files have them: days as dates, seconds as times, whole-number codes as words.

Whole columns at once through Arrow, and each distinct day, time or number only once: a table of a million rows has some hundred.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.clinical.frames import Column
from lib.clinical.segments import NONE

# A list with None for unknown, an array of whole numbers with NONE for it, or an Arrow array.
Values = Any
_EPOCH = date(1970, 1, 1).toordinal()
_TEXT = pd.StringDtype("pyarrow")
_ANSWERS = pa.array(["no", "yes"], pa.large_string())


def write_text(values: Values) -> Any:
    """A column of text; None is unknown."""
    if isinstance(values, pa.Array):
        return _as_text(values)
    return _as_text(pa.array(list(values), pa.large_string()))


def write_where(holds: NDArray[np.bool_], text: Any) -> Any:
    """A text where something holds, and nothing elsewhere. text: one for all, or one a row."""
    return write_text(np.where(holds, text, None))


def write_whole(values: Values) -> Any:
    """A column of Int64."""
    return pd.Int64Dtype().__from_arrow__(_read_whole(values))


def write_number(values: Values) -> Any:
    """A column of Float64."""
    column = values if isinstance(values, pa.Array) else pa.array(values, pa.float64())
    return pd.Float64Dtype().__from_arrow__(column)


def write_yes_no(values: Values) -> Any:
    """yes where 1, no where 0."""
    return _as_text(_ANSWERS.take(_read_whole(values)))


def write_dates(days: Values) -> Any:
    """2026-04-03, of days since 1970-01-01."""
    return _as_text(write_distinct(_read_whole(days), _say_day))


def write_moments(days: Values, seconds: Values) -> Any:
    """2026-04-03T17:05, of days since 1970-01-01 and seconds of the day (None: the time is unknown, and none is written)."""
    times = pc.fill_null(write_distinct(_read_whole(seconds), _say_time), "")
    return _as_text(pc.binary_join_element_wise(write_distinct(_read_whole(days), _say_day), times, _NOTHING))


def write_instants(seconds: Values) -> Any:
    """2026-04-03T15:05:00Z, of UTC epoch seconds."""
    moments = _read_whole(seconds)
    days = pc.divide(moments, _A_DAY)
    times = write_distinct(pc.subtract(moments, pc.multiply(days, _A_DAY)), _say_second)
    return _as_text(pc.binary_join_element_wise(write_distinct(_read_whole(days), _say_day), times, _NOTHING))


_A_DAY = pa.scalar(86_400)
_NOTHING = pa.scalar("", pa.large_string())
_WRITERS: Mapping[str, Callable[[Values], Any]] = {
    "text": write_text,
    "choice": write_text,
    "whole": write_whole,
    "number": write_number,
    "yes_no": write_yes_no,
    "date": write_dates,
}


def write_column(column: Column, stored: Mapping[str, Values]) -> Any:
    """A column of a record as its file has it. stored: the store's columns by name, each a list with None for unknown."""
    if column.type == "moment":
        return write_moments(stored[f"{column.name}_day"], stored[f"{column.name}_second"])
    return _WRITERS[column.type](stored[column.name])


def _read_whole(values: Values) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if isinstance(values, np.ndarray):
        return pa.array(values.astype(np.int64), mask=values == NONE)
    return pa.array(values, pa.int64())


def _as_text(column: pa.Array) -> Any:
    return _TEXT.__from_arrow__(column)


def write_distinct(column: pa.Array, say: Callable[[Any], str]) -> pa.Array:
    """Each distinct value in words, once; null where unknown."""
    coded = pc.dictionary_encode(column)
    said = pa.array([say(value) for value in coded.dictionary.to_pylist()], pa.large_string())
    return said.take(coded.indices)


def _say_day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()


def _say_time(second: int) -> str:
    hour, minute = divmod(second // 60, 60)
    return f"T{hour:02}:{minute:02}" + (f":{second % 60:02}" if second % 60 else "")


def _say_second(second: int) -> str:
    return f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
