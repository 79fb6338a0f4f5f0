"""How courses stood on the day of a decision, and the first total after it that had time to change."""

import numpy as np
import pandas as pd

from lib.clinical.courses import Courses
from lib.clinical.histories import Prepared
from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints, day_keys, expand
from lib.clinical.spans import Points
from lib.clinical.standing import assess


def describe_courses(prepared: Prepared, patient: Ints, day: Ints, policy: Policy) -> pd.DataFrame:
    """One row a (patient, day): baseline_total, change_share (of the baseline), n_dosing_sessions, gad7_total, latest_total,
    in the course begun last by then; NaN where unknown."""
    course = _course_on(prepared.courses, patient, day)
    rows = {
        one.code: assess(prepared, Points(patient, np.full(len(patient), one.code), course, day), policy)
        for one in (PHQ9, GAD7)
    }
    phq9 = rows[PHQ9.code]
    baseline, latest = _known(phq9["baseline_total"]), _known(phq9["latest_total"])
    n_sessions = phq9["n_dosing_sessions"].astype(float)
    return pd.DataFrame(
        {
            "baseline_total": baseline,
            "change_share": (latest - baseline) / baseline.where(baseline > 0),
            "n_dosing_sessions": n_sessions.where(n_sessions > 0),
            "gad7_total": _known(rows[GAD7.code]["latest_total"]),
            "latest_total": latest,
        }
    )


def _known(values: "pd.Series[int]") -> "pd.Series[float]":
    return values.astype(float).where(values != NONE)


def _course_on(courses: Courses, patient: Ints, day: Ints) -> Ints:
    """The row of the course begun last on or before each day, NONE where there is none."""
    begun = np.flatnonzero(courses.has_session)
    key = day_keys(courses.patient[begun], courses.first_day[begun])
    place = np.searchsorted(key, day_keys(patient, day), side="right") - 1
    found = np.append(begun, NONE)[place]
    is_own = (place >= 0) & (np.append(courses.patient, NONE)[found.clip(-1)] == patient)
    return np.where(is_own, found, NONE)


def find_changes(
    prepared: Prepared, patient: Ints, day: Ints, latest: "pd.Series[float]", policy: Policy
) -> "pd.Series[float]":
    """Points from the latest PHQ-9 total at each decision to the first one with enough counting sessions between [policy], in
    the days of the policy; NaN where there is none."""
    limits, timeline = policy.decision_memory, prepared.timeline
    code = np.full(len(patient), PHQ9.code)
    start = timeline.position(patient, code, day + 1)
    stop = timeline.position(patient, code, day + limits.within_days + 1)
    place, owner = expand(start, np.maximum(start, stop))
    enough = (
        _sessions_between(prepared.courses, patient[owner], day[owner], timeline.day[place])
        >= limits.after_sessions
    )
    place, owner = place[enough], owner[enough]
    first, at = np.unique(owner, return_index=True)
    after = np.full(len(patient), np.nan)
    after[first] = timeline.total[place[at]]
    return pd.Series(after) - latest.to_numpy()


def _sessions_between(courses: Courses, patient: Ints, after: Ints, before: Ints) -> Ints:
    """Counting sessions dated later than one day and before another, of any course."""
    owner = np.repeat(courses.patient, courses.session_stop - courses.session_start)
    position, _ = expand(courses.session_start, courses.session_stop)
    key = np.sort(day_keys(owner, courses.session_day[position]))
    return np.searchsorted(key, day_keys(patient, before)) - np.searchsorted(
        key, day_keys(patient, after + 1)
    )
