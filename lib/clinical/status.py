"""The columns of `status`: rows of the kernel in the words and types that people and files read (data.md)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.held_columns import arrays_of, frame_of
from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.response import CATEGORIES, REASONS, reliable_change_points
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.sorting import Each

STATUS_COLUMNS = (
    "patient_id",
    "course",
    "instrument",
    "category",
    "reason",
    "is_provisional",
    "baseline_total",
    "baseline_on",
    "is_baseline_stale",
    "latest_total",
    "latest_on",
    "days_since_latest",
    "is_current",
    "change",
    "percent_change",
    "reliable_change",
    "nadir_total",
    "first_response_on",
    "is_response_confirmed",
    "n_assessments",
    "n_dosing_sessions",
    "first_dose_on",
)
# What is read of the kernel's rows as whole numbers.
_NUMBERS = (
    *("as_of", "course", "instrument", "category", "reason", "day_0", "n_assessments", "n_dosing_sessions"),
    *("baseline_total", "baseline_on", "latest_total", "latest_on", "nadir_total", "first_response_on"),
    "is_response_confirmed",
)
_TEXT = pd.StringDtype()
_NOT_A_TIME = np.datetime64("NaT").astype(np.int64)
_CHANGES = ("none", "improved", "deteriorated", None)


def derive_status(rows: pd.DataFrame, policy: Policy, each: Each = map) -> pd.DataFrame:
    """STATUS_COLUMNS without patient_id, one row a row of `standing.assess`, in the same order. each: as sort_forms has it.

    Whole numbers Int64, dates datetime64, percent_change Float64 (unrounded), is_… boolean, words string; NA is unknown.
    """
    number = {name: np.asarray(one, np.int64) for name, one in arrays_of(rows, _NUMBERS).items()}
    makers = (
        lambda: _described(rows, number),
        lambda: _totals(number, policy),
        lambda: _changes(number, policy),
    )
    columns = {name: column for made in each(lambda make: make(), makers) for name, column in made.items()}
    in_order = {name: columns[name] for name in STATUS_COLUMNS if name in columns}
    # Every column is the frame's own by now: pandas' copying them again took 55 ms of 400,000 rows.
    return frame_of(in_order, rows.index)


def _described(rows: pd.DataFrame, number: Mapping[str, Ints]) -> dict[str, Any]:
    has_session = rows["has_session"].to_numpy(dtype=bool)
    return {
        "course": _whole(number["course"]),
        "instrument": _words([one.name for one in BY_CODE], number["instrument"]),
        "category": _words(CATEGORIES, number["category"]),
        "reason": _words([reason or None for reason in REASONS], number["reason"]),
        "is_provisional": _yes_no(rows["is_provisional"].to_numpy(dtype=bool, copy=True)),
        "n_assessments": _whole(number["n_assessments"]),
        "n_dosing_sessions": _whole(number["n_dosing_sessions"]),
        "first_dose_on": dates_of(np.where(has_session, number["day_0"], NONE)),
    }


def _totals(number: Mapping[str, Ints], policy: Policy) -> dict[str, Any]:
    has_baseline, has_latest = number["baseline_total"] != NONE, number["latest_on"] != NONE
    stale = number["day_0"] - number["baseline_on"] > policy.baseline.stale_after_days
    age = number["as_of"] - number["latest_on"]
    return {
        "baseline_total": _whole(number["baseline_total"]),
        "baseline_on": dates_of(number["baseline_on"]),
        "is_baseline_stale": _yes_no(stale, has_baseline),
        "latest_total": _whole(number["latest_total"]),
        "latest_on": dates_of(number["latest_on"]),
        "days_since_latest": _whole(age, has_latest),
        "is_current": _yes_no(age <= policy.categories.current_days, has_latest),
        "nadir_total": _whole(number["nadir_total"]),
    }


def _changes(number: Mapping[str, Ints], policy: Policy) -> dict[str, Any]:
    baseline, latest = number["baseline_total"], number["latest_total"]
    has_both = (baseline != NONE) & (latest != NONE)
    has_percent = has_both & (baseline > 0)
    change, confirmed = latest - baseline, number["is_response_confirmed"]
    percent = 100 * change / np.where(has_percent, baseline, 1)
    return {
        "change": _whole(change, has_both),
        "percent_change": pd.arrays.FloatingArray(percent, ~has_percent),
        "reliable_change": _reliable_change(number["instrument"], change, has_both, policy),
        "first_response_on": dates_of(np.where(has_percent, number["first_response_on"], NONE)),
        "is_response_confirmed": _yes_no(confirmed == 1, has_percent & (confirmed != NONE)),
    }


# Built from arrays, not from Series: for one patient's two rows, aligning Series took nine tenths of the time.
def _whole(values: Ints, is_known: Bools | None = None) -> pd.arrays.IntegerArray:
    """is_known: where it says no, unknown; without it, where the value is NONE."""
    return pd.arrays.IntegerArray(values.copy(), values == NONE if is_known is None else ~is_known)


def _words(words: Sequence[str | None], code: Ints) -> Any:
    """The word of each code."""
    return pd.array(list(words), dtype=_TEXT).take(code)


def _yes_no(values: Bools, is_known: Bools | None = None) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(
        values, np.zeros(len(values), dtype=bool) if is_known is None else ~is_known
    )


def dates_of(days: Ints) -> NDArray[np.datetime64]:
    """Dates from days since 1970-01-01; NONE gives NaT."""
    seconds = days * 86_400
    seconds[days == NONE] = _NOT_A_TIME
    return seconds.view("datetime64[s]")


def dates(days: "pd.Series[int]") -> "pd.Series[pd.Timestamp]":
    """The same as a series."""
    return pd.Series(dates_of(days.to_numpy(dtype=np.int64)), index=days.index)


def _reliable_change(instrument: Ints, change: Ints, has_both: Bools, policy: Policy) -> Any:
    limit = reliable_change_points(instrument, policy)
    code = np.where(change <= -limit, 1, np.where(change >= limit, 2, 0))
    return _words(_CHANGES, np.where(has_both, code, len(_CHANGES) - 1))
