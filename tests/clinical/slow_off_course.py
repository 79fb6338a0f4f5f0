"""The slow twin of `off_expected_course`: a course held, look by look, against the clinic's other patients, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from slow_categories import is_at_caseness, look_a_week_before_latest
from slow_efficacy import has_both, is_daily, is_improved, is_late_enough, sessions_before
from slow_expected import Patient, band_of, clip, edge, first_courses, spread
from slow_records import PHQ9, Clinic, Look, Trajectory, days_between
from slow_rules import View, efficacy
from slow_twin import LAST_BEFORE_DOSE, courses_of

BANDS, OFFSET = (90.5, 97.5), 3
Others = Mapping[str, Patient]


def compared_on(clinic: Clinic, as_of: date, rule: str = LAST_BEFORE_DOSE) -> Others:
    """“As they stood when the last month ended”."""
    last_day = as_of.replace(day=1) - timedelta(days=1)
    found = first_courses(clinic, last_day, PHQ9, rule)
    return {who: one for who, one in found.items() if one.is_comparable}


def edges_at(people: Others, baseline: int, session: int, min_patients: int) -> list[float] | None:
    """The upper edges of the 81 % and 95 % bands; None where too few patients are comparable."""
    measured = [one for one in people.values() if session in one.after]
    alike = [one for one in measured if band_of(one.baseline or 0, PHQ9) == band_of(baseline, PHQ9)]
    if len(alike) >= min_patients:
        return clip([edge(spread([float(one.after[session]) for one in alike]), p) for p in BANDS], PHQ9)
    if len(measured) < min_patients:
        return None
    shares = sorted((one.after[session] + OFFSET) / ((one.baseline or 0) + OFFSET) for one in measured)
    return clip([(baseline + OFFSET) * edge(shares, p) - OFFSET for p in BANDS], PHQ9)


def n_bands_passed(path: Trajectory, look: Look, others: Others, min_patients: int) -> int:
    """0: inside the 81 % band or not to be compared; 1: above it; 2: above the 95 % band."""
    session = sessions_before(path, look)
    last = max((day for day in path.dosed_on if day < look.on), default=None)
    if last is None or not 3 <= days_between(last, look.on) <= 28 or session > 12:
        return 0
    assert path.baseline is not None
    edges = edges_at(others, path.baseline.total, session, min_patients)
    return 0 if edges is None else sum(look.total > limit for limit in edges)


def off_expected_course(view: View, who: str, people: Others, min_patients: int) -> str | None:
    """“Two looks at least 7 days apart above the 81 % band of the clinic's other patients (medium: above the 95 % band)”."""
    begun = [course for course in courses_of(view.record) if course.sessions]
    if PHQ9 not in view.record.collected or not begun or begun[0] != view.course:
        return None
    others = {name: one for name, one in people.items() if name != who}

    def judge(path: Trajectory) -> str | None:
        if not has_both(path) or not is_at_caseness(path) or is_daily(path):
            return None
        latest, look = path.follow_ups[-1], look_a_week_before_latest(path)
        if look is None or latest.total < 10 or not is_late_enough(path, look, 14):
            return None
        if is_improved(path, latest):
            return None
        passed = min(n_bands_passed(path, one, others, min_patients) for one in (latest, look))
        return (None, "watch", "medium")[passed]

    return efficacy(judge, view, PHQ9)
