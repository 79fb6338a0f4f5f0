"""Response, remission, reliable change and relapse of a course (definitions.md section 5), one named step a definition."""

from dataclasses import dataclass, fields, replace

import numpy as np

from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.runs import step_back
from lib.clinical.segments import NONE, Bools, Ints, reduce_beside
from lib.clinical.spans import Points, Spans
from lib.clinical.trajectory import Timeline

CATEGORIES = (
    "not assessable",
    "relapse",
    "worse",
    "below caseness",
    "remission",
    "response",
    "partial",
    "no response",
)
NOT_ASSESSABLE, RELAPSE, WORSE, BELOW_CASENESS, REMISSION, RESPONSE, PARTIAL, NO_RESPONSE = range(
    len(CATEGORIES)
)
IMPROVED = (REMISSION, RESPONSE, PARTIAL)
REASONS = ("", "no dosing session", "no baseline", "no follow-up", "too early")
ASSESSED, NO_SESSION, NO_BASELINE, NO_FOLLOW_UP, TOO_EARLY = range(len(REASONS))


@dataclass(frozen=True)
class Course:
    """What one course's categories are made of, one entry a point; totals are NONE where there is none.

    earlier_look: position of the last follow-up at least `confirm_days` before the latest (NONE: none).
    lowest_before_look, lowest_since_look: lowest follow-up before it, and from it up to but without the latest.
    lowest_before_latest: lowest follow-up before the latest. nadir: lowest follow-up of all.
    """

    instrument: Ints
    spans: Spans
    baseline: Ints
    latest: Ints
    latest_day: Ints
    earlier_look: Ints
    lowest_before_look: Ints
    lowest_since_look: Ints
    lowest_before_latest: Ints
    nadir: Ints

    def take(self, index: Ints | Bools) -> "Course":
        columns = {one.name: getattr(self, one.name)[index] for one in fields(Course) if one.name != "spans"}
        return Course(spans=self.spans.take(index), **columns)

    @property
    def is_assessable(self) -> Bools:
        return self.spans.has_baseline & self.spans.has_follow_up


def derive_course(timeline: Timeline, points: Points, spans: Spans, policy: Policy) -> Course:
    """Gather a course's baseline, latest follow-up, earlier look and lowest totals."""
    last = np.where(spans.has_follow_up, spans.stop - 1, NONE)
    latest_day = timeline.at(timeline.day, last)
    a_week_before = latest_day - policy.categories.confirm_days
    look = step_back(timeline.day, spans.stop - 2, spans.start, a_week_before)
    has_look = look >= spans.start
    look = np.where(has_look, look, NONE)
    latest = timeline.at(timeline.total, last)
    edges = spans.start, np.where(has_look, look, spans.start), spans.stop - 1
    lowest_before_look, lowest_from_look = reduce_beside(np.minimum, timeline.total, edges, NONE)
    lowest_before_latest = lower(lowest_before_look, lowest_from_look)
    return Course(
        instrument=points.instrument,
        spans=spans,
        baseline=timeline.at(timeline.total, spans.baseline),
        latest=latest,
        latest_day=latest_day,
        earlier_look=look,
        lowest_before_look=lowest_before_look,
        lowest_since_look=np.where(has_look, lowest_from_look, NONE),
        lowest_before_latest=lowest_before_latest,
        nadir=lower(lowest_before_latest, latest),
    )


def lower(one: Ints, other: Ints) -> Ints:
    """The lower of two totals, either of which may be NONE."""
    return np.where(one == NONE, other, np.where(other == NONE, one, np.minimum(one, other)))


def by_instrument(instrument: Ints, phq9: int, gad7: int) -> Ints:
    return np.where(instrument == PHQ9.code, phq9, gad7)


def is_response(total: Ints, baseline: Ints, policy: Policy) -> Bools:
    """A fall of at least half: 2 × total ≤ baseline, in whole numbers."""
    return 100 * total <= (100 - policy.categories.response_percent) * baseline


def is_at_caseness(course: Course, policy: Policy) -> Bools:
    numbers = policy.categories
    return course.baseline >= by_instrument(course.instrument, numbers.phq9_caseness, numbers.gad7_caseness)


