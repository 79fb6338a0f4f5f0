"""From timelines and courses to the baseline and the follow-ups of each course (definitions.md 4)."""

from dataclasses import dataclass, fields, replace

import numpy as np

from lib.clinical.courses import Courses
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints, reduce_over
from lib.clinical.sorting import DAY
from lib.clinical.trajectory import Timeline, first_dose_moment


@dataclass(frozen=True)
class Points:
    """What is asked: patients and instruments as they stood on days. course: a row of Courses, NONE without a session."""

    patient: Ints
    instrument: Ints
    course: Ints
    as_of: Ints

    def take(self, index: Ints | Bools) -> "Points":
        return Points(self.patient[index], self.instrument[index], self.course[index], self.as_of[index])

    def join(self, other: "Points") -> "Points":
        return Points(
            *(np.append(getattr(self, one.name), getattr(other, one.name)) for one in fields(Points))
        )


@dataclass(frozen=True)
class Spans:
    """For each point: day 0, the baseline's position in the timeline (NONE: none) and the follow-ups [start, stop)."""

    first_day: Ints
    baseline: Ints
    is_same_day_order_unknown: Bools
    start: Ints
    stop: Ints

    @property
    def has_baseline(self) -> Bools:
        return self.baseline != NONE

    @property
    def has_follow_up(self) -> Bools:
        return self.stop > self.start

    def take(self, index: Ints | Bools) -> "Spans":
        return Spans(*(getattr(self, one.name)[index] for one in fields(Spans)))

    def cut_at(self, position: Ints, owner: Ints) -> "Spans":
        """As they stood with these follow-ups the latest. owner: whose each is."""
        return replace(self.take(owner), stop=position + 1)


def select_spans(timeline: Timeline, courses: Courses, points: Points, policy: Policy) -> Spans:
    """Baseline and follow-ups of each point."""
    is_begun = points.course != NONE
    if is_begun.all():
        return _spans_of_courses(timeline, courses, points, policy)
    columns = [np.full(len(is_begun), NONE) for _ in fields(Spans)]
    begun, others = np.flatnonzero(is_begun), np.flatnonzero(~is_begun)
    for rows, spans in (
        (begun, _spans_of_courses(timeline, courses, points.take(begun), policy)),
        (others, _spans_without_session(timeline, points.take(others), policy)),
    ):
        for column, entry in zip(columns, fields(Spans), strict=True):
            column[rows] = getattr(spans, entry.name)
    first_day, baseline, is_unknown, start, stop = columns
    return Spans(first_day, baseline, is_unknown == 1, start, stop)


def _spans_of_courses(timeline: Timeline, courses: Courses, points: Points, policy: Policy) -> Spans:
    patient, instrument = points.patient, points.instrument
    day, second = courses.first_day[points.course], courses.first_second[points.course]
    start = timeline.position(patient, instrument, *first_dose_moment(day, second))
    next_day = courses.next_first_day[points.course]
    end_day = np.where(next_day == NONE, points.as_of + 1, np.minimum(next_day, points.as_of + 1))
    end_day = np.where(day == NONE, NONE, end_day)
    stop = np.maximum(timeline.stop_before(patient, instrument, end_day), start)
    if policy.baseline.rule == "worst_in_30_days":
        window_start = timeline.position(patient, instrument, day - policy.baseline.window_days)
        baseline = _worst(timeline, window_start, start)
    else:
        is_in_window = timeline.is_from(start - 1, patient, instrument, day - policy.baseline.window_days)
        baseline = np.where(is_in_window, start - 1, NONE)
    is_unknown = (baseline != NONE) & (timeline.at(timeline.day, baseline) == day)
    on_first_day = np.flatnonzero(is_unknown)
    own_second = timeline.take(baseline[on_first_day]).second
    is_unknown[on_first_day] = (own_second < 0) | (second[on_first_day] == NONE)
    return Spans(day, baseline, is_unknown, start, stop)


def _spans_without_session(timeline: Timeline, points: Points, policy: Policy) -> Spans:
    """No baseline; under `first_assessment` the first valid form is the baseline and its date day 0."""
    first = timeline.position(
        points.patient, points.instrument, np.full(len(points.patient), timeline.layout.lows[DAY])
    )
    stop = timeline.stop_before(points.patient, points.instrument, points.as_of + 1)
    has_first = (stop > first) & (policy.baseline.rule == "first_assessment")
    baseline = np.where(has_first, first, NONE)
    first_day = np.where(has_first, timeline.at(timeline.day, baseline), NONE)
    start = np.where(has_first, first + 1, first)
    return Spans(first_day, baseline, np.zeros_like(has_first), start, np.where(has_first, stop, start))


def _worst(timeline: Timeline, start: Ints, stop: Ints) -> Ints:
    """The position of the highest total in each range, the latest of equals."""
    n = len(timeline.keys) + 1
    best = reduce_over(np.maximum, timeline.total * n + np.arange(n - 1), start, stop, NONE)
    return np.where(best == NONE, NONE, best % n)
