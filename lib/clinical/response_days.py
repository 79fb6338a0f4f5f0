"""On which day a course first responded, remitted or relapsed (definitions.md section 5)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.response import (
    Course,
    by_instrument,
    derive_course,
    is_at_caseness,
    is_relapse,
    is_response,
    judge_as_latest,
    reliable_change_points,
)
from lib.clinical.runs import step_on
from lib.clinical.segments import NONE, Bools, Ints, begins_run, expand
from lib.clinical.spans import Points
from lib.clinical.trajectory import Timeline


@dataclass(frozen=True)
class Responses:
    """Every follow-up that is a response and not a provisional one: its position in the timeline, and whose it is, in the order
    of owners and days. What is asked of them is worked out when it is asked; NONE: none."""

    timeline: Timeline
    stop: Ints
    position: Ints
    owner: Ints
    policy: Policy

    @cached_property
    def first_day(self) -> Ints:
        """Date of the first response."""
        return self._spread(self._first, self.timeline.day[self.position[self._first]])

    @cached_property
    def is_confirmed(self) -> Ints:
        """Of the first response 1 or 0, and NONE while there is no follow-up at least `confirm_days` after it."""
        return self._spread(self._first, self._confirm(self._first))

    @cached_property
    def first_confirmed_day(self) -> Ints:
        """Date of the first response that was confirmed."""
        confirmed = np.flatnonzero(self._confirm(np.arange(len(self.position))) == 1)
        first = confirmed[begins_run(self.owner[confirmed])]
        return self._spread(first, self.timeline.day[self.position[first]])

    @property
    def was_ever_confirmed(self) -> Bools:
        return self.first_confirmed_day != NONE

    @cached_property
    def _first(self) -> Ints:
        return np.flatnonzero(begins_run(self.owner))

    def _confirm(self, asked: Ints) -> Ints:
        """Whether the first follow-up at least `confirm_days` after each of these is such a response too."""
        timeline, owner, position = self.timeline, self.owner[asked], self.position[asked]
        day, stop = timeline.day[position] + self.policy.categories.confirm_days, self.stop[owner]
        # It is a step or two away: a search over all forms takes twice as long.
        later = step_on(timeline.day, position, stop, day)
        has_later = later < stop
        is_firm = np.zeros(len(timeline.keys), dtype=bool)
        is_firm[self.position] = True
        return np.where(has_later, is_firm[np.where(has_later, later, position)], NONE)

    def _spread(self, asked: Ints, values: Ints) -> Ints:
        found = np.full(len(self.stop), NONE)
        found[self.owner[asked]] = values
        return found


def find_responses(timeline: Timeline, points: Points, course: Course, policy: Policy) -> Responses:
    """The responses of each point that are not provisional."""
    position, owner = _find_firm_responses(timeline, points, course, policy)
    return Responses(timeline, course.spans.stop, position, owner, policy)


def _find_firm_responses(
    timeline: Timeline, points: Points, course: Course, policy: Policy
) -> tuple[Ints, Ints]:
    """(position, owner) of every follow-up that is a response and not a provisional one."""
    spans = course.spans
    responded = np.flatnonzero(
        course.is_assessable & (course.baseline > 0) & is_response(course.nadir, course.baseline, policy)
    )
    position, owner = expand(spans.start[responded], spans.stop[responded])
    good = np.flatnonzero(is_response(timeline.total[position], course.baseline[responded][owner], policy))
    position, owner = position[good], responded[owner[good]]
    prorated = np.flatnonzero(timeline.take(position).is_prorated)
    whose = owner[prorated]
    provisional, _ = judge_as_latest(
        timeline, points.take(whose), spans.take(whose), position[prorated], policy
    )
    left_out = prorated[provisional]
    return np.delete(position, left_out), np.delete(owner, left_out)


def find_remissions(timeline: Timeline, course: Course, provisional: Bools, policy: Policy) -> Ints:
    """The day of each point's first remission that is not provisional, of a baseline at caseness; NONE: none."""
    asked = np.where(
        course.is_assessable & is_at_caseness(course, policy), course.spans.stop, course.spans.start
    )
    position, owner = expand(course.spans.start, asked)
    holds = (timeline.total[position] < policy.categories.remission_below) & ~provisional[position]
    return _first_days(timeline.day[position], owner, holds, len(course.latest))


def find_relapses(prepared: Prepared, points: Points, course: Course, after: Ints, policy: Policy) -> Ints:
    """The day of each point's first follow-up that made the category `relapse` when it was the latest; NONE: none.

    after: only a later day counts (NONE: any). A first response may be lost and another be confirmed: the relapse from that one
    is not the first that there was."""
    timeline, spans = prepared.timeline, course.spans
    asked = np.where(course.is_assessable & is_at_caseness(course, policy), spans.stop, spans.start)
    position, owner = expand(spans.start, asked)
    total = timeline.total[position]
    at_least = by_instrument(
        points.instrument[owner], policy.categories.phq9_relapse_total, policy.categories.gad7_relapse_total
    )
    # Few forms are that high in a course that has responded, so each of them is looked at as if it were the latest.
    responded = find_first_totals(timeline, course, policy)
    since = np.maximum(responded, after)
    could = (total >= at_least) & (responded[owner] != NONE) & (timeline.day[position] > since[owner])
    position, owner = position[could], owner[could]
    cut = spans.cut_at(position, owner)
    looked = derive_course(timeline, points.take(owner), cut, policy)
    holds = is_relapse(looked, looked.latest, policy)
    return _first_days(timeline.day[position], owner, holds, len(course.latest))


def find_deteriorations(timeline: Timeline, points: Points, course: Course, policy: Policy) -> Ints:
    """The day of each point's first follow-up that was reliably worse than baseline and whose first follow-up at least
    `confirm_days` later is too; NONE: none."""
    spans = course.spans
    position, owner = expand(spans.start, np.where(course.is_assessable, spans.stop, spans.start))
    limit = course.baseline + reliable_change_points(course.instrument, policy)
    worse = timeline.total[position] >= limit[owner]
    position, owner = position[worse], owner[worse]
    day = timeline.day[position]
    later = timeline.position(
        points.patient[owner], points.instrument[owner], day + policy.categories.confirm_days
    )
    has_later = later < spans.stop[owner]
    confirmed = has_later & (timeline.total[np.where(has_later, later, position)] >= limit[owner])
    return _first_days(day, owner, confirmed, len(course.latest))


def find_first_totals(timeline: Timeline, course: Course, policy: Policy) -> Ints:
    """The day of each point's first follow-up at half the baseline or below, provisional or not; NONE: none."""
    position, owner = expand(course.spans.start, course.spans.stop)
    holds = (
        is_response(timeline.total[position], course.baseline[owner], policy) & course.is_assessable[owner]
    )
    return _first_days(timeline.day[position], owner, holds, len(course.latest))


def _first_days(day: Ints, owner: Ints, holds: Bools, n: int) -> Ints:
    """The day of each owner's first entry that holds; the entries stand in the order of owner and day."""
    owner, day = owner[holds], day[holds]
    is_first = begins_run(owner)
    first = np.full(n, NONE)
    first[owner[is_first]] = day[is_first]
    return first
