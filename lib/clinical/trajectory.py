"""From forms and courses to timelines: which forms are in force, the baseline, the follow-ups (definitions.md 3 and 4)."""

from dataclasses import dataclass, fields

import numpy as np

from lib.clinical.courses import BEFORE_ALL_TIMES, TIME_LIMITS, Courses, known_second
from lib.clinical.instruments import ITEM_9, PHQ9
from lib.clinical.policy import Policy
from lib.clinical.scoring import Scores
from lib.clinical.segments import NONE, Bools, Ints, Layout, limits_of, reduce_over

# Fields of a form's key, the most significant first.
PATIENT, INSTRUMENT, DAY, SECOND, ANSWERED_SUM, MISSING = range(6)
# A form's missing items in three bits: twice their number, plus one when item 9 is among them.
MISSING_LIMITS = (0, 5)


@dataclass(frozen=True)
class Forms:
    """Scored PHQ-9 and GAD-7 forms, current versions, arrays in any order; no two of one patient, instrument and moment."""

    patient: Ints
    instrument: Ints
    day: Ints
    second: Ints
    scores: Scores

    def select(self, mask: Bools) -> "Forms":
        kept = Scores(*(getattr(self.scores, entry.name)[mask] for entry in fields(Scores)))
        return Forms(self.patient[mask], self.instrument[mask], self.day[mask], self.second[mask], kept)


@dataclass(frozen=True)
class Timeline:
    """Valid forms sorted by patient, instrument, day and time; `all_keys` with every one, the others only those in force.

    In force: the latest of its date; on a course's first day the latest before the dose and the latest after it.
    """

    layout: Layout
    all_keys: Ints
    keys: Ints
    day: Ints
    second: Ints
    total: Ints
    low: Ints
    high: Ints
    is_prorated: Bools
    is_item_9_blank: Bools

    def position(
        self, patient: Ints, instrument: Ints, day: Ints, second: Ints | int = BEFORE_ALL_TIMES
    ) -> Ints:
        """Where among the forms in force the first one at or after this moment stands."""
        return np.searchsorted(self.keys, self.layout.pack(patient, instrument, day, second, 0, 0))

    @staticmethod
    def at(values: Ints, position: Ints) -> Ints:
        """values[position], and NONE where the position is NONE."""
        is_some = position != NONE
        found = values[np.where(is_some, position, 0)] if len(values) else position
        return np.where(is_some, found, NONE)

    def count_valid(self, patient: Ints, instrument: Ints, to_day: Ints) -> Ints:
        """Valid forms to a day, also those that another of their date supersedes."""
        start = self.layout.pack(patient, instrument, self.layout.lows[DAY], BEFORE_ALL_TIMES, 0, 0)
        stop = self.layout.pack(patient, instrument, to_day + 1, BEFORE_ALL_TIMES, 0, 0)
        return np.searchsorted(self.all_keys, stop) - np.searchsorted(self.all_keys, start)


def build_timeline(forms: Forms, courses: Courses) -> Timeline:
    """Sort the valid forms once, and keep those in force."""
    layout, keys = _sorted_keys(forms, courses)
    is_last_of_day = np.append(np.diff(layout.above(keys, SECOND)) != 0, True)[: len(keys)]
    is_last_of_day[_last_before_first_doses(layout, keys, courses)] = True
    kept = keys[is_last_of_day]
    scores = _unpack_scores(layout, kept)
    return Timeline(layout, keys, kept, layout.unpack(kept, DAY), layout.unpack(kept, SECOND), *scores)


def _sorted_keys(forms: Forms, courses: Courses) -> tuple[Layout, Ints]:
    valid = forms.scores.is_valid
    days = limits_of(forms.day[valid], courses.first_day[courses.has_session])
    layout = Layout.covering(
        limits_of(forms.patient, courses.patient),
        (0, 1),
        (days[0] - 1, days[1] + 2),
        TIME_LIMITS,
        (0, 27),
        MISSING_LIMITS,
    )
    is_blank = forms.scores.is_item_9_blank & (forms.instrument == PHQ9.code)
    missing = 2 * forms.scores.n_missing + is_blank
    columns = (
        forms.patient,
        forms.instrument,
        forms.day,
        known_second(forms.second),
        forms.scores.answered_sum,
        missing,
    )
    return layout, np.sort(layout.pack(*(column[valid] for column in columns)))


