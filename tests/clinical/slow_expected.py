"""The expected course a second time, patient by patient and score by score, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from slow_records import Clinic, Trajectory, by_patient, days_between, until
from slow_twin import LAST_BEFORE_DOSE, courses_of, current_course, trajectory_of

PERCENTS = (2.5, 10, 25, 50, 75, 90, 97.5)
# Where each baseline band ends.
BANDS = {"PHQ-9": (9, 14, 19, 27), "GAD-7": (9, 14, 21)}


@dataclass(frozen=True)
class Patient:
    """A first course: its baseline, dates of sessions, and the total after each session that has one."""

    baseline: int | None
    dosed_on: tuple[date, ...]
    is_current: bool
    after: Mapping[int, int]

    @property
    def is_daily(self) -> bool:
        """“At least 5 counting sessions whose median interval in whole dates is < 3 days”."""
        gaps = [days_between(a, b) for a, b in zip(self.dosed_on, self.dosed_on[1:], strict=False)]
        return len(self.dosed_on) >= 5 and median(gaps) < 3

    @property
    def is_comparable(self) -> bool:
        return self.baseline is not None and not self.is_daily


def first_courses(
    clinic: Clinic, as_of: date, instrument: str, rule: str = LAST_BEFORE_DOSE
) -> dict[str, Patient]:
    """Everybody who has begun a course, as known on the day."""
    found = {}
    for name, record in by_patient(until(clinic, as_of)).items():
        courses = courses_of(record)
        begun = [course for course in courses if course.sessions]
        if begun:
            path = trajectory_of(record, begun[0], instrument, rule)
            baseline = path.baseline.total if path.baseline else None
            is_current = begun[0] == current_course(courses)
            found[name] = Patient(baseline, path.dosed_on, is_current, totals_after(path))
    return found


def totals_after(path: Trajectory) -> dict[int, int]:
    """The last follow-up that counts for each session: 3 to 28 days after it, no other session between."""
    found = {}
    for look in path.follow_ups:
        before = [day for day in path.dosed_on if day < look.on]
        if before and 3 <= days_between(before[-1], look.on) <= 28 and len(before) <= 12:
            found[len(before)] = look.total
    return found


def band_of(baseline: int, instrument: str) -> int:
    return next(band for band, last in enumerate(BANDS[instrument]) if baseline <= last)


def ribbon(
    people: Mapping[str, Patient], name: str, instrument: str, min_patients: int, offset: int
) -> dict[int, tuple[bool, int, list[float]]]:
    """By session: whether it is pooled, how many patients, and the seven totals (none where there are too few)."""
    own = people[name]
    assert own.baseline is not None
    others = [one for who, one in people.items() if who != name and one.is_comparable]
    found = {}
    for session in range(1, min(len(own.dosed_on), 12) + 1):
        measured = [one for one in others if session in one.after]
        alike = [one for one in measured if is_alike(one, own, instrument)]
        if len(alike) >= min_patients:
            totals = [float(one.after[session]) for one in alike]
            edges = [edge(spread(totals), percent) for percent in PERCENTS]
            found[session] = False, len(alike), clip(edges, instrument)
        elif len(measured) >= min_patients:
            shares = [(one.after[session] + offset) / (one.baseline + offset) for one in measured]
            edges = [(own.baseline + offset) * edge(sorted(shares), percent) - offset for percent in PERCENTS]
            found[session] = True, len(measured), clip(edges, instrument)
        else:
            found[session] = True, len(measured), []
    return found


def is_alike(one: Patient, other: Patient, instrument: str) -> bool:
    return band_of(one.baseline or 0, instrument) == band_of(other.baseline or 0, instrument)


def spread(totals: list[float]) -> list[float]:
    """Equal totals side by side, none on another, within half a point."""
    spaced = []
    for total, group in groupby(sorted(totals)):
        n = len(list(group))
        spaced += [total - 0.5 + (place + 0.5) / n for place in range(n)]
    return spaced


def edge(ordered: list[float], percent: float) -> float:
    """The (n + 1)·p-th smallest, between two of them in proportion; the first or the last beyond either end."""
    place = (len(ordered) + 1) * percent / 100
    whole = math.floor(place)
    if whole < 1:
        return ordered[0]
    if whole >= len(ordered):
        return ordered[-1]
    return ordered[whole - 1] + (place - whole) * (ordered[whole] - ordered[whole - 1])


def clip(edges: list[float], instrument: str) -> list[float]:
    return [min(max(value, 0), BANDS[instrument][-1]) for value in edges]


def held_out(
    people: Mapping[str, Patient],
    folds: Mapping[str, int],
    instrument: str,
    band: int,
    min_patients: int,
    offset: int,
) -> tuple[int, int, int]:
    """(held, scores, patients) of a baseline band: each patient against the other folds' ribbon."""
    known = {name: one for name, one in people.items() if one.is_comparable}
    held: list[tuple[str, bool]] = []
    for name, own in known.items():
        if band_of(own.baseline or 0, instrument) != band:
            continue
        for session, total in own.after.items():
            measured = {who: one for who, one in known.items() if session in one.after}
            alike = {who: one for who, one in measured.items() if is_alike(one, own, instrument)}
            is_pooled = len(alike) - 1 < min_patients
            source = measured if is_pooled else alike
            rest = [one for who, one in source.items() if folds[who] != folds[name]]
            if len(source) - 1 < min_patients or not rest:
                continue
            if is_pooled:
                shares = sorted((one.after[session] + offset) / (one.baseline + offset) for one in rest)
                edges = [(own.baseline + offset) * edge(shares, percent) - offset for percent in (10, 90)]
            else:
                edges = [
                    edge(spread([float(one.after[session]) for one in rest]), percent) for percent in (10, 90)
                ]
            low, high = clip(edges, instrument)
            held.append((name, low <= total <= high))
    return sum(is_held for _, is_held in held), len(held), len({name for name, _ in held})
