"""The columns of `status`: rows of the kernel in the words and types that people and files read (data.md)."""

import numpy as np
import pandas as pd

from lib.clinical.instruments import BY_CODE
from lib.clinical.policy import Policy
from lib.clinical.response import CATEGORIES, REASONS, reliable_change_points
from lib.clinical.segments import NONE

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


def derive_status(rows: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """STATUS_COLUMNS without patient_id, one row a row of `standing.assess`, in the same order.

    Whole numbers Int64, dates datetime64, percent_change Float64 (unrounded), is_… boolean, words string; NA is unknown.
    """
    has_both = (rows["baseline_total"] != NONE) & (rows["latest_total"] != NONE)
    has_percent = has_both & (rows["baseline_total"] > 0)
    change = _whole(rows["latest_total"] - rows["baseline_total"]).where(has_both)
    age = rows["as_of"] - rows["latest_on"]
    stale = rows["day_0"] - rows["baseline_on"] > policy.baseline.stale_after_days
    columns = {
        "course": _whole(rows["course"]),
        "instrument": pd.array([BY_CODE[code].name for code in rows["instrument"]], dtype="string"),
        "category": pd.array([CATEGORIES[code] for code in rows["category"]], dtype="string"),
        "reason": pd.array([REASONS[code] or None for code in rows["reason"]], dtype="string"),
        "is_provisional": rows["is_provisional"].astype("boolean"),
        "baseline_total": _whole(rows["baseline_total"]),
        "baseline_on": dates(rows["baseline_on"]),
        "is_baseline_stale": stale.astype("boolean").where(rows["baseline_total"] != NONE),
        "latest_total": _whole(rows["latest_total"]),
        "latest_on": dates(rows["latest_on"]),
        "days_since_latest": _whole(age).where(rows["latest_on"] != NONE),
        "is_current": (age <= policy.categories.current_days)
        .astype("boolean")
        .where(rows["latest_on"] != NONE),
        "change": change,
        "percent_change": (100 * change / _whole(rows["baseline_total"]).where(has_percent)).astype(
            "Float64"
        ),
        "reliable_change": _reliable_change(rows, change, policy),
        "nadir_total": _whole(rows["nadir_total"]),
        "first_response_on": dates(rows["first_response_on"].where(has_percent, NONE)),
        "is_response_confirmed": _whole(rows["is_response_confirmed"]).where(has_percent).astype("boolean"),
        "n_assessments": _whole(rows["n_assessments"]),
        "n_dosing_sessions": _whole(rows["n_dosing_sessions"]),
        "first_dose_on": dates(rows["day_0"].where(rows["has_session"], NONE)),
    }
    return pd.DataFrame(columns)


def _whole(values: "pd.Series[int]") -> "pd.Series[int]":
    return values.astype("Int64").mask(values == NONE)


def dates(days: "pd.Series[int]") -> "pd.Series[pd.Timestamp]":
    """Dates from days since 1970-01-01; NONE gives NaT."""
    known = days.to_numpy() != NONE
    values = np.where(known, days.to_numpy(), 0).astype("datetime64[D]").astype("datetime64[s]")
    return pd.Series(values, index=days.index).where(known)


def _reliable_change(rows: pd.DataFrame, change: "pd.Series[int]", policy: Policy) -> "pd.Series[str]":
    limit = reliable_change_points(rows["instrument"].to_numpy(), policy)
    points = change.fillna(0).to_numpy(dtype=np.int64)
    word = np.where(points <= -limit, "improved", np.where(points >= limit, "deteriorated", "none"))
    return pd.Series(word, index=rows.index, dtype="string").where(change.notna())