def _last_before_first_doses(layout: Layout, keys: Ints, courses: Courses) -> Ints:
    """Positions of the last form before each course's first dose (any form: keeping one that is alone changes nothing)."""
    begun = courses.has_session
    patient, day, second = courses.patient[begun], courses.first_day[begun], courses.first_second[begun]
    positions = [
        np.searchsorted(keys, layout.pack(patient, instrument, *first_dose_moment(day, second), 0, 0)) - 1
        for instrument in (0, 1)
    ]
    found = np.concatenate(positions)
    return found[found >= 0]


def first_dose_moment(day: Ints, second: Ints) -> tuple[Ints, Ints]:
    """From which moment a form counts as after the dose: its start, or the next day when the start's time is unknown."""
    is_unknown = second == NONE
    return np.where(is_unknown, day + 1, day), np.where(is_unknown, BEFORE_ALL_TIMES, second)


def _unpack_scores(layout: Layout, keys: Ints) -> tuple[Ints, Ints, Ints, Bools, Bools]:
    """total, low, high, is_prorated, is_item_9_blank of packed forms: the total again from the sum and the missing items."""
    answered_sum, missing = layout.unpack(keys, ANSWERED_SUM), layout.unpack(keys, MISSING)
    n_missing = missing // 2
    n_items = np.where(layout.unpack(keys, INSTRUMENT) == PHQ9.code, ITEM_9 + 1, 7)
    n_answered = n_items - n_missing
    total = (2 * n_items * answered_sum + n_answered) // (2 * n_answered)
    return total, answered_sum, answered_sum + 3 * n_missing, n_missing > 0, missing % 2 == 1


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


def select_spans(timeline: Timeline, courses: Courses, points: Points, policy: Policy) -> Spans:
    """Baseline and follow-ups of each point."""
    is_begun = points.course != NONE
    if is_begun.all():
        return _spans_of_courses(timeline, courses, points, policy)
    columns = [np.full(len(is_begun), NONE) for _ in fields(Spans)]
    for mask, spans in (
        (is_begun, _spans_of_courses(timeline, courses, points.take(is_begun), policy)),
        (~is_begun, _spans_without_session(timeline, points.take(~is_begun), policy)),
    ):
        for column, entry in zip(columns, fields(Spans), strict=True):
            column[mask] = getattr(spans, entry.name)
    first_day, baseline, is_unknown, start, stop = columns
    return Spans(first_day, baseline, is_unknown == 1, start, stop)


def _spans_of_courses(timeline: Timeline, courses: Courses, points: Points, policy: Policy) -> Spans:
    patient, instrument = points.patient, points.instrument
    day, second = courses.first_day[points.course], courses.first_second[points.course]
    start = timeline.position(patient, instrument, *first_dose_moment(day, second))
    next_day = courses.next_first_day[points.course]
    end_day = np.where(next_day == NONE, points.as_of + 1, np.minimum(next_day, points.as_of + 1))
    end_day = np.where(day == NONE, NONE, end_day)
    stop = np.maximum(timeline.position(patient, instrument, end_day), start)
    window_start = timeline.position(patient, instrument, day - policy.baseline.window_days)
    baseline = np.where(start > window_start, start - 1, NONE)
    if policy.baseline.rule == "worst_in_30_days":
        baseline = _worst(timeline, window_start, start)
    is_on_first_day = (baseline != NONE) & (timeline.at(timeline.day, baseline) == day)
    is_unknown = (timeline.at(timeline.second, baseline) < 0) | (second == NONE)
    return Spans(day, baseline, is_on_first_day & is_unknown, start, stop)


def _spans_without_session(timeline: Timeline, points: Points, policy: Policy) -> Spans:
    """No baseline; under `first_assessment` the first valid form is the baseline and its date day 0."""
    first = timeline.position(
        points.patient, points.instrument, np.full(len(points.patient), timeline.layout.lows[DAY])
    )
    stop = timeline.position(points.patient, points.instrument, points.as_of + 1)
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
