"""The days on which one random patient fills in the questionnaires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from lib.demo.chance import between, happens, pick
from lib.demo.story import is_within_demo

MISSED_FORM = 0.06  # [P] of forms between sessions; the one after session 4 is never missed (preset "demo")
MISSED_IN_MAINTENANCE = 0.12  # [P]
STALE_BASELINE, NO_BASELINE = 0.08, 0.012  # [P] of patients
TOO_CLOSE_DAYS = 4  # a form after every third day would be the same two weeks over again (evidence 1.4)
LONG_PAUSE_DAYS = 16
# [P] days after the last session and the share of responders who still answer; a non-responder who stops does not.
AFTER_STOPPING = ((14, 0.55), (28, 0.40), (56, 0.25), (84, 0.12))


@dataclass(frozen=True)
class Steps:
    """The days that move a patient through the cohort's columns: sessions 1, 2, ... or weeks of daily doses."""

    days: tuple[date, ...]
    n_induction: int

    @property
    def induction_end(self) -> date | None:
        return self.days[self.n_induction - 1] if len(self.days) >= self.n_induction else None


def look_days(rng: np.random.Generator, first_day: date, steps: Steps, goes_on_answering: bool) -> list[date]:
    """Every look from screening to the demo's last day, in order, no two on one day."""
    days = {*_before(rng, first_day)}
    if steps.days:
        days |= {*_between_steps(rng, steps)}
    if goes_on_answering and steps.induction_end:
        days |= {*_after_stopping(rng, steps.days[-1])}
    return sorted(day for day in days if is_within_demo(day))


def _before(rng: np.random.Generator, first_day: date) -> list[date]:
    """The baseline, at times stale or missing, and for some an earlier screening form."""
    kind = pick(rng, {"missing": NO_BASELINE, "stale": STALE_BASELINE, "screened": 0.18, "usual": 1.0})
    if kind == "missing":
        return []
    latest = first_day - timedelta(days=between(rng, 15, 29) if kind == "stale" else between(rng, 1, 10))
    screening = [latest - timedelta(days=between(rng, 7, 18))] if kind == "screened" else []
    return [*screening, latest]


def _between_steps(rng: np.random.Generator, steps: Steps) -> list[date]:
    """One form shortly before the next session, and another in the middle of a long pause."""
    days: list[date] = []
    last = steps.days[-1] + timedelta(days=6)
    for number, (day, after) in enumerate(pairwise([*steps.days, last]), start=1):
        gap = (after - day).days
        is_due = gap > TOO_CLOSE_DAYS or number in (2, 4, 6)
        missed = MISSED_FORM if number < steps.n_induction else MISSED_IN_MAINTENANCE
        if gap > LONG_PAUSE_DAYS and happens(rng, 0.7):
            days.append(day + timedelta(days=between(rng, 6, 9)))
        if is_due and (number == 4 or not happens(rng, missed)):
            days.append(after - timedelta(days=between(rng, 1, 2)))
    return days


def _after_stopping(rng: np.random.Generator, last: date) -> list[date]:
    kept = [days for days, share in AFTER_STOPPING if happens(rng, share)]
    return [last + timedelta(days=days + between(rng, -2, 2)) for days in kept]
