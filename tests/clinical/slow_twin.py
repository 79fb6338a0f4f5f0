"""The slow twin of `status`: courses, baseline and rows, one sentence of definitions.md a function."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from slow_categories import category_of, is_confirmed, is_provisional, is_sure_response, reliable_change
from slow_records import (
    N_ITEMS,
    Clinic,
    Form,
    Look,
    Session,
    Trajectory,
    Treatment,
    by_patient,
    counting_sessions,
    days_between,
    look_at,
    moment,
    sorted_rows,
    until,
    valid_forms,
)

COLUMNS = [
    "patient_id",
    "course",
    "instrument",
    "category",
    "reason",
    "is_provisional",
    "baseline_total",
    "baseline_on",
    "is_baseline_stale",
    "latest_total",
    "latest_on",
    "days_since_latest",
    "is_current",
    "change",
    "percent_change",
    "reliable_change",
    "nadir_total",
    "first_response_on",
    "is_response_confirmed",
    "n_assessments",
    "n_dosing_sessions",
    "first_dose_on",
]

NEW_COURSE_AFTER_DAYS = 84
BASELINE_WINDOW_DAYS = 30
BASELINE_FRESH_DAYS = 14
CURRENT_WITHIN_DAYS = 35

LAST_BEFORE_DOSE, FIRST_ASSESSMENT, WORST_IN_30_DAYS = (
    "last_before_dose",
    "first_assessment",
    "worst_in_30_days",
)
BASELINE_RULES = (LAST_BEFORE_DOSE, FIRST_ASSESSMENT, WORST_IN_30_DAYS)


def split_by_gap(sessions: list[Session]) -> list[list[Session]]:
    """“Begins with the first counting session, and anew with one that follows the previous by more than 84
    days”."""
    groups: list[list[Session]] = []
    for session in sessions:
        if not groups or days_between(groups[-1][-1].on, session.on) > NEW_COURSE_AFTER_DAYS:
            groups.append([])
        groups[-1].append(session)
    return groups


def courses_of(record: Clinic) -> list[Treatment]:
    """“courses.csv, where given, says so instead (a session belongs to the last course with started_on on or
    before its date; one before the first opens a course by the 84-day rule; a course without a session is
    kept)”."""
    sessions = counting_sessions(record)
    given = sorted(record.courses, key=lambda course: course.started_on)
    starts = [course.started_on for course in given] + [date.max]
    found: list[tuple[list[Session], date | None]] = [
        (group, None) for group in split_by_gap([s for s in sessions if s.on < starts[0]])
    ]
    for course, next_start in zip(given, starts[1:], strict=True):
        found.append(([s for s in sessions if course.started_on <= s.on < next_start], course.ended_on))
    later_day_0s = [
        min((s.on for group, _ in found[i + 1 :] for s in group), default=None) for i in range(len(found))
    ]
    return [
        Treatment(number, tuple(group), ended_on, next_day_0)
        for number, ((group, ended_on), next_day_0) in enumerate(
            zip(found, later_day_0s, strict=True), start=1
        )
    ]


def current_course(courses: list[Treatment]) -> Treatment | None:
    """“The current course (the last one begun)”; “a course without a counting session ... is not current”."""
    dosed = [course for course in courses if course.sessions]
    return dosed[-1] if dosed else None


def is_before_dose(form: Form, first: Session) -> bool:
    """“On day 0 a form is before the dose when its time is earlier than started_at, and also when either time
    is unknown”; “a form at exactly started_at is after”."""
    if form.on != first.on:
        return form.on < first.on
    return form.at is None or first.at is None or form.at < first.at


def last_of_each_day(forms: list[Form], courses: list[Treatment]) -> list[Form]:
    """“Of valid forms of one patient, instrument and date, the latest time wins, then the later recorded_at,
    then the later line; every course's day 0 has two such parts, before its first dose and after it”."""
    first_doses = {course.sessions[0].on: course.sessions[0] for course in courses if course.sessions}

    def part(form: Form) -> tuple[date, bool]:
        return form.on, form.on in first_doses and not is_before_dose(form, first_doses[form.on])

    ordered = sorted(forms, key=lambda form: (part(form), moment(form), form.recorded_at, form.line))
    return [list(group)[-1] for _, group in groupby(ordered, key=part)]


def choose_baseline(before: list[Look], day_0: date, rule: str) -> Look | None:
    """“The last valid form before the first counting session of the course, dated in [day 0 - 30, day 0]”;
    `worst_in_30_days`: the highest of them, the latest of equals."""
    window = [look for look in before if look.on >= day_0 - timedelta(days=BASELINE_WINDOW_DAYS)]
    if rule == WORST_IN_30_DAYS:
        window.sort(key=lambda look: look.total)
    return window[-1] if window else None


