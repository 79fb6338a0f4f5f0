"""The slow twin of `flags`: the first rules (definitions.md 6), and `since` by replaying every day with a
record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count, takewhile
from typing import Any

from slow_categories import NOT_ASSESSABLE, category_of, is_provisional
from slow_efficacy import (
    gad7_non_response,
    non_improver,
    non_improver_unconfirmed,
    non_responder,
    possible_relapse,
    relapse,
    reliable_deterioration,
)
from slow_records import (
    GAD7,
    PHQ9,
    Clinic,
    Form,
    Trajectory,
    Treatment,
    by_patient,
    counting_sessions,
    days_between,
    is_in_force,
    is_item_9_blank,
    item_9,
    moment,
    sorted_rows,
    until,
    valid_forms,
)
from slow_twin import LAST_BEFORE_DOSE, courses_of, current_course, trajectory_of

SEVERITIES = ("info", "watch", "medium", "high", "critical")
IN_TREATMENT_DAYS = 84
DAY_14 = 14
REASSESS_DAYS = 28
SCORE_DUE_DAYS, LATER_SCORE_DUE_DAYS, LATER_AFTER_DAYS = 21, 42, 60


@dataclass(frozen=True)
class View:
    """What one patient's records show on one date."""

    record: Clinic
    as_of: date
    course: Treatment | None
    paths: dict[str, Trajectory]
    baseline_rule: str


Held = dict[tuple[str, str], str]


def view_on(everything: Clinic, as_of: date, baseline_rule: str) -> View:
    """The patient's records to the date, the current course and its two trajectories."""
    record = until(everything, as_of)
    course = current_course(courses_of(record))
    paths = {name: trajectory_of(record, course, name, baseline_rule) for name in (PHQ9, GAD7)}
    return View(record, as_of, course, paths, baseline_rule)


def positive_forms(record: Clinic) -> list[tuple[Form, str]]:
    """“Critical if ≥ 2 or above the previous *answered* item 9, else high at 1 · any item 9 ≥ 1”, over “every
    stored PHQ-9 form and version”; each form with its severity."""
    answered = [(form, value) for form in record.forms if (value := item_9(form)) is not None]
    answered.sort(key=lambda pair: (moment(pair[0]), pair[0].recorded_at, pair[1]))
    found, previous = [], None
    for form, value in answered:
        is_above = previous is not None and value > previous
        if value >= 1:
            found.append((form, "critical" if value >= 2 or is_above else "high"))
        previous = value
    return found


def open_positive_forms(record: Clinic) -> list[tuple[Form, str]]:
    """“Open until a named person closes it, even when a newer form says 0”."""
    covered = {form for closing in record.closings for form in closing.forms}
    return [(form, severity) for form, severity in positive_forms(record) if form not in covered]


def assessed_on(record: Clinic) -> date | None:
    """“The last closing … where its reason is an assessment” (further_rules.md 7)."""
    last = max(enumerate(record.closings), key=lambda pair: (pair[1].on, pair[0]), default=None)
    return last[1].on if last is not None and last[1].is_assessed else None


def adds_to_closing(form: Form, record: Clinic) -> bool:
    """“Its answer is 1 and the answered item 9 before it is not below that”."""
    answered = [(other, value) for other in record.forms if (value := item_9(other)) is not None]
    answered.sort(key=lambda pair: (moment(pair[0]), pair[0].recorded_at, pair[1]))
    place = [other for other, _ in answered].index(form)
    return place > 0 and answered[place][1] == 1 and answered[place - 1][1] >= 1


def is_persisting(view: View) -> bool:
    """“While the assessment is at most 28 days old and every form that is not closed adds to it”."""
    assessed = assessed_on(view.record)
    if assessed is None or days_between(assessed, view.as_of) > REASSESS_DAYS:
        return False
    return all(adds_to_closing(form, view.record) for form, _ in open_positive_forms(view.record))


def suicidality_item_9(view: View) -> str | None:
    """“Severity is the highest among the forms since it was last closed”."""
    if is_persisting(view):
        return None
    severities = [severity for _, severity in open_positive_forms(view.record)]
    return max(severities, key=SEVERITIES.index, default=None)


