"""From dosing sessions to courses of treatment (definitions.md section 2)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints, Layout, begins_run, expand, limits_of, median_is_below
from lib.clinical.sorting import (
    BEFORE_ALL_TIMES,
    CountingSessions,
    GivenCourses,
    SortedSessions,
    sort_sessions,
)

# A session without a status counts too, when it has a dose (definitions.md 2).
COUNTING_STATUSES = ("taken", "partial")


def does_count(dose_mg: Any, status: Any) -> Any:
    """Whether each dosing session counts: a dose above 0, and status empty, taken or partial. Series, or arrays."""
    return (dose_mg > 0).fillna(False) & (status.isna() | status.isin(COUNTING_STATUSES))


@dataclass(frozen=True)
class Courses:
    """Courses by patient and start; one without a counting session has first_day NONE and is never current.

    number: 1, 2 … within the patient. first_day, first_second: the first counting session (second NONE: time unknown).
    ended_on: NONE where no end is recorded. session_start, session_stop: its sessions within session_day, which is sorted.
    next_first_day: first_day of the patient's next course with a session, or NONE. is_current: the last one begun.
    """

    patient: Ints
    number: Ints
    first_day: Ints
    first_second: Ints
    ended_on: Ints
    session_start: Ints
    session_stop: Ints
    next_first_day: Ints
    is_current: Bools
    sessions: "SortedSessions"

    @cached_property
    def session_day(self) -> Ints:
        return self.sessions.day

    @property
    def has_session(self) -> Bools:
        return self.first_day != NONE

    @property
    def first_begun(self) -> Ints:
        """Rows of each patient's first course with a counting session."""
        begun = np.flatnonzero(self.has_session)
        return begun[begins_run(self.patient[begun])]

    def count_sessions_before(self, course: Ints, day: Ints) -> Ints:
        """How many counting sessions of these courses are dated before these days ("sessions before a form")."""
        start, before = self.session_start[course], self.session_stop[course]
        # Mostly all are; only the others are looked for.
        some = np.flatnonzero(before > start)
        some = some[self.session_day[before[some] - 1] >= day[some]]
        asked = self.sessions.layout.pack(self.patient[course[some]], day[some], BEFORE_ALL_TIMES)
        before[some] = np.maximum(np.searchsorted(self.sessions.keys, asked), start[some])
        return before - start

    def is_daily(self, course: Ints, as_of: Ints, policy: Policy) -> Bools:
        """Whether, to these days, enough sessions stand so close that days alone judge the course [P]."""
        stop = self.session_start[course] + self.count_sessions_before(course, as_of + 1)
        is_long = stop - self.session_start[course] >= policy.regimen.daily_min_sessions
        later, owner = expand(self.session_start[course] + 1, np.where(is_long, stop, 0))
        intervals = self.session_day[later] - self.session_day[later - 1]
        return median_is_below(intervals, owner, len(course), policy.regimen.daily_interval_days)

    def begins_daily(self, course: Ints, policy: Policy) -> Bools:
        """The same on the day of the first session by which it can be told. What comes later changes nothing, so that nobody can
        become by leaving somebody whom a rate does not count."""
        at = self.session_start[course] + policy.regimen.daily_min_sessions - 1
        is_long = at < self.session_stop[course]
        day = self.session_day[np.where(is_long, at, self.session_start[course])]
        return is_long & self.is_daily(course, day, policy)


def derive_courses(sessions: CountingSessions, given: GivenCourses, policy: Policy) -> Courses:
    """The courses that these sessions form, and the given ones that have none."""
    return cut_courses(sort_sessions(sessions, given), given, policy)


def cut_courses(sessions: SortedSessions, given: GivenCourses, policy: Policy) -> Courses:
    """Where one course ends and the next begins."""
    layout, keys, day = sessions.layout, sessions.keys, sessions.day
    patient = layout.unpack(keys, 0)
    given_order = np.argsort(layout.pack(given.patient, given.started_on, 0), kind="stable")
    given_index = _given_course_of(layout, keys, given, given_order)
    start = np.flatnonzero(_begins_course(patient, day, given_index, policy.courses.gap_days))
    stop = np.append(start[1:], len(keys))[: len(start)]
    named, second = given_index[start], layout.unpack(keys[start], 2)
    is_named = named != NONE
    is_unused = np.ones(len(given.patient), dtype=bool)
    is_unused[named[is_named]] = False
    unused = np.flatnonzero(is_unused)
    if policy.baseline.rule == "first_assessment":
        # Whoever has no counting session is followed from the first form, whatever courses.csv says.
        unused = unused[np.isin(given.patient[unused], patient)]
    empty = np.full(len(unused), NONE)
    started_on = np.where(is_named, _take(given.started_on, named), day[start])
    return _ordered(
        patient=np.append(patient[start], given.patient[unused]),
        started_on=np.append(started_on, given.started_on[unused]),
        first_day=np.append(day[start], empty),
        first_second=np.append(np.where(second < 0, NONE, second), empty),
        ended_on=np.append(np.where(is_named, _take(given.ended_on, named), NONE), given.ended_on[unused]),
        session_start=np.append(start, np.zeros_like(unused)),
        session_stop=np.append(stop, np.zeros_like(unused)),
        sessions=sessions,
    )


def _take(values: Ints, index: Ints) -> Ints:
    return values[np.maximum(index, 0)] if len(values) else np.full(len(index), NONE)


def _given_course_of(layout: Layout, keys: Ints, given: GivenCourses, order: Ints) -> Ints:
    """For each session the last given course that started on or before its date, or NONE."""
    if not len(order):
        return np.full(len(keys), NONE)
    starts = layout.pack(given.patient[order], given.started_on[order], BEFORE_ALL_TIMES)
    position = np.searchsorted(starts, keys, side="right") - 1
    candidate = order[np.maximum(position, 0)]
    is_its_own = (position >= 0) & (given.patient[candidate] == layout.unpack(keys, 0))
    return np.where(is_its_own, candidate, NONE)


def _begins_course(patient: Ints, day: Ints, given_index: Ints, gap_days: int) -> Bools:
    is_other_patient, is_other_given = begins_run(patient), begins_run(given_index)
    is_after_gap = (np.diff(day, prepend=day[:1]) > gap_days) & (given_index == NONE)
    return is_other_patient | is_other_given | is_after_gap


def _ordered(*, patient: Ints, started_on: Ints, sessions: SortedSessions, **columns: Ints) -> Courses:
    """Courses in the order of patient and start, numbered, each knowing the next one begun."""
    by_start = Layout.covering(limits_of(patient), limits_of(started_on)).pack(patient, started_on)
    if (by_start[1:] < by_start[:-1]).any():
        order = np.argsort(by_start, kind="stable")
        patient = patient[order]
        columns = {name: values[order] for name, values in columns.items()}
    is_first = begins_run(patient)
    number = (
        np.arange(len(patient)) - np.maximum.accumulate(np.where(is_first, np.arange(len(patient)), 0)) + 1
    )
    begun = np.flatnonzero(columns["first_day"] != NONE)
    has_next = np.append(patient[begun][1:] == patient[begun][:-1], False)[: len(begun)]
    next_first_day = np.full(len(patient), NONE)
    next_first_day[begun[has_next]] = (
        columns["first_day"][begun[1:]][has_next[:-1]] if len(begun) > 1 else NONE
    )
    is_current = np.zeros(len(patient), dtype=bool)
    is_current[begun[~has_next]] = True
    return Courses(
        patient=patient,
        number=number,
        next_first_day=next_first_day,
        is_current=is_current,
        sessions=sessions,
        **columns,
    )
