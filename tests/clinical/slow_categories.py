"""The slow twin of the categories (definitions.md 5), and what one look at a trajectory is called."""

from __future__ import annotations

from dataclasses import replace

from slow_records import GAD7, PHQ9, Look, Trajectory, days_between

A_WEEK_DAYS = 7
TOO_EARLY_BEFORE_DAYS = 14
REMISSION_BELOW = 5
CASENESS = {PHQ9: 10, GAD7: 8}
RELIABLE_CHANGE = {PHQ9: 6, GAD7: 4}
RELAPSE_AT_LEAST = {PHQ9: 10, GAD7: 8}
RELAPSE_RISE = {PHQ9: 5, GAD7: 4}
NOT_ASSESSABLE = "not assessable"


def missing_part(path: Trajectory) -> str | None:
    """“With reason: `no dosing session` (not under `first_assessment`), `no baseline`, `no follow-up`”."""
    if path.day_0 is None:
        return "no dosing session"
    if path.baseline is None:
        return "no baseline"
    return None if path.follow_ups else "no follow-up"


def is_halved(path: Trajectory, look: Look) -> bool:
    """“2 × total ≤ baseline”."""
    return path.baseline is not None and 2 * look.total <= path.baseline.total


def is_at_caseness(path: Trajectory) -> bool:
    """“`below caseness`: baseline < 10 (PHQ-9) / < 8 (GAD-7)”, and at caseness otherwise."""
    return path.baseline is not None and path.baseline.total >= CASENESS[path.instrument]


def look_a_week_before_latest(path: Trajectory) -> Look | None:
    """“Let E be the last follow-up at least 7 days before the latest”."""
    earlier = [
        look for look in path.follow_ups if days_between(look.on, path.follow_ups[-1].on) >= A_WEEK_DAYS
    ]
    return earlier[-1] if earlier else None


def first_look_a_week_after(path: Trajectory, look: Look) -> Look | None:
    """“The first follow-up at least 7 days after it”."""
    later = [other for other in path.follow_ups if days_between(look.on, other.on) >= A_WEEK_DAYS]
    return later[0] if later else None


def is_risen(path: Trajectory, look: Look, lowest: int) -> bool:
    """“PHQ-9 ≥ 10 (GAD-7 ≥ 8) and at least 5 (4) above the lowest follow-up before”."""
    is_high = look.total >= RELAPSE_AT_LEAST[path.instrument]
    return is_high and look.total - lowest >= RELAPSE_RISE[path.instrument]


def is_relapse(path: Trajectory) -> bool:
    """“E exists, that response lies before E, and the latest, E and every follow-up between them are PHQ-9 ≥
    10 and at least 5 above the lowest follow-up before E”."""
    confirming = look_a_week_before_latest(path)
    if confirming is None or not is_at_caseness(path):
        return False
    before = [look for look in path.follow_ups if look.on < confirming.on]
    since = [look for look in path.follow_ups if look.on >= confirming.on]
    if not any(is_halved(path, look) for look in before):
        return False
    lowest = min(look.total for look in before)
    return all(is_risen(path, look, lowest) for look in since)


def category_of(path: Trajectory) -> tuple[str, str | None]:
    """“Category of the current course, first that holds”, with its reason."""
    reason = missing_part(path)
    if reason is not None or path.baseline is None or path.day_0 is None:
        return NOT_ASSESSABLE, reason
    baseline, latest = path.baseline.total, path.follow_ups[-1]
    if is_relapse(path):
        return "relapse", None
    if latest.total - baseline >= RELIABLE_CHANGE[path.instrument]:
        return "worse", None
    if not is_at_caseness(path):
        return "below caseness", None
    if latest.total < REMISSION_BELOW:
        return "remission", None
    if is_halved(path, latest):
        return "response", None
    if days_between(path.day_0, latest.on) < TOO_EARLY_BEFORE_DAYS:
        return NOT_ASSESSABLE, "too early"
    return ("partial" if 4 * latest.total <= 3 * baseline else "no response"), None


def is_provisional(path: Trajectory) -> bool:
    """“The latest is prorated and the category differs at its bounds, or PHQ-9 remission where items were
    given and item 9 is blank”."""
    if missing_part(path) is not None:
        return False
    latest, category = path.follow_ups[-1], category_of(path)[0]
    if category == "remission" and latest.is_item_9_blank:
        return True
    bounds = [replace(latest, total=total) for total in (latest.low, latest.high)]
    at_bounds = {category_of(replace(path, follow_ups=(*path.follow_ups[:-1], bound)))[0] for bound in bounds}
    return latest.is_prorated and at_bounds != {category}


def is_sure_response(path: Trajectory, look: Look) -> bool:
    """“2 × total ≤ baseline, not provisional”; “of an earlier follow-up it is judged as if that were the
    latest”."""
    up_to_it = tuple(other for other in path.follow_ups if other.on <= look.on)
    return is_halved(path, look) and not is_provisional(replace(path, follow_ups=up_to_it))


def is_confirmed(path: Trajectory, look: Look) -> bool | None:
    """“The first follow-up at least 7 days after it is such a response too (empty when there is none
    yet)”."""
    later = first_look_a_week_after(path, look)
    return None if later is None else is_sure_response(path, later)


def reliable_change(instrument: str, change: int) -> str:
    """“`improved` at change ≤ -6 (PHQ-9) / ≤ -4 (GAD-7), `deteriorated` at ≥ +6 / +4, else `none`”."""
    if abs(change) < RELIABLE_CHANGE[instrument]:
        return "none"
    return "improved" if change < 0 else "deteriorated"
