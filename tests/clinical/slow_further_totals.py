"""The slow twin of the further rules on totals (docs/further_rules.md 1)."""

from __future__ import annotations

from datetime import timedelta

from slow_categories import (
    RELIABLE_CHANGE,
    category_of,
    is_at_caseness,
    is_provisional,
    look_a_week_before_latest,
)
from slow_efficacy import (
    HIGH_DETERIORATION,
    fall,
    has_both,
    has_enough_sessions,
    is_daily,
    is_improved,
    is_late_enough,
    is_unimproved_look,
    reliable_deterioration,
    sessions_before,
)
from slow_records import GAD7, PHQ9, Look, Trajectory, days_between, look_at, valid_forms
from slow_rules import View, efficacy, is_in_treatment
from slow_twin import courses_of, last_of_each_day


def early_watch(path: Trajectory) -> str | None:
    """“PHQ-9 baseline ≥ 10; the latest and the last follow-up at least 7 days before it are not improved; the latest is ≥ 10,
    dated ≥ 14 and < 28 days after day 0, with ≥ 2 and < 4 sessions before it. Never in a daily low-dose course”."""
    if not has_both(path) or not is_at_caseness(path) or is_daily(path):
        return None
    latest, earlier = path.follow_ups[-1], look_a_week_before_latest(path)
    if earlier is None or is_improved(path, earlier):
        return None
    is_early = is_late_enough(path, latest, 14) and not is_late_enough(path, latest, 28)
    is_due = 2 <= sessions_before(path, latest) < 4
    return (
        "watch" if is_early and is_due and latest.total >= 10 and is_unimproved_look(path, latest) else None
    )


def partial_and_flat(path: Trajectory) -> str | None:
    """“Category `partial`, not provisional; the two follow-ups before the latest each within 2 points of it, the earlier of
    them ≥ 14 days after day 0 and ≥ 14 days before the latest; ≥ 4 sessions before the latest”."""
    if not has_both(path) or not is_at_caseness(path) or len(path.follow_ups) < 3:
        return None
    if category_of(path)[0] != "partial" or is_provisional(path) or not has_enough_sessions(path):
        return None
    third, second, latest = path.follow_ups[-3:]
    is_flat = all(abs(look.total - latest.total) <= 2 for look in (second, third))
    is_apart = is_late_enough(path, third, 14) and days_between(third.on, latest.on) >= 14
    return "medium" if is_flat and is_apart else None


def worsening_without_baseline(view: View, instrument: str) -> str | None:
    """“No baseline: let R be the lowest valid total of the 56 days before the latest follow-up's date”; watch, medium at the
    marked rise, or when the look a week before “is dated after R and also ≥ 6 / 4 above it”."""
    path = view.paths[instrument]
    if path.baseline is not None or not path.follow_ups:
        return None
    latest = path.follow_ups[-1]
    forms = last_of_each_day(valid_forms(view.record, instrument), courses_of(view.record))
    window = [look for look in map(look_at, forms) if latest.on - timedelta(days=56) <= look.on < latest.on]
    if not window:
        return None
    lowest = min(reversed(window), key=lambda look: look.total)
    if not is_risen_above(path, latest, lowest):
        return None
    earlier = look_a_week_before_latest(path)
    is_seen_twice = earlier is not None and earlier.on > lowest.on and is_risen_above(path, earlier, lowest)
    is_marked = latest.total - lowest.total >= HIGH_DETERIORATION[instrument]
    return "medium" if is_marked or is_seen_twice else "watch"


def is_risen_above(path: Trajectory, look: Look, lowest: Look) -> bool:
    return look.total - lowest.total >= RELIABLE_CHANGE[path.instrument]


def discordant_instruments(view: View, worse: str) -> str | None:
    """“Both instruments collected, latest follow-ups at most 14 days apart: one is deteriorated, the other improved and not
    provisional. Watch; medium where `reliable_deterioration` would be high”."""
    better = GAD7 if worse == PHQ9 else PHQ9
    one, other = view.paths[worse], view.paths[better]
    if not view.record.collected >= {PHQ9, GAD7} or not (has_both(one) and has_both(other)):
        return None
    is_near = abs(days_between(one.follow_ups[-1].on, other.follow_ups[-1].on)) <= 14
    is_better = fall(other, other.follow_ups[-1]) >= RELIABLE_CHANGE[better] and not is_provisional(other)
    severity = reliable_deterioration(one)
    if severity is None or not is_near or not is_better:
        return None
    return "medium" if severity == "high" else "watch"


def stale_baseline(view: View) -> str | None:
    """“PHQ-9, in treatment, the baseline is stale”."""
    path = view.paths[PHQ9]
    if PHQ9 not in view.record.collected or path.baseline is None or path.day_0 is None:
        return None
    is_stale = days_between(path.baseline.on, path.day_0) > 14
    return "info" if is_stale and is_in_treatment(view) else None


def rules_on_totals(view: View) -> dict[tuple[str, str], str]:
    """Severities by rule and instrument, in treatment or not."""
    found: dict[tuple[str, str], str | None] = {}
    for instrument in view.record.collected & {PHQ9, GAD7}:
        found["worsening_without_baseline", instrument] = worsening_without_baseline(view, instrument)
        found["discordant_instruments", instrument] = discordant_instruments(view, instrument)
    if PHQ9 in view.record.collected:
        found["early_watch", PHQ9] = efficacy(early_watch, view, PHQ9)
        found["partial_and_flat", PHQ9] = efficacy(partial_and_flat, view, PHQ9)
    return {key: severity for key, severity in found.items() if severity is not None}
