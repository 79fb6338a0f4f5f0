"""Histories of patients, sorted once and asked many times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from lib.clinical.courses import Courses, cut_courses
from lib.clinical.policy import Policy
from lib.clinical.response import IMPROVED, judge_as_latest
from lib.clinical.runs import find_in
from lib.clinical.segments import NONE, Bools, Ints, Layout, distinct, expand, limits_of
from lib.clinical.sorting import (
    CountingSessions,
    Each,
    Forms,
    GivenCourses,
    SortedForms,
    SortedSessions,
    sort_forms,
    sort_sessions,
)
from lib.clinical.spans import Points, select_spans
from lib.clinical.trajectory import Timeline, select_in_force


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
        days = (forms.day, sessions.day, given.started_on, given.ended_on, self.ended_on)
        if max(int(one.max(initial=NONE)) for one in days) <= as_of:
            return self
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
class Sorted:
    """Histories in order: forms and sessions sorted once, whoever they are asked for."""

    forms: SortedForms
    sessions: SortedSessions
    given_courses: GivenCourses
    ended_on: Ints
    collects: Mapping[int, Bools]

    def parts(self, n_records: int) -> Iterator["Sorted"]:
        """The same, whole patients with about so many records at a time: what is made of a part stays in a core's cache."""
        given = self.given_courses
        every = [one.layout.unpack(one.keys[n_records::n_records], 0) for one in (self.forms, self.sessions)]
        cuts = distinct(np.concatenate(every)).tolist()
        for first, stop in pairwise((np.iinfo(np.int64).min, *cuts, np.iinfo(np.int64).max)):
            own = (given.patient >= first) & (given.patient < stop)
            yield Sorted(
                self.forms.between(first, stop),
                self.sessions.between(first, stop),
                GivenCourses(given.patient[own], given.started_on[own], given.ended_on[own]),
                self.ended_on,
                self.collects,
            )


@dataclass(frozen=True)
class Prepared:
    """Sorted once, asked many times: the forms, the courses, and what each form would be were it the latest."""

    timeline: Timeline
    courses: Courses
    ended_on: Ints
    collects: Mapping[int, Bools]
    policy: Policy

    @property
    def provisional(self) -> Bools:
        """One entry a form of the timeline: whether it is provisional; False for every form but prorated follow-ups."""
        return self._judged[0]

    @property
    def is_unsure(self) -> Bools:
        """The same of a provisional remission, response or partial, which clears nothing."""
        return self._judged[1]

    @cached_property
    def _judged(self) -> tuple[Bools, Bools]:
        """(provisional, is_unsure) of each prorated follow-up as if it were the latest."""
        timeline, policy = self.timeline, self.policy
        provisional, is_unsure = (np.zeros(len(timeline.keys), dtype=bool) for _ in range(2))
        position = np.flatnonzero(timeline.is_prorated)
        points = _of_forms(timeline, self.courses, position)
        spans = select_spans(timeline, self.courses, points, policy)
        after = spans.start <= position
        position, points, spans = position[after], points.take(after), spans.take(after)
        found, category = judge_as_latest(timeline, points, spans, position, policy)
        provisional[position] = found
        is_unsure[position] = found & np.isin(category, IMPROVED)
        return provisional, is_unsure


def prepare(histories: Histories, policy: Policy) -> Prepared:
    """Sort forms and sessions, derive courses."""
    return prepare_sorted(sort_histories(histories), policy)


def sort_histories(histories: Histories, each: Each = map) -> Sorted:
    """Forms and sessions in the order of patients and time. each: as sort_forms has it."""
    given = histories.given_courses
    # A pool begins with them at once, and packs forms beside that.
    sorting = each(lambda sessions: sort_sessions(sessions, given), (histories.sessions,))
    patients = limits_of(histories.sessions.patient, given.patient)
    forms = sort_forms(histories.forms, patients, limits_of(histories.sessions.day), each)
    (sessions,) = sorting
    return Sorted(forms, sessions, given, histories.ended_on, histories.collects)


def prepare_sorted(histories: Sorted, policy: Policy) -> Prepared:
    """Derive courses, and which forms are in force."""
    courses = cut_courses(histories.sessions, histories.given_courses, policy)
    timeline = select_in_force(histories.forms, courses)
    return Prepared(timeline, courses, histories.ended_on, histories.collects, policy)


def _of_forms(timeline: Timeline, courses: Courses, position: Ints) -> Points:
    """For each of these forms its patient and instrument on its day, and the last course begun by then."""
    patient, instrument = timeline.whose(timeline.pair_of(timeline.keys[position]))
    day, begun = timeline.day[position], np.flatnonzero(courses.has_session)
    first_day = courses.first_day[begun]
    days = Layout.covering(limits_of(patient, courses.patient), limits_of(day, first_day))
    last = (
        np.searchsorted(days.pack(courses.patient[begun], first_day), days.pack(patient, day), side="right")
        - 1
    )
    has_course = (last >= 0) & (Timeline.at(courses.patient[begun], last) == patient)
    course = np.where(has_course, Timeline.at(begun, last), NONE)
    return Points(patient, instrument, course, day)


def select_points(prepared: Prepared, as_of: int, *, with_earlier_courses: bool) -> Points:
    """The rows of `status`: patient and instrument with a valid form, or collected and with a counting session."""
    courses = prepared.courses
    patient, instrument = _patients_and_instruments(prepared)
    points = Points(patient, instrument, np.full(len(patient), NONE), np.full(len(patient), as_of))
    return _of_every_course(points, courses) if with_earlier_courses else _of_current_course(points, courses)


def _of_current_course(points: Points, courses: Courses) -> Points:
    current = np.flatnonzero(courses.is_current)
    own = find_in(courses.patient[current], points.patient)
    return replace(points, course=Timeline.at(current, own))


def _of_every_course(points: Points, courses: Courses) -> Points:
    """Each point once a course of its patient, and once without any where there is none."""
    first = np.searchsorted(courses.patient, points.patient)
    n_courses = np.searchsorted(courses.patient, points.patient, side="right") - first
    every, owner = expand(first, first + np.maximum(n_courses, 1))
    return replace(points.take(owner), course=np.where(n_courses[owner] > 0, every, NONE))


def _patients_and_instruments(prepared: Prepared) -> tuple[Ints, Ints]:
    timeline, courses = prepared.timeline, prepared.courses
    treated = courses.patient[courses.is_current]
    pairs = [timeline.pairs]
    for code, is_collected in prepared.collects.items():
        pairs.append(timeline.pair(treated[is_collected[treated]], code))
    return timeline.whose(distinct(np.concatenate(pairs)))