def meets_relapse_numbers(total: Ints, lowest: Ints, instrument: Ints, policy: Policy) -> Bools:
    """At the relapse total or above, and risen enough above the lowest follow-up; False where there is none."""
    numbers = policy.categories
    at_least = by_instrument(instrument, numbers.phq9_relapse_total, numbers.gad7_relapse_total)
    rise = by_instrument(instrument, numbers.phq9_relapse_rise, numbers.gad7_relapse_rise)
    return (lowest != NONE) & (total >= at_least) & (total >= lowest + rise)


def is_relapse(course: Course, latest: Ints, policy: Policy) -> Bools:
    """After a response, at least two looks a week apart, and all between them, are back up."""
    responded = (course.lowest_before_look != NONE) & is_response(
        course.lowest_before_look, course.baseline, policy
    )
    back_up = meets_relapse_numbers(
        np.minimum(latest, course.lowest_since_look), course.lowest_before_look, course.instrument, policy
    )
    return is_at_caseness(course, policy) & responded & back_up


def is_possible_relapse(course: Course, policy: Policy) -> Bools:
    """The latest follow-up alone is back up after a response."""
    lowest = course.lowest_before_latest
    responded = (
        (lowest != NONE) & is_response(lowest, course.baseline, policy) & is_at_caseness(course, policy)
    )
    return responded & meets_relapse_numbers(course.latest, lowest, course.instrument, policy)


def reliable_change_points(instrument: Ints, policy: Policy) -> Ints:
    numbers = policy.categories
    return by_instrument(instrument, numbers.phq9_reliable_change, numbers.gad7_reliable_change)


def classify_course(course: Course, latest: Ints, policy: Policy) -> tuple[Ints, Ints]:
    """(category, reason) with this total as the latest: the first definition that holds, later ones overwritten."""
    numbers = policy.categories
    spans, baseline = course.spans, course.baseline
    category = np.full(len(latest), NO_RESPONSE)
    category[100 * latest <= (100 - numbers.partial_percent) * baseline] = PARTIAL
    is_early = course.latest_day - spans.first_day < numbers.too_early_days
    category[is_early] = NOT_ASSESSABLE
    category[is_response(latest, baseline, policy)] = RESPONSE
    category[latest < numbers.remission_below] = REMISSION
    category[~is_at_caseness(course, policy)] = BELOW_CASENESS
    category[latest - baseline >= reliable_change_points(course.instrument, policy)] = WORSE
    category[is_relapse(course, latest, policy)] = RELAPSE
    category[~course.is_assessable] = NOT_ASSESSABLE
    reason = np.where(category == NOT_ASSESSABLE, TOO_EARLY, ASSESSED)
    reason[~spans.has_follow_up] = NO_FOLLOW_UP
    reason[~spans.has_baseline] = NO_BASELINE
    reason[spans.first_day == NONE] = NO_SESSION
    return category, reason


def judge_as_latest(
    timeline: Timeline, points: Points, spans: Spans, position: Ints, policy: Policy
) -> tuple[Bools, Ints]:
    """(is provisional, category) of follow-ups as if each were the latest. points, spans: whose each is."""
    course = derive_course(timeline, points, replace(spans, stop=position + 1), policy)
    category, _ = classify_course(course, course.latest, policy)
    return is_provisional(timeline, course, category, policy), category


def is_provisional(timeline: Timeline, course: Course, category: Ints, policy: Policy) -> Bools:
    """The latest is prorated and its bounds give another category, or it is remission with item 9 unanswered."""
    found = np.zeros(len(category), dtype=bool)
    last = course.spans.stop - 1
    asked = np.flatnonzero(course.is_assessable & timeline.has_missing_items(last))
    course, category, last = course.take(asked), category[asked], last[asked]
    form = timeline.take(last)
    low, _ = classify_course(course, form.low, policy)
    high, _ = classify_course(course, form.high, policy)
    is_unanswered = form.is_item_9_blank & (category == REMISSION)
    found[asked] = (low != category) | (high != category) | is_unanswered
    return found
