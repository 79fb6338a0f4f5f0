"""Records of one patient as frames to read: days become dates, whole-number codes become booleans, blanks stay unknown."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lib.clinical.frames import KINDS, Column
from lib.store.engine import Transaction
from lib.store.records import read_record_table

EPOCH = pd.Timestamp("1970-01-01")
NOON = 12 * 3600
_TYPES: Mapping[str, str] = {
    "text": "string",
    "choice": "string",
    "whole": "Int64",
    "number": "Float64",
    "yes_no": "boolean",
}


def read_records(connection: Transaction, kind: str, patient_key: int) -> pd.DataFrame:
    """Records in force of one patient, the oldest first: the kind's columns, a moment as `on`, `at` and `is_time_known`."""
    rows = read_record_table(connection, kind, [patient_key])
    columns: dict[str, pd.Series] = {"record": rows["id"].astype("Int64")}
    event = KINDS[kind].event_column
    for column in KINDS[kind].columns:
        if column.name == "patient_id":
            continue
        if column.type == "moment":
            columns |= _moment(rows[f"{column.name}_day"], rows[f"{column.name}_second"])
        else:
            columns["on" if column == event else column.name] = _typed(rows[column.name], column)
    frame = pd.DataFrame(columns)
    order = [name for name in ("on", "at") if name in frame]
    return frame.sort_values(order, kind="stable", ignore_index=True) if order else frame


def _typed(values: pd.Series, column: Column) -> pd.Series:
    if column.type == "date":
        return dates(values)
    if column.type == "yes_no":
        return values.astype("Int64").astype("boolean")
    return values.astype(_TYPES[column.type])


def dates(days: pd.Series) -> pd.Series:
    """Dates from days since 1970-01-01, NaT where unknown."""
    return EPOCH + pd.to_timedelta(days.astype("Float64").astype("float64"), unit="D")


def _moment(day: pd.Series, second: pd.Series) -> dict[str, pd.Series]:
    """on: the local date; at: with the time of day, noon where it is unknown."""
    on = dates(day)
    seconds = second.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    is_known = ~np.isnan(seconds)
    at = on + pd.to_timedelta(np.where(is_known, seconds, NOON), unit="s")
    return {"on": on, "at": at, "is_time_known": pd.Series(is_known, index=day.index)}
