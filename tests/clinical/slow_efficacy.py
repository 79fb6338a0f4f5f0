"""The slow twin of the rules on change (definitions.md 6): each takes a trajectory and gives a severity or
nothing."""

from __future__ import annotations

from statistics import median

from slow_categories import (
    RELIABLE_CHANGE,
    category_of,
    first_look_a_week_after,
    is_at_caseness,
    is_halved,
    is_risen,
    is_sure_response,
    look_a_week_before_latest,
)
from slow_records import GAD7, PHQ9, Look, Trajectory, days_between

HIGH_DETERIORATION = {PHQ9: 9, GAD7: 6}
LOOK_FROM_DAY = 14
RESPONSE_DUE_FROM_DAY, SOONER_FROM_DAY, SOONER_SESSIONS = 28, 14, 6
IMPROVER_SESSIONS = 4
STILL_ILL_FROM = 10
GAD7_FALL = 4
DAILY_MIN_SESSIONS, DAILY_BELOW_DAYS = 5, 3


def fall(path: Trajectory, look: Look) -> int:
    """“change = latest − baseline (negative is better)”, so a fall is its opposite."""
    assert path.baseline is not None
    return path.baseline.total - look.total


def has_both(path: Trajectory) -> bool:
    """The rules on change need a baseline and a follow-up."""
    return path.baseline is not None and bool(path.follow_ups)


def reliable_deterioration(path: Trajectory) -> str | None:
    """“Watch; high when the follow-up before the latest was deteriorated too, or change ≥ +9 / +6 · latest
    follow-up deteriorated”."""
    if not has_both(path):
        return None
    rises = [-fall(path, look) for look in path.follow_ups[-2:]]
    if rises[-1] < RELIABLE_CHANGE[path.instrument]:
        return None
    is_twice = len(rises) == 2 and rises[0] >= RELIABLE_CHANGE[path.instrument]
    return "high" if is_twice or rises[-1] >= HIGH_DETERIORATION[path.instrument] else "watch"


def is_late_enough(path: Trajectory, look: Look, day: int) -> bool:
    """“Dated ≥ 14 days after day 0”."""
    return path.day_0 is not None and days_between(path.day_0, look.on) >= day


def sessions_before(path: Trajectory, look: Look) -> int:
    """“The counting sessions of the course dated before the form's date”."""
    return sum(1 for dosed_on in path.dosed_on if dosed_on < look.on)


def is_daily(path: Trajectory) -> bool:
    """“At least 5 counting sessions (to as_of) whose median interval in whole dates is < 3 days”."""
    gaps = [
        days_between(one, next_one) for one, next_one in zip(path.dosed_on, path.dosed_on[1:], strict=False)
    ]
    return len(path.dosed_on) >= DAILY_MIN_SESSIONS and median(gaps) < DAILY_BELOW_DAYS


def has_enough_sessions(path: Trajectory) -> bool:
    """“≥ 4 sessions before the latest”; in a daily course “'≥ 4 sessions before' falls away”."""
    return is_daily(path) or sessions_before(path, path.follow_ups[-1]) >= IMPROVER_SESSIONS


def is_improved(path: Trajectory, look: Look) -> bool:
    """“Fall < 5 points or 5 × fall < baseline” is not improved."""
    assert path.baseline is not None
    return fall(path, look) >= 5 and 5 * fall(path, look) >= path.baseline.total


def is_unimproved_look(path: Trajectory, look: Look) -> bool:
    """“Dated ≥ 14 days after day 0 and *not improved* (fall < 5 points or 5 × fall < baseline)”."""
    return is_late_enough(path, look, LOOK_FROM_DAY) and not is_improved(path, look)


def is_candidate(path: Trajectory) -> bool:
    """“PHQ-9 baseline ≥ 10; ≥ 4 sessions before the latest”, and the latest such a look."""
    if not has_both(path) or not is_at_caseness(path) or not has_enough_sessions(path):
        return False
    return is_unimproved_look(path, path.follow_ups[-1])


def non_improver(path: Trajectory) -> str | None:
    """“Latest follow-up and the last one at least 7 days before it both ... *not improved*; latest ≥ 10”."""
    if not is_candidate(path) or path.follow_ups[-1].total < STILL_ILL_FROM:
        return None
    earlier = look_a_week_before_latest(path)
    return "high" if earlier is not None and is_unimproved_look(path, earlier) else None


def non_improver_unconfirmed(path: Trajectory) -> str | None:
    """“When the latest is such a look and `non_improver` does not hold (same baseline and sessions)”."""
    return "watch" if is_candidate(path) and non_improver(path) is None else None


def is_confirmed_response(path: Trajectory, look: Look) -> bool:
    """“Any follow-up with 2 × total ≤ baseline whose first follow-up at least 7 days later is one too,
    neither provisional”."""
    later = first_look_a_week_after(path, look)
    return later is not None and is_sure_response(path, look) and is_sure_response(path, later)


def non_responder(path: Trajectory) -> str | None:
    """“PHQ-9 baseline ≥ 10; no response earlier in the course was confirmed; latest dated ≥ 28 days after day
    0, or ≥ 14 days with ≥ 6 sessions before it; 2 × latest > baseline; latest ≥ 10”; daily: “only its first
    way”."""
    if not has_both(path) or not is_at_caseness(path):
        return None
    latest = path.follow_ups[-1]
    is_sooner = (
        is_late_enough(path, latest, SOONER_FROM_DAY) and sessions_before(path, latest) >= SOONER_SESSIONS
    )
    is_due = is_late_enough(path, latest, RESPONSE_DUE_FROM_DAY) or (is_sooner and not is_daily(path))
    if not is_due or is_halved(path, latest) or latest.total < STILL_ILL_FROM:
        return None
    return None if any(is_confirmed_response(path, look) for look in path.follow_ups) else "high"


def gad7_non_response(path: Trajectory) -> str | None:
    """“Baseline ≥ 8; latest and the last follow-up at least 7 days before it both ≥ 14 days after day 0 with
    fall < 4; ≥ 4 sessions before the latest”."""
    if not has_both(path) or not is_at_caseness(path) or not has_enough_sessions(path):
        return None
    looks = (path.follow_ups[-1], look_a_week_before_latest(path))
    is_so = all(
        look is not None and is_late_enough(path, look, LOOK_FROM_DAY) and fall(path, look) < GAD7_FALL
        for look in looks
    )
    return "medium" if is_so else None


def relapse(path: Trajectory) -> str | None:
    """“PHQ-9 category 2”."""
    return "high" if category_of(path)[0] == "relapse" else None


def possible_relapse(path: Trajectory) -> str | None:
    """“PHQ-9, baseline at caseness: the latest meets the numbers against the lowest follow-up before it,
    after a response, and category 2 does not hold”."""
    if not has_both(path) or not is_at_caseness(path) or relapse(path):
        return None
    *before, latest = path.follow_ups
    if not any(is_halved(path, look) for look in before):
        return None
    return "watch" if is_risen(path, latest, min(look.total for look in before)) else None