def trajectory_of(record: Clinic, course: Treatment | None, instrument: str, rule: str) -> Trajectory:
    """“Follow-ups = valid forms after that first dose and before the next course's day 0”; `first_assessment`
    “(data without sessions: the first form is the baseline and day 0 its date)”."""
    courses = courses_of(record)
    forms = last_of_each_day(valid_forms(record, instrument), courses)
    looks = [look_at(form) for form in forms]
    if rule == FIRST_ASSESSMENT and current_course(courses) is None and looks:
        return Trajectory(instrument, looks[0].on, looks[0], tuple(looks[1:]), ())
    if course is None or not course.sessions:
        return Trajectory(instrument, None, None, (), ())
    first, end = course.sessions[0], course.next_day_0 or date.max
    before = [look_at(form) for form in forms if is_before_dose(form, first)]
    after = tuple(look_at(form) for form in forms if not is_before_dose(form, first) and form.on < end)
    baseline = choose_baseline(before, first.on, rule)
    return Trajectory(instrument, first.on, baseline, after, tuple(session.on for session in course.sessions))


def change_columns(path: Trajectory) -> dict[str, Any]:
    """“With both, all others”; “with baseline 0, percent_change, first_response_on and is_response_confirmed
    stay empty”."""
    if path.baseline is None or not path.follow_ups:
        return {}
    baseline = path.baseline.total
    change = path.follow_ups[-1].total - baseline
    columns: dict[str, Any] = {"change": change, "reliable_change": reliable_change(path.instrument, change)}
    if baseline == 0:
        return columns
    columns["percent_change"] = 100 * change / baseline
    first = next((look for look in path.follow_ups if is_sure_response(path, look)), None)
    if first is not None:
        columns |= {"first_response_on": first.on, "is_response_confirmed": is_confirmed(path, first)}
    return columns


def baseline_columns(path: Trajectory) -> dict[str, Any]:
    """“With a baseline, its three columns”; “older than 14 days: is_baseline_stale”."""
    if path.baseline is None or path.day_0 is None:
        return {}
    is_stale = days_between(path.baseline.on, path.day_0) > BASELINE_FRESH_DAYS
    return {
        "baseline_total": path.baseline.total,
        "baseline_on": path.baseline.on,
        "is_baseline_stale": is_stale,
    }


def latest_columns(path: Trajectory, as_of: date) -> dict[str, Any]:
    """“With a follow-up, latest_total, latest_on, days_since_latest, is_current, nadir_total”."""
    if not path.follow_ups:
        return {}
    latest = path.follow_ups[-1]
    age = days_between(latest.on, as_of)
    return {
        "latest_total": latest.total,
        "latest_on": latest.on,
        "days_since_latest": age,
        "is_current": age <= CURRENT_WITHIN_DAYS,
        "nadir_total": min(look.total for look in path.follow_ups),
    }


def status_row(
    record: Clinic, patient_id: str, as_of: date, course: Treatment | None, instrument: str, rule: str
) -> dict[str, Any]:
    """“Filled: with no dosing session only counts, category, reason; with one, also course and
    first_dose_on”."""
    path = trajectory_of(record, course, instrument, rule)
    category, reason = category_of(path)
    sessions = course.sessions if course else ()
    filled = {
        "patient_id": patient_id,
        "course": course.number if course else None,
        "instrument": instrument,
        "category": category,
        "reason": reason,
        "is_provisional": is_provisional(path),
        "n_assessments": len(valid_forms(record, instrument)),
        "n_dosing_sessions": len(sessions),
        "first_dose_on": sessions[0].on if sessions else None,
    }
    filled |= baseline_columns(path) | latest_columns(path, as_of) | change_columns(path)
    return {column: filled.get(column) for column in COLUMNS}


def instruments_shown(record: Clinic) -> list[str]:
    """“A row for each patient and instrument with a valid form, and for each instrument that the clinic
    collects of a patient with a counting session”."""
    is_collected = bool(counting_sessions(record))
    return [
        instrument
        for instrument in N_ITEMS
        if valid_forms(record, instrument) or (is_collected and instrument in record.collected)
    ]


def courses_shown(record: Clinic, all_courses: bool, rule: str) -> list[Treatment | None]:
    """“`status` and the queue speak of the current course (the last one begun); earlier ones are kept and
    shown”."""
    courses = courses_of(record)
    current = current_course(courses)
    if not all_courses or not courses or (current is None and rule == FIRST_ASSESSMENT):
        return [current]
    return [*courses]


def status_rows(
    clinic: Clinic, as_of: date, all_courses: bool = False, baseline_rule: str = LAST_BEFORE_DOSE
) -> list[dict[str, Any]]:
    """All columns of `status`, a row a patient, course and instrument."""
    if baseline_rule not in BASELINE_RULES:
        raise ValueError(f"no such baseline rule: {baseline_rule}")
    rows = []
    for patient_id, everything in by_patient(clinic).items():
        record = until(everything, as_of)
        for course in courses_shown(record, all_courses, baseline_rule):
            for instrument in instruments_shown(record):
                rows.append(status_row(record, patient_id, as_of, course, instrument, baseline_rule))
    return sorted_rows(rows, "patient_id", "course", "instrument")
