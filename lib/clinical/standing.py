"""The kernel: histories in, one row a patient, course and instrument out, with all that `status` and the rules read.

The rows of `assess` hold whole numbers, NONE for unknown, days since 1970-01-01.

Columns: patient, instrument, as_of, course (number), has_session, day_0, ended_on, last_session_on, n_dosing_sessions,
n_assessments, category, reason (codes of response.py), is_provisional, baseline_total, baseline_on,
is_same_day_order_unknown, latest_total, latest_on, nadir_total, first_response_on, is_response_confirmed,
was_ever_confirmed, previous_total and third_total, third_on (the two follow-ups before the latest), look_total and look_on
(the last follow-up at least a week before the latest), n_sessions_before_latest,
n_sessions_before_look, latest_days_after_session, look_days_after_session (days since the last of those; NONE: none),
is_first_course (the patient's first with a counting session), is_daily, is_possible_relapse, firm_on
(where the latest is a provisional improvement, the last follow-up before it that is not, or else the first), last_valid_on,
recent_lowest_total and recent_lowest_on (without a baseline: the lowest form of the weeks before the latest).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.clinical.courses import Courses
from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.response import (
    Course,
    classify_course,
    derive_course,
    is_possible_relapse,
    is_provisional,
)
from lib.clinical.response_days import Responses, find_responses
from lib.clinical.segments import NONE, Ints, reduce_over
from lib.clinical.sorting import DAY
from lib.clinical.spans import Points, Spans, select_spans
from lib.clinical.trajectory import Timeline


def assess(prepared: Prepared, points: Points, policy: Policy) -> pd.DataFrame:
    """One row a point: what a course and an instrument come to. The columns stand at the top of this module."""
    return pd.DataFrame(assess_columns(prepared, points, policy))


def assess_columns(prepared: Prepared, points: Points, policy: Policy) -> dict[str, NDArray]:
    """The same as arrays: a frame of 45 columns takes 1 ms to be made and taken apart again."""
    timeline = prepared.timeline
    course = derive_course(timeline, points, select_spans(timeline, prepared.courses, points, policy), policy)
    responses = find_responses(timeline, points, course, policy)
    return {
        **_describe_outcome(prepared, points, course, responses),
        "was_ever_confirmed": responses.was_ever_confirmed,
        **_describe_regimen(prepared, points, policy),
        **_describe_looks(timeline, course),
        **_describe_dosing(prepared, points, course),
        "is_first_course": np.isin(points.course, prepared.courses.first_begun),
        "is_possible_relapse": course.is_assessable & is_possible_relapse(course, policy),
        "firm_on": _last_firm_day(prepared, course.spans),
        "last_valid_on": _last_valid_day(timeline, points),
        **_describe_recent_lowest(timeline, points, course, policy),
    }


def assess_outcome(prepared: Prepared, points: Points, policy: Policy) -> dict[str, NDArray]:
    """The columns of `assess` that `status` is made of, without those that only the rules read."""
    timeline = prepared.timeline
    course = derive_course(timeline, points, select_spans(timeline, prepared.courses, points, policy), policy)
    responses = find_responses(timeline, points, course, policy)
    return _describe_outcome(prepared, points, course, responses)


def _describe_outcome(
    prepared: Prepared, points: Points, course: Course, responses: Responses
) -> dict[str, NDArray]:
    timeline, spans, policy = prepared.timeline, course.spans, prepared.policy
    category, reason = classify_course(course, course.latest, policy)
    return {
        "patient": points.patient,
        "instrument": points.instrument,
        "as_of": points.as_of,
        **_describe_sessions(prepared.courses, points),
        "day_0": spans.first_day,
        "n_assessments": timeline.count_valid(points.patient, points.instrument, points.as_of),
        "category": category,
        "reason": reason,
        "is_provisional": is_provisional(timeline, course, category, policy),
        "baseline_total": course.baseline,
        "baseline_on": timeline.at(timeline.day, spans.baseline),
        "is_same_day_order_unknown": spans.is_same_day_order_unknown,
        "latest_total": course.latest,
        "latest_on": course.latest_day,
        "nadir_total": course.nadir,
        "first_response_on": responses.first_day,
        "is_response_confirmed": responses.is_confirmed,
    }


def _describe_looks(timeline: Timeline, course: Course) -> dict[str, Ints]:
    """The follow-ups before the latest that rules hold beside it."""
    spans = course.spans
    previous, third = (np.where(spans.stop - spans.start > n, spans.stop - 1 - n, NONE) for n in (1, 2))
    return {
        "previous_total": timeline.at(timeline.total, previous),
        "third_total": timeline.at(timeline.total, third),
        "third_on": timeline.at(timeline.day, third),
        "look_total": timeline.at(timeline.total, course.earlier_look),
        "look_on": timeline.at(timeline.day, course.earlier_look),
    }


def _describe_dosing(prepared: Prepared, points: Points, course: Course) -> Mapping[str, Ints]:
    """After which counting session of the course the latest and the earlier look came, and how many days after it."""
    courses, found = prepared.courses, dict[str, Ints]()
    earlier_look_on = prepared.timeline.at(prepared.timeline.day, course.earlier_look)
    for name, day in (("latest", course.latest_day), ("look", earlier_look_on)):
        asked = np.flatnonzero((day != NONE) & (Timeline.at(courses.first_day, points.course) != NONE))
        row, on = points.course[asked], day[asked]
        n_before, gap = np.zeros(len(day), dtype=np.int64), np.full(len(day), NONE)
        n_before[asked] = courses.count_sessions_before(row, on)
        last = courses.session_day[courses.session_start[row] + np.maximum(n_before[asked], 1) - 1]
        gap[asked] = np.where(n_before[asked] > 0, on - last, NONE)
        found.update({f"n_sessions_before_{name}": n_before, f"{name}_days_after_session": gap})
    return found


def _describe_recent_lowest(
    timeline: Timeline, points: Points, course: Course, policy: Policy
) -> dict[str, Ints]:
    """Where a baseline is missing: the lowest form of the weeks before the latest, the last of equals."""
    lowest = np.full(len(points.patient), NONE)
    asked = np.flatnonzero(~course.spans.has_baseline & course.spans.has_follow_up)
    patient, instrument, day = points.patient[asked], points.instrument[asked], course.latest_day[asked]
    start = timeline.position(patient, instrument, day - policy.worsening_without_baseline.window_days)
    n = len(timeline.keys) + 1
    ranked = timeline.total * n + (n - 1 - np.arange(n - 1))
    best = reduce_over(np.minimum, ranked, start, timeline.position(patient, instrument, day), NONE)
    lowest[asked] = np.where(best == NONE, NONE, n - 1 - best % n)
    return {
        "recent_lowest_total": timeline.at(timeline.total, lowest),
        "recent_lowest_on": timeline.at(timeline.day, lowest),
    }


def _last_firm_day(prepared: Prepared, spans: Spans) -> Ints:
    """Where the latest follow-up is a provisional improvement: the date of the last one before it that is not, of the first where
    all are, or NONE where there is none before it."""
    positions = np.where(prepared.is_unsure, NONE, np.arange(len(prepared.is_unsure)))
    firm = reduce_over(np.maximum, positions, spans.start, spans.stop, NONE)
    firm = np.where(firm == NONE, spans.start, firm)
    return prepared.timeline.at(prepared.timeline.day, np.where(firm >= spans.stop - 1, NONE, firm))


def _describe_sessions(courses: Courses, points: Points) -> dict[str, NDArray]:
    is_begun = Timeline.at(courses.first_day, points.course) != NONE
    n_sessions, begun = np.zeros(len(is_begun), dtype=np.int64), np.flatnonzero(is_begun)
    n_sessions[begun] = courses.count_sessions_before(points.course[begun], points.as_of[begun] + 1)
    return {
        "course": Timeline.at(courses.number, points.course),
        "has_session": is_begun,
        "n_dosing_sessions": n_sessions,
    }


def _describe_regimen(prepared: Prepared, points: Points, policy: Policy) -> dict[str, NDArray]:
    courses = prepared.courses
    sessions = _describe_sessions(courses, points)
    is_begun, n_sessions = sessions["has_session"], sessions["n_dosing_sessions"]
    is_daily = np.zeros(len(is_begun), dtype=bool)
    is_daily[is_begun] = courses.is_daily(points.course[is_begun], points.as_of[is_begun], policy)
    last = Timeline.at(courses.session_start, points.course) + n_sessions - 1
    return {
        "ended_on": _ended_on(prepared, points),
        "last_session_on": Timeline.at(courses.session_day, np.where(n_sessions > 0, last, NONE)),
        "is_daily": is_daily,
    }


def _last_valid_day(timeline: Timeline, points: Points) -> Ints:
    """The date of the last valid form to a day, of any course, or NONE."""
    last = timeline.position(points.patient, points.instrument, points.as_of + 1) - 1
    lowest = timeline.layout.lows[DAY]
    is_own = timeline.is_from(last, points.patient, points.instrument, np.full(len(last), lowest))
    return timeline.at(timeline.day, np.where(is_own, last, NONE))


def _ended_on(prepared: Prepared, points: Points) -> Ints:
    """The course's end date, or that of all treatment when it is not before the course; an end after as_of is none yet."""
    of_course = Timeline.at(prepared.courses.ended_on, points.course)
    of_course = np.where(of_course <= points.as_of, of_course, NONE)
    of_patient = prepared.ended_on[points.patient]
    of_patient = np.where(of_patient <= points.as_of, of_patient, NONE)
    is_after_start = of_patient >= Timeline.at(prepared.courses.first_day, points.course)
    return np.where(of_course != NONE, of_course, np.where(is_after_start, of_patient, NONE))
