"""Who is overdue for a form, who was called since, and who came back within the policy's days of a call."""

import numpy as np
import pandas as pd

from lib.clinical.courses import Courses
from lib.clinical.histories import Prepared
from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.rules.follow_up import find_overdue
from lib.clinical.segments import NONE, Ints, Layout, limits_of
from lib.clinical.spans import Points
from lib.clinical.standing import assess

NO_OUTCOME = "not recorded"
_REFERRAL = "referral"


def select_calls(contacts: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Contacts to a day that may have been a call, the oldest first; a blank outcome is "not recorded". contacts: patient, day,
    second, kind, outcome."""
    kind = contacts["kind"].str.strip().str.lower()
    calls = contacts[(kind != _REFERRAL) & (contacts["day"] <= as_of)]
    outcome = calls["outcome"].str.strip().str.lower()
    calls = calls.assign(outcome=outcome.where(outcome != "", NO_OUTCOME))
    return calls.sort_values(["patient", "day", "second"], kind="stable", ignore_index=True)


def derive_calls_since(overdue: pd.DataFrame, calls: pd.DataFrame) -> pd.DataFrame:
    """The overdue rows with n_calls since the day on which they were due, and of the last of them called_on (NONE), kind, outcome
    ("": no call). overdue: patient, since; calls: of select_calls."""
    rows = overdue.reset_index(drop=True)
    pairs = rows[["patient", "since"]].reset_index(names="row").merge(calls, on="patient")
    pairs = pairs[pairs["day"] >= pairs["since"]]
    last = pairs.drop_duplicates("row", keep="last").set_index("row").reindex(rows.index)
    return rows.assign(
        n_calls=pairs["row"].value_counts().reindex(rows.index, fill_value=0).astype("int64"),
        called_on=last["day"].fillna(NONE).astype("int64"),
        kind=last["kind"].fillna(""),
        outcome=last["outcome"].fillna(""),
    )


def judge_calls(prepared: Prepared, calls: pd.DataFrame, as_of: int, policy: Policy) -> pd.DataFrame:
    """The first call to each patient in each time of being overdue for a PHQ-9: patient, day, kind, outcome, since (due),
    returned_on (the day of the next valid PHQ-9 within [policy operations.return_days], NONE), is_judged (those days are over, or
    one came).

    Overdue on the day of the call: without a form before that day; one on the day itself is a return.
    """
    asked = calls.reset_index(drop=True)
    patient, day = asked["patient"].to_numpy(dtype=np.int64), asked["day"].to_numpy(dtype=np.int64)
    course = _course_on(prepared.courses, patient, day)
    points = Points(patient, np.full(len(day), PHQ9.code), course, day - 1)
    begun = course != NONE
    rows = assess(prepared, points.take(begun), policy).assign(as_of=day[begun])
    rows.index = asked.index[begun]
    due = find_overdue(rows, policy)["since"]
    found = asked.loc[due.index].assign(since=due).drop_duplicates(["patient", "since"])
    returned_on = _next_form(prepared, found, as_of, policy)
    is_over = found["day"] + policy.operations.return_days < as_of
    return found.assign(returned_on=returned_on, is_judged=is_over | (returned_on != NONE)).reset_index(
        drop=True
    )


def _course_on(courses: Courses, patient: Ints, day: Ints) -> Ints:
    """The course that was the last one begun before each day, or NONE."""
    begun = np.flatnonzero(courses.has_session)
    if not len(begun):
        return np.full(len(day), NONE)
    first = courses.first_day[begun]
    layout = Layout.covering(limits_of(courses.patient, patient), limits_of(first, day))
    place = np.searchsorted(layout.pack(courses.patient[begun], first), layout.pack(patient, day)) - 1
    row = begun[np.maximum(place, 0)]
    return np.where((place >= 0) & (courses.patient[row] == patient), row, NONE)


def _next_form(prepared: Prepared, calls: pd.DataFrame, as_of: int, policy: Policy) -> Ints:
    timeline = prepared.timeline
    patient, day = calls["patient"].to_numpy(dtype=np.int64), calls["day"].to_numpy(dtype=np.int64)
    instrument = np.full(len(day), PHQ9.code)
    last = np.minimum(day + policy.operations.return_days, as_of)
    start = timeline.position(patient, instrument, day)
    stop = timeline.position(patient, instrument, last + 1)
    return timeline.at(timeline.day, np.where(stop > start, start, NONE))


def summarise_returns(judged: pd.DataFrame) -> pd.DataFrame:
    """outcome, n_judged, n_returned, n_open (their days are not over): one row an outcome of the call, alphabetical."""
    counted = judged.assign(
        n_judged=1 * judged["is_judged"],
        n_returned=1 * (judged["returned_on"] != NONE),
        n_open=1 * ~judged["is_judged"],
    )
    return counted.groupby("outcome", as_index=False)[["n_judged", "n_returned", "n_open"]].sum()