def item_9_not_answered(view: View) -> str | None:
    """“Items were given, item 9 is blank, in the latest form by assessed_at, its current version, valid or
    not, not a held or rejected row”."""
    forms = [form for form in view.record.forms if form.instrument == PHQ9 and is_in_force(form)]
    latest = max(forms, key=lambda form: (moment(form), form.recorded_at, form.line), default=None)
    return "high" if latest is not None and is_item_9_blank(latest) else None


def readings_of_latest(view: View) -> dict[str, float]:
    """“Latest counting session”."""
    sessions = counting_sessions(view.record)
    return dict(sessions[-1].readings) if sessions else {}


def reaches(readings: dict[str, float], limits: tuple[int, int], *points: str) -> bool:
    """Whether systolic or diastolic is at its limit or above; “missing is 'not recorded', never in range”."""
    return any(
        readings.get(f"{name}_{point}_mmhg", float("-inf")) >= limit
        for name, limit in zip(("sbp", "dbp"), limits, strict=True)
        for point in points
    )


def rises(readings: dict[str, float]) -> dict[str, float]:
    """Readings after the dose, less the one before it, where both were recorded."""
    pairs = {f"{name}_{after}_mmhg": f"{name}_pre_mmhg" for name in ("sbp", "dbp") for after in ("40", "120")}
    return {
        after: readings[after] - readings[pre]
        for after, pre in pairs.items()
        if after in readings and pre in readings
    }


def blood_pressure(view: View) -> str | None:
    """“Before the dose ≥ 140 or ≥ 90: watch; ≥ 160 or ≥ 100: high; after it a rise ≥ 40 systolic or ≥ 25
    diastolic: high; any reading ≥ 180 or ≥ 110: critical”."""
    readings = readings_of_latest(view)
    if reaches(readings, (180, 110), "pre", "40", "120"):
        return "critical"
    if reaches(readings, (160, 100), "pre") or reaches(rises(readings), (40, 25), "40", "120"):
        return "high"
    return "watch" if reaches(readings, (140, 90), "pre") else None


def sedation(view: View) -> str | None:
    """“High at MOAA/S ≤ 3, critical ≤ 1”."""
    depth = readings_of_latest(view).get("sedation_moaas", float("inf"))
    return "critical" if depth <= 1 else "high" if depth <= 3 else None


def is_in_treatment(view: View) -> bool:
    """“The current course has a counting session in the 84 days to as_of and no end date”."""
    if view.course is None or view.course.ended_on is not None:
        return False
    return days_between(view.course.sessions[-1].on, view.as_of) <= IN_TREATMENT_DAYS


def no_recent_score(view: View) -> str | None:
    """“In treatment and more than 21 days (42 once the course is older than 60 days) since the later of last
    valid PHQ-9 and day 0”."""
    return "info" if is_in_treatment(view) and is_score_overdue(view) else None


def is_score_overdue(view: View) -> bool:
    """The limit of `no_recent_score` has been passed."""
    path = view.paths[PHQ9]
    if path.day_0 is None:
        return False
    last = max([path.day_0, *(form.on for form in valid_forms(view.record, PHQ9))])
    is_later = days_between(path.day_0, view.as_of) > LATER_AFTER_DAYS
    limit = LATER_SCORE_DUE_DAYS if is_later else SCORE_DUE_DAYS
    return days_between(last, view.as_of) > limit


def not_assessable(view: View) -> str | None:
    """“PHQ-9, in treatment, day 0 + 14 has passed, category 1 or 7”."""
    return "info" if is_in_treatment(view) and is_still_unknown(view) else None


def is_still_unknown(view: View) -> bool:
    """Day 0 + 14 has passed without a category."""
    path = view.paths[PHQ9]
    if path.day_0 is None:
        return False
    has_passed = view.as_of > path.day_0 + timedelta(days=DAY_14)
    return has_passed and category_of(path)[0] == NOT_ASSESSABLE


# “The day the limit was passed”: whether the patient was in treatment on the days since then is not asked.
LIMIT_PASSED: dict[str, Callable[[View], bool]] = {
    "no_recent_score": is_score_overdue,
    "not_assessable": is_still_unknown,
}


