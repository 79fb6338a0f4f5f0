"""The kernel: histories in, one row a patient, course and instrument out, with all that `status` and the rules read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lib.clinical.courses import CountingSessions, Courses, GivenCourses, derive_courses, last_session_day
from lib.clinical.policy import Policy
from lib.clinical.response import (
    IMPROVED,
    classify_course,
    describe_course,
    find_responses,
    is_possible_relapse,
    is_provisional,
)
from lib.clinical.segments import NONE, Bools, Ints, expand, reduce_over
from lib.clinical.trajectory import (
    INSTRUMENT,
    PATIENT,
    Forms,
    Points,
    Spans,
    Timeline,
    build_timeline,
    select_spans,
)


@dataclass(frozen=True)
class Histories:
    """All that the kernel reads. By patient: ended_on (end of all treatment, NONE: none recorded), and for each instrument's code
    whether the patient's clinic collects it."""

    forms: Forms
    sessions: CountingSessions
    given_courses: GivenCourses
    ended_on: Ints
    collects: Mapping[int, Bools]

    def to_day(self, as_of: int) -> "Histories":
        """Without anything dated after a day; an end date after it is not known yet."""
        forms, sessions, given = self.forms, self.sessions, self.given_courses
        begun = given.started_on <= as_of
        ended_on = np.where(given.ended_on <= as_of, given.ended_on, NONE)
        return Histories(
            forms.select(forms.day <= as_of),
            sessions.select(sessions.day <= as_of),
            GivenCourses(given.patient[begun], given.started_on[begun], ended_on[begun]),
            np.where(self.ended_on <= as_of, self.ended_on, NONE),
            self.collects,
        )


@dataclass(frozen=True)
class Prepared:
    """Sorted once, asked many times: the forms, the courses, and what each form would be were it the latest.

    provisional: one entry a form of the timeline. is_unsure: a provisional remission, response or partial, which clears nothing.
    """

    timeline: Timeline
    courses: Courses
    provisional: Bools
    is_unsure: Bools
    ended_on: Ints
    collects: Mapping[int, Bools]


def prepare(histories: Histories, policy: Policy) -> Prepared:
    """Sort forms and sessions, derive courses, mark provisional follow-ups."""
    courses = derive_courses(histories.sessions, histories.given_courses, policy)
    timeline = build_timeline(histories.forms, courses)
    none = np.zeros(len(timeline.keys), dtype=bool)
    unjudged = Prepared(timeline, courses, none, none, histories.ended_on, histories.collects)
    points = select_points(unjudged, int(timeline.day.max(initial=0)), with_earlier_courses=True)
    spans = select_spans(timeline, courses, points, policy)
    provisional, is_unsure = _judge_forms(timeline, points, spans, policy)
    return replace(unjudged, provisional=provisional, is_unsure=is_unsure)


def _judge_forms(timeline: Timeline, points: Points, spans: Spans, policy: Policy) -> tuple[Bools, Bools]:
    """(provisional, is_unsure) of each prorated follow-up as if it were the latest; False for every other form."""
    position, owner = expand(spans.start, spans.stop)
    prorated = timeline.is_prorated[position]
    position, owner = position[prorated], owner[prorated]
    cut = Spans(
        spans.first_day[owner],
        spans.baseline[owner],
        spans.is_same_day_order_unknown[owner],
        spans.start[owner],
        position + 1,
    )
    course = describe_course(timeline, points.take(owner), cut, policy)
    category, _ = classify_course(course, course.latest, policy)
    provisional, is_unsure = (np.zeros(len(timeline.keys), dtype=bool) for _ in range(2))
    provisional[position] = is_provisional(timeline, course, category, policy)
    is_unsure[position] = provisional[position] & np.isin(category, IMPROVED)
    return provisional, is_unsure


def select_points(prepared: Prepared, as_of: int, *, with_earlier_courses: bool) -> Points:
    """The rows of `status`: patient and instrument with a valid form, or collected and with a counting session."""
    timeline, courses = prepared.timeline, prepared.courses
    patient, instrument = _patients_and_instruments(timeline, courses, prepared.collects)
    current = np.flatnonzero(courses.is_current)
    found = np.searchsorted(courses.patient[current], patient)
    index = current[np.minimum(found, len(current) - 1)] if len(current) else np.zeros_like(patient)
    has_course = courses.patient[index] == patient if len(current) else np.zeros(len(patient), dtype=bool)
    course = np.where(has_course, index, NONE)
    if with_earlier_courses:
        first = np.searchsorted(courses.patient, patient)
        n_courses = np.searchsorted(courses.patient, patient, side="right") - first
        every, owner = expand(first, first + np.maximum(n_courses, 1))
        patient, instrument = patient[owner], instrument[owner]
        course = np.where(n_courses[owner] > 0, every, NONE)
    return Points(patient, instrument, course, np.full(len(patient), as_of))


