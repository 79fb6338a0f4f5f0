"""The slow twin of the flag budget (docs/flag_budget.md): each patient asked again at each weekly look, from records to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from slow_categories import category_of, is_at_caseness, is_provisional, is_sure_response
from slow_efficacy import is_unimproved_look
from slow_further_totals import rules_on_totals
from slow_records import GAD7, PHQ9, Clinic, Trajectory, by_patient, until
from slow_rules import holding, is_in_treatment, view_on
from slow_twin import LAST_BEFORE_DOSE, courses_of, trajectory_of

ON_TOTALS = ("reliable_deterioration", "relapse", "non_responder", "non_improver", "gad7_non_response")
FURTHER = ("partial_and_flat", "worsening_without_baseline")
NOT_IMPROVING = ("no response", "worse", "relapse")
SURE_WHEN_BAD = ("remission", "response", "partial")
CHECKPOINT = timedelta(days=28)


@dataclass(frozen=True)
class Reviewed:
    """What one patient's course came to: reviews by look, its trajectories at the end, and its first decision."""

    start: date
    reviews: Mapping[date, frozenset[tuple[str, str]]]
    paths: Mapping[str, Trajectory]
    early: Trajectory
    decided_on: date | None

    @property
    def first(self) -> date | None:
        return min((day for day, found in self.reviews.items() if found), default=None)


def reviews_on(record: Clinic, look: date) -> frozenset[tuple[str, str]]:
    """“Severity medium or high, by the rules on totals”; `partial_and_flat` in treatment only."""
    view = view_on(record, look, LAST_BEFORE_DOSE)
    found = {key: severity for key, severity in holding(view).items() if key[0] in ON_TOTALS}
    found |= {key: severity for key, severity in rules_on_totals(view).items() if key[0] in FURTHER}
    return frozenset(
        (rule, instrument)
        for (rule, instrument), severity in found.items()
        if severity in ("medium", "high") and (rule != "partial_and_flat" or is_in_treatment(view))
    )


def review_patient(
    record: Clinic, decisions: list[date], from_day: date, as_of: date
) -> tuple[Reviewed | None, int]:
    """“Each with the first course that began in the span”, and how many later ones there are."""
    known = until(record, as_of)
    begun = [course for course in courses_of(known) if course.sessions and course.sessions[0].on >= from_day]
    if not begun:
        return None, 0
    course, start = begun[0], begun[0].sessions[0].on
    last_day = as_of if course.next_day_0 is None else course.next_day_0 - timedelta(days=1)
    looks = [as_of - timedelta(weeks=week) for week in range((as_of - start).days // 7, -1, -1)]
    reviews = {look: reviews_on(known, look) for look in looks if look <= last_day}

    def path(instrument: str, day: date) -> Trajectory:
        return trajectory_of(until(record, day), course, instrument, LAST_BEFORE_DOSE)

    own = [day for day in decisions if start <= day <= last_day]
    paths = {one: path(one, last_day) for one in (PHQ9, GAD7)}
    early = path(PHQ9, min(start + CHECKPOINT, last_day))
    return Reviewed(start, reviews, paths, early, min(own, default=None)), len(begun) - 1


def is_judged(path: Trajectory) -> bool:
    """“The last form has a category, and not a provisional improvement”."""
    category = category_of(path)[0]
    return category != "not assessable" and not (category in SURE_WHEN_BAD and is_provisional(path))


def responded_on(one: Reviewed) -> date | None:
    """“PHQ-9 baseline at caseness: the first response that is not provisional”."""
    path = one.paths[PHQ9]
    if path.baseline is None or not is_at_caseness(path):
        return None
    return next((look.on for look in path.follow_ups if is_sure_response(path, look)), None)


def is_slow(one: Reviewed) -> bool:
    """“The last PHQ-9 of days 14 to 28 was not improved, and the first response came after day 28”."""
    on, looks = responded_on(one), one.early.follow_ups
    if on is None or on <= one.start + CHECKPOINT or not looks:
        return False
    return is_unimproved_look(one.early, looks[-1])


def ended_badly(one: Reviewed) -> bool:
    path = one.paths[PHQ9]
    is_late = bool(path.follow_ups) and path.follow_ups[-1].on >= one.start + CHECKPOINT
    return is_late and is_judged(path) and category_of(path)[0] in NOT_IMPROVING


def judged_path(one: Reviewed) -> Trajectory | None:
    """“By the instrument that asked for the review (PHQ-9 where both did), a form dated after that look”."""
    if one.first is None:
        return None
    instruments = {instrument for _, instrument in one.reviews[one.first]}
    path = one.paths[PHQ9 if PHQ9 in instruments else GAD7]
    is_later = bool(path.follow_ups) and path.follow_ups[-1].on > one.first
    return path if is_later and is_judged(path) else None


def was_bothered(one: Reviewed) -> bool:
    on = responded_on(one)
    return on is not None and one.first is not None and one.first < on


def recount(
    clinic: Clinic, decisions: Mapping[str, list[date]], from_day: date, as_of: date
) -> dict[str, object]:
    """What the flag budget says, counted with whole lists."""
    found = [
        review_patient(record, decisions.get(who, []), from_day, as_of)
        for who, record in by_patient(clinic).items()
    ]
    people = [one for one, _ in found if one is not None]
    reviewed = [one for one in people if one.first is not None]
    ends = [category_of(path)[0] for one in reviewed if (path := judged_path(one)) is not None]
    bad = [one for one in people if ended_badly(one)]
    slow = [one for one in people if is_slow(one)]
    responders = [one for one in people if responded_on(one) is not None]
    leads = [(one.decided_on - one.first).days for one in reviewed if one.decided_on and one.first]
    rules = Counter(
        rule for one in people for rule in {rule for found in one.reviews.values() for rule, _ in found}
    )
    return {
        "n_later_courses": sum(later for _, later in found),
        "reviewed": (len(reviewed), len(people)),
        "not_improving": (sum(end in NOT_IMPROVING for end in ends), len(ends)),
        "not_halved": (sum(end in (*NOT_IMPROVING, "partial") for end in ends), len(ends)),
        "n_unjudged": len(reviewed) - len(ends),
        "caught": (sum(one.first is not None for one in bad), len(bad)),
        "slow_responders": (sum(map(was_bothered, slow)), len(slow)),
        "responders": (sum(map(was_bothered, responders)), len(responders)),
        "n_decided": len(leads),
        "lead_days": median(leads) if leads else None,
        "by_rule": dict(rules),
    }