EFFICACY_RULES: dict[str, tuple[Callable[[Trajectory], str | None], ...]] = {
    PHQ9: (
        reliable_deterioration,
        non_improver,
        non_improver_unconfirmed,
        non_responder,
        relapse,
        possible_relapse,
    ),
    GAD7: (reliable_deterioration, gad7_non_response),
}
ITEM_9_RULES: tuple[Callable[[View], str | None], ...] = (suicidality_item_9, item_9_not_answered)
PHQ9_RULES: tuple[Callable[[View], str | None], ...] = (no_recent_score, not_assessable)
SESSION_RULES: tuple[Callable[[View], str | None], ...] = (blood_pressure, sedation)


def is_provisional_improvement(path: Trajectory) -> bool:
    """“A provisional remission, response or partial”."""
    return is_provisional(path) and category_of(path)[0] in ("remission", "response", "partial")


def efficacy(rule: Callable[[Trajectory], str | None], view: View, instrument: str) -> str | None:
    """The rule on the course as it stands. “A provisional remission, response or partial ... clears nothing”: after one, what
    held on the day of the form before it holds still."""
    path = view.paths[instrument]
    severity = rule(path)
    if severity is not None or len(path.follow_ups) < 2 or not is_provisional_improvement(path):
        return severity
    return efficacy(rule, view_on(view.record, path.follow_ups[-2].on, view.baseline_rule), instrument)


def holding(view: View) -> Held:
    """“Instruments that a clinic does not collect give no flags”, but nothing hides an item 9; the severity
    of each rule that holds, by rule and instrument."""
    found = {(rule.__name__, PHQ9): rule(view) for rule in ITEM_9_RULES}
    for session_rule in SESSION_RULES:
        found[session_rule.__name__, ""] = session_rule(view)
    if PHQ9 in view.record.collected:
        for form_rule in PHQ9_RULES:
            found[form_rule.__name__, PHQ9] = form_rule(view)
    for instrument in view.record.collected & set(EFFICACY_RULES):
        for rule in EFFICACY_RULES[instrument]:
            found[rule.__name__, instrument] = efficacy(rule, view, instrument)
    return {key: severity for key, severity in found.items() if severity is not None}


def record_dates(record: Clinic) -> list[date]:
    """Each date on which the patient has a record, the latest first."""
    dates = {form.on for form in record.forms} | {session.on for session in record.sessions}
    dates |= {course.started_on for course in record.courses} | {closing.on for closing in record.closings}
    return sorted(dates, reverse=True)


def days_back(as_of: date) -> Iterator[date]:
    """Every day up to a date, the latest first."""
    return (as_of - timedelta(days=n) for n in count())


def since(
    key: tuple[str, str], record: Clinic, as_of: date, held_on: Callable[[date], Held], baseline_rule: str
) -> date:
    """“Date of the first record from which the rule has held without a break; for item 9, of the first form ≥
    1 since it was last closed; for `no_recent_score` and `not_assessable`, the day the limit was passed”."""
    if key[0] == suicidality_item_9.__name__:
        return min(form.on for form, _ in open_positive_forms(record))
    if key[0] in LIMIT_PASSED:
        passed = LIMIT_PASSED[key[0]]
        return list(takewhile(lambda day: passed(view_on(record, day, baseline_rule)), days_back(as_of)))[-1]
    days = record_dates(record)
    return list(takewhile(lambda day: key in held_on(day), days))[-1]


def flags_of(patient_id: str, everything: Clinic, as_of: date, baseline_rule: str) -> list[dict[str, Any]]:
    """One patient's flags; each date of the replay is worked out once."""

    @cache
    def held_on(day: date) -> Held:
        return holding(view_on(everything, day, baseline_rule))

    record = until(everything, as_of)
    return [
        {
            "patient_id": patient_id,
            "rule": key[0],
            "severity": severity,
            "since": since(key, record, as_of, held_on, baseline_rule),
            "instrument": key[1],
        }
        for key, severity in held_on(as_of).items()
    ]


def flag_rows(clinic: Clinic, as_of: date, baseline_rule: str = LAST_BEFORE_DOSE) -> list[dict[str, Any]]:
    """The columns of `flags` that follow from the definitions alone, a row a patient, rule and instrument."""
    rows = []
    for patient_id, everything in by_patient(clinic).items():
        rows.extend(flags_of(patient_id, everything, as_of, baseline_rule))
    return sorted_rows(rows, "patient_id", "rule", "instrument")
