"""Histories of patients, sorted once and asked many times."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lib.clinical.courses import CountingSessions, Courses, GivenCourses, derive_courses
from lib.clinical.policy import Policy
from lib.clinical.response import IMPROVED, classify_course, derive_course, is_provisional
from lib.clinical.segments import NONE, Bools, Ints, expand
from lib.clinical.spans import Points, Spans, select_spans
from lib.clinical.trajectory import INSTRUMENT, PATIENT, Forms, Timeline, build_timeline


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
    cut = spans.cut_at(position, owner)
    course = derive_course(timeline, points.take(owner), cut, policy)
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
