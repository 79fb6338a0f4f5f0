"""On which day a course first responded, remitted or relapsed (definitions.md section 5)."""

from dataclasses import dataclass

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
from lib.clinical.segments import NONE, Bools, Ints, expand
from lib.clinical.spans import Points
from lib.clinical.trajectory import Timeline


@dataclass(frozen=True)
class Responses:
    """first_day: date of the first response that is not provisional. is_confirmed: 1, 0, or NONE while there is no follow-up at
    least `confirm_days` after it. first_confirmed_day: date of the first response that was confirmed. NONE: none."""

    first_day: Ints
    is_confirmed: Ints
    first_confirmed_day: Ints

    @property
    def was_ever_confirmed(self) -> Bools:
        return self.first_confirmed_day != NONE


def find_responses(timeline: Timeline, points: Points, course: Course, policy: Policy) -> Responses:
    """The first response that is not provisional, and whether a second one confirmed it."""
    spans, n = course.spans, len(course.latest)
    position, owner = _find_firm_responses(timeline, points, course, policy)
    is_firm = np.zeros(len(timeline.keys), dtype=bool)
    is_firm[position] = True
    later = timeline.position(
        points.patient[owner],
        points.instrument[owner],
        timeline.day[position] + policy.categories.confirm_days,
    )
    has_later = later < spans.stop[owner]
    confirmed = has_later & is_firm[np.where(has_later, later, position)]
    first_of_owner = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    first_day, is_confirmed = np.full(n, NONE), np.full(n, NONE)
    first_day[owner[first_of_owner]] = timeline.day[position[first_of_owner]]
    is_confirmed[owner[first_of_owner]] = np.where(has_later[first_of_owner], confirmed[first_of_owner], NONE)
    return Responses(first_day, is_confirmed, _first_days(timeline.day[position], owner, confirmed, n))


def _find_firm_responses(
    timeline: Timeline, points: Points, course: Course, policy: Policy
) -> tuple[Ints, Ints]:
    """(position, owner) of every follow-up that is a response and not a provisional one."""
    spans = course.spans
    responded = np.flatnonzero(
        course.is_assessable & (course.baseline > 0) & is_response(course.nadir, course.baseline, policy)
    )
    position, owner = expand(spans.start[responded], spans.stop[responded])
    owner = responded[owner]
    good = is_response(timeline.total[position], course.baseline[owner], policy)
    position, owner = position[good], owner[good]
    prorated = np.flatnonzero(timeline.is_prorated[position])
    whose = owner[prorated]
    provisional, _ = judge_as_latest(
        timeline, points.take(whose), spans.take(whose), position[prorated], policy
    )
    kept = np.ones(len(position), dtype=bool)
    kept[prorated] = ~provisional
    return position[kept], owner[kept]


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
    is_first = np.diff(owner, prepend=-1) != 0
    first = np.full(n, NONE)
    first[owner[is_first]] = day[is_first]
    return first
