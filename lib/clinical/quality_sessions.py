"""Checks of dosing sessions, plans and weights."""

import numpy as np
import pandas as pd

from lib.clinical.policy import Policy
from lib.clinical.quality_records import COUNTS, PLANNED, VITALS, Found, QualityRecords, find, in_order
from lib.clinical.rules.wording import say_day_number


def _counting(records: QualityRecords) -> pd.DataFrame:
    sessions = records.sessions
    return sessions[(sessions["status"] == COUNTS) & (sessions["day"] <= records.as_of)]


def check_no_pre_dose_pressure(records: QualityRecords, _policy: Policy) -> Found:
    sessions = _counting(records)
    missing = sessions[["sbp_pre_mmhg", "dbp_pre_mmhg"]].isna()
    fails = missing.any(axis=1).to_numpy()
    is_all = missing.all(axis=1).to_numpy()[fails]
    what = np.where(is_all, "no pressure before the dose", "one of the two pressures is missing").tolist()
    return find(sessions, fails, "dosing_sessions", what)


def check_no_session(records: QualityRecords, policy: Policy) -> Found:
    """One row a patient. A baseline waits for its first dose; forms over a longer time speak of doses that nobody sent. Where the
    first form is the baseline, sessions are not expected."""
    forms = records.forms.iloc[:0] if policy.baseline.rule == "first_assessment" else records.forms
    days = forms.groupby("patient")["day"]
    asked = forms[["patient", "clinic_key"]].drop_duplicates("patient").set_index("patient")
    asked = asked.assign(first=days.min(), day=days.max()).reset_index()
    has_session = asked["patient"].isin(_counting(records)["patient"])
    span = asked["day"] - asked["first"]
    fails = (~has_session & (span > policy.baseline.window_days)).to_numpy()
    what = [f"forms over {n} days, and no dosing session" for n in span[fails]]
    return find(asked, fails, "patients", what)


def check_no_prescribed_dose(records: QualityRecords, _policy: Policy) -> Found:
    sessions = _counting(records)
    fails = sessions["prescribed_mg"].isna().to_numpy()
    return find(
        sessions, fails, "dosing_sessions", ["the prescribed dose is not recorded"] * int(fails.sum())
    )


def check_same_vitals(records: QualityRecords, policy: Policy) -> Found:
    """One row a patient: all sessions with any vital sign have the very same ones."""
    sessions = _counting(records)
    sessions = in_order(sessions[sessions[list(VITALS)].notna().any(axis=1)], "patient")
    values = sessions[list(VITALS)].fillna(-1.0)
    own = pd.concat([sessions[["patient", "clinic_key"]], values], axis=1).groupby("patient")
    n_values = own[list(VITALS)].nunique().max(axis=1)
    said = pd.DataFrame({"n": own.size(), "clinic_key": own["clinic_key"].first(), "n_values": n_values})
    said = said[said["n"] >= policy.quality.same_vitals_sessions].reset_index()
    fails = (said["n_values"] == 1).to_numpy()
    return find(said, fails, "patients", [f"the same in all {n} sessions" for n in said["n"][fails]])


def check_too_close(records: QualityRecords, policy: Policy) -> Found:
    """Of a session and the one before it, under the last order that names an interval; the share is that of the dose limits."""
    sessions = in_order(_counting(records), "patient")
    patient, day = sessions["patient"].to_numpy(np.int64), sessions["day"].to_numpy(np.int64)
    is_next = np.append(False, patient[1:] == patient[:-1]) if len(day) else np.zeros(0, bool)
    days = np.append(0, np.diff(day))[: len(day)]
    interval = _interval_at(sessions, records.orders)
    is_asked = is_next & ~np.isnan(interval)
    asked, days, interval = sessions[is_asked], days[is_asked], interval[is_asked]
    fails = 100 * days < policy.dose_limits.min_interval_percent * interval
    what = [
        f"{n} day{'' if n == 1 else 's'} after the one before, ordered every {every:g}"
        for n, every in zip(days[fails], interval[fails], strict=True)
    ]
    return find(asked, fails, "dosing_sessions", what)


def _interval_at(sessions: pd.DataFrame, orders: pd.DataFrame) -> np.ndarray:
    """Days between sessions as last ordered on or before each session's date; NaN: not ordered."""
    own = sessions[["patient", "day"]].astype("int64").reset_index()
    said = orders[["patient", "day", "interval_days"]].astype({"patient": "int64", "day": "int64"})
    found = pd.merge_asof(
        own.sort_values("day", kind="stable"),
        said.sort_values("day", kind="stable"),
        on="day",
        by="patient",
    )
    return found.sort_values("index")["interval_days"].to_numpy(float)


def check_past_plan(records: QualityRecords, policy: Policy) -> Found:
    """A planned session of a day long past, with none recorded on that day or later."""
    sessions = records.sessions
    asked = sessions[sessions["status"] == PLANNED]
    recorded = sessions[sessions["status"] != PLANNED].groupby("patient")["day"].max()
    last = recorded.reindex(asked["patient"]).to_numpy(float)
    day = asked["day"].to_numpy(np.int64)
    fails = (records.as_of - day > policy.quality.plan_days) & ~(last >= day)
    what = [f"planned for {say_day_number(on)}; nothing recorded since" for on in day[fails]]
    return find(asked, fails, "dosing_sessions", what)


def check_weight_change(records: QualityRecords, policy: Policy) -> Found:
    """Of two weights in a row; the later one is the row."""
    weights = in_order(records.weights, "patient")
    patient, day = weights["patient"].to_numpy(np.int64), weights["day"].to_numpy(np.int64)
    kg = weights["kg"].to_numpy(float)
    is_near = (patient[1:] == patient[:-1]) & (day[1:] - day[:-1] <= policy.quality.weight_days)
    asked, before, after = weights.iloc[1:][is_near], kg[:-1][is_near], kg[1:][is_near]
    fails = 100 * np.abs(after - before) > policy.quality.weight_percent * before
    what = [f"{first:g} → {second:g} kg" for first, second in zip(before[fails], after[fails], strict=True)]
    return find(asked, fails, "observations", what)