def _patients_and_instruments(
    timeline: Timeline, courses: Courses, collects: Mapping[int, Bools]
) -> tuple[Ints, Ints]:
    pairs = [
        2 * timeline.layout.unpack(timeline.keys, PATIENT) + timeline.layout.unpack(timeline.keys, INSTRUMENT)
    ]
    treated = courses.patient[courses.is_current]
    pairs += [2 * treated[is_collected[treated]] + code for code, is_collected in collects.items()]
    distinct = np.unique(np.concatenate(pairs))
    return distinct // 2, distinct % 2


def assess(prepared: Prepared, points: Points, policy: Policy) -> pd.DataFrame:
    """One row a point, whole numbers with NONE for unknown, days since 1970-01-01.

    Columns: patient, instrument, as_of, course (number), has_session, day_0, ended_on, last_session_on, n_dosing_sessions,
    n_assessments, category, reason (codes of response.py), is_provisional, baseline_total, baseline_on,
    is_same_day_order_unknown, latest_total, latest_on, nadir_total, first_response_on, is_response_confirmed,
    was_ever_confirmed, previous_total (the follow-up before the latest), look_total and look_on (the last follow-up at least
    a week before the latest), n_sessions_before_latest, is_daily, is_possible_relapse, firm_on (where the latest is a
    provisional improvement, the last follow-up before it that is not), last_valid_on.
    """
    timeline = prepared.timeline
    spans = select_spans(timeline, prepared.courses, points, policy)
    course = describe_course(timeline, points, spans, policy)
    category, reason = classify_course(course, course.latest, policy)
    responses = find_responses(timeline, points, course, prepared.provisional, policy)
    previous = np.where(spans.stop - spans.start > 1, spans.stop - 2, NONE)
    last_valid = timeline.position(points.patient, points.instrument, points.as_of + 1) - 1
    n_assessments = timeline.count_valid(points.patient, points.instrument, points.as_of)
    columns = {
        "patient": points.patient,
        "instrument": points.instrument,
        "as_of": points.as_of,
        **_describe_sessions(prepared, points, course.latest_day, policy),
        "day_0": spans.first_day,
        "n_assessments": n_assessments,
        "category": category,
        "reason": reason,
        "is_provisional": is_provisional(timeline, course, category, policy),
        "baseline_total": course.baseline,
        "baseline_on": timeline.at(timeline.day, spans.baseline),
        "is_same_day_order_unknown": spans.is_same_day_order_unknown,
        "latest_total": course.latest,
        "latest_on": course.latest_day,
        "nadir_total": reduce_over(np.minimum, timeline.total, spans.start, spans.stop, NONE),
        "first_response_on": responses.first_day,
        "is_response_confirmed": responses.is_confirmed,
        "was_ever_confirmed": responses.was_ever_confirmed,
        "previous_total": timeline.at(timeline.total, previous),
        "look_total": timeline.at(timeline.total, course.earlier_look),
        "look_on": timeline.at(timeline.day, course.earlier_look),
        "is_possible_relapse": course.is_assessable & is_possible_relapse(course, policy),
        "firm_on": _last_firm_day(prepared, spans),
        "last_valid_on": np.where(
            n_assessments > 0, timeline.at(timeline.day, np.maximum(last_valid, 0)), NONE
        ),
    }
    return pd.DataFrame(columns)


def _last_firm_day(prepared: Prepared, spans: Spans) -> Ints:
    """Where the latest follow-up is a provisional improvement: the date of the last one that is not, or NONE."""
    positions = np.where(prepared.is_unsure, NONE, np.arange(len(prepared.is_unsure)))
    firm = reduce_over(np.maximum, positions, spans.start, spans.stop, NONE)
    return prepared.timeline.at(prepared.timeline.day, np.where(firm == spans.stop - 1, NONE, firm))


def _describe_sessions(
    prepared: Prepared, points: Points, latest_day: Ints, policy: Policy
) -> dict[str, Ints]:
    courses = prepared.courses
    is_begun = (points.course != NONE) & (Timeline.at(courses.first_day, points.course) != NONE)
    index, to_day = points.course[is_begun], points.as_of[is_begun]
    n_sessions, n_before, is_daily = (np.zeros(len(is_begun), dtype=np.int64) for _ in range(3))
    n_sessions[is_begun] = courses.count_sessions_before(index, to_day + 1)
    n_before[is_begun] = courses.count_sessions_before(index, latest_day[is_begun])
    is_daily[is_begun] = courses.is_daily(index, to_day, policy)
    return {
        "course": Timeline.at(courses.number, points.course),
        "has_session": is_begun,
        "ended_on": _ended_on(prepared, points),
        "last_session_on": Timeline.at(last_session_day(courses), points.course),
        "n_dosing_sessions": n_sessions,
        "n_sessions_before_latest": n_before,
        "is_daily": is_daily == 1,
    }


def _ended_on(prepared: Prepared, points: Points) -> Ints:
    """The course's end date, or that of all treatment when it is not before the course."""
    of_course = Timeline.at(prepared.courses.ended_on, points.course)
    of_patient = prepared.ended_on[points.patient]
    is_after_start = of_patient >= Timeline.at(prepared.courses.first_day, points.course)
    return np.where(of_course != NONE, of_course, np.where(is_after_start, of_patient, NONE))
