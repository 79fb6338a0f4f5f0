"""The slow twin of easing (docs/further_rules.md 8): day after day forwards, as somebody would who keeps a list."""

from __future__ import annotations

from datetime import date
from functools import cache

from slow_further_rules import Compared, totals_on
from slow_off_course import compared_on
from slow_records import Clinic, by_patient, days_between, until
from slow_rules import EFFICACY_RULES, holding, is_in_treatment, is_provisional_improvement, view_on
from slow_twin import LAST_BEFORE_DOSE

BY_PATIENT = "discordant_instruments"
FIRST = {rule.__name__ for rules in EFFICACY_RULES.values() for rule in rules}
Key = tuple[str, str]


def efficacy_on(view, whom: Compared) -> dict[Key, str]:
    """Severities of the efficacy rules by rule and instrument; of instruments that disagree by rule alone."""
    found = {key: severity for key, severity in holding(view).items() if key[0] in FIRST}
    found |= totals_on(view, whom)
    return {(rule, "" if rule == BY_PATIENT else on): severity for (rule, on), severity in found.items()}


def looks_on(view, day: date, instrument: str) -> bool:
    """Whether a follow-up of that day (of either instrument for "") can clear something: not a provisional improvement."""
    for name, path in view.paths.items():
        is_last = bool(path.follow_ups) and path.follow_ups[-1].on == day
        if instrument in ("", name) and is_last and not is_provisional_improvement(path):
            return True
    return False


def eased_of(
    everything: Clinic, as_of: date, whom: Compared, rule: str = LAST_BEFORE_DOSE
) -> set[tuple[str, str, date]]:
    """One patient's (rule, instrument, first look that missed it or the last day it held) of flags that wait for a look."""
    now = view_on(everything, as_of, rule)
    if now.course is None or not is_in_treatment(now):
        return set()
    record = until(everything, as_of)
    start = now.course.sessions[0].on
    days = sorted({form.on for form in record.forms} | {one.on for one in record.sessions})
    days = [day for day in days if day >= start]
    scene = cache(lambda day: view_on(everything, day, rule))
    waiting: dict[Key, date | None] = {}
    holds: dict[Key, str] = {}
    for day in days:
        holds = efficacy_on(scene(day), whom)
        waiting |= dict.fromkeys(holds, None)
        for key, first in list(waiting.items()):
            if key in holds or not looks_on(scene(day), day, key[1]):
                continue
            if first is not None and days_between(first, day) >= 7:
                del waiting[key]
            elif first is None:
                waiting[key] = day
    return {(*key, first) for key, first in waiting.items() if key not in holds}


def eased_rows(clinic: Clinic, as_of: date, min_patients: int) -> set[tuple[str, str, str, date | None]]:
    people = compared_on(clinic, as_of)
    return {
        (who, *found)
        for who, everything in by_patient(clinic).items()
        for found in eased_of(everything, as_of, Compared(who, people, min_patients))
    }
