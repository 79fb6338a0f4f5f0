"""The records that the slow twin reads, and what one record says by itself (definitions.md 1-3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from typing import Any, Protocol, TypeVar

from slow_scoring import Scored, band, score

PHQ9, GAD7 = "PHQ-9", "GAD-7"
N_ITEMS = {PHQ9: 9, GAD7: 7}
COUNTING_STATUSES = ("", "taken", "partial")


@dataclass(frozen=True)
class Form:
    """One stored version of one questionnaire."""

    patient_id: str
    instrument: str
    on: date
    at: time | None
    items: tuple[int | None, ...] | None
    total: int | None
    recorded_at: datetime
    line: int
    state: str = "current"


@dataclass(frozen=True)
class Session:
    """One dosing session; a reading that is absent was not recorded."""

    patient_id: str
    on: date
    at: time | None
    dose_mg: float | None
    status: str
    readings: Mapping[str, float]


@dataclass(frozen=True)
class Course:
    """One line of courses.csv."""

    patient_id: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True)
class Closing:
    """An item-9 flag that a named person closed, the forms that this covers, and whether the patient was assessed."""

    patient_id: str
    on: date
    forms: frozenset[Form]
    is_assessed: bool = False


@dataclass(frozen=True)
class Clinic:
    """The records of a clinic, or of one of its patients, and the instruments that it collects."""

    forms: tuple[Form, ...]
    sessions: tuple[Session, ...]
    courses: tuple[Course, ...]
    closings: tuple[Closing, ...]
    collected: frozenset[str]


@dataclass(frozen=True)
class Treatment:
    """A course with its counting sessions, numbered from 1 in the order in which the courses began."""

    number: int
    sessions: tuple[Session, ...]
    ended_on: date | None
    next_day_0: date | None


@dataclass(frozen=True)
class Look:
    """One valid form as the definitions see it."""

    on: date
    total: int
    low: int
    high: int
    is_prorated: bool
    is_item_9_blank: bool


@dataclass(frozen=True)
class Trajectory:
    """One course and instrument: day 0, baseline, follow-ups in order of time, dates of counting sessions."""

    instrument: str
    day_0: date | None
    baseline: Look | None
    follow_ups: tuple[Look, ...]
    dosed_on: tuple[date, ...]


class HasPatient(Protocol):
    @property
    def patient_id(self) -> str: ...


Row = TypeVar("Row", bound=HasPatient)


def days_between(earlier: date, later: date) -> int:
    return (later - earlier).days


def by_id(rows: Iterable[Row]) -> defaultdict[str, tuple[Row, ...]]:
    """The rows of each patient, in the order in which they stand."""
    grouped: defaultdict[str, tuple[Row, ...]] = defaultdict(tuple)
    for row in rows:
        grouped[row.patient_id] += (row,)
    return grouped


def by_patient(clinic: Clinic) -> dict[str, Clinic]:
    """One small clinic for each patient: nothing crosses from one patient to another."""
    forms, sessions = by_id(clinic.forms), by_id(clinic.sessions)
    courses, closings = by_id(clinic.courses), by_id(clinic.closings)
    ids = sorted({*forms, *sessions, *courses, *closings})
    return {
        who: Clinic(forms[who], sessions[who], courses[who], closings[who], clinic.collected) for who in ids
    }


def until(clinic: Clinic, as_of: date) -> Clinic:
    """“No record dated after it exists for any definition, row or count”; an end after it is none yet."""
    begun = [course for course in clinic.courses if course.started_on <= as_of]
    return Clinic(
        forms=tuple(form for form in clinic.forms if form.on <= as_of),
        sessions=tuple(session for session in clinic.sessions if session.on <= as_of),
        courses=tuple(
            replace(course, ended_on=None) if course.ended_on and course.ended_on > as_of else course
            for course in begun
        ),
        closings=tuple(closing for closing in clinic.closings if closing.on <= as_of),
        collected=clinic.collected,
    )


def moment(record: Form | Session) -> tuple[date, bool, time]:
    """“An unknown time comes before every known one”."""
    return record.on, record.at is not None, record.at or time.min


def counts(session: Session) -> bool:
    """“A session counts when dose_mg > 0, status is empty, taken or partial, and it is not after as_of”."""
    return session.dose_mg is not None and session.dose_mg > 0 and session.status in COUNTING_STATUSES


def counting_sessions(record: Clinic) -> list[Session]:
    """The sessions that count, in order of time."""
    return sorted((session for session in record.sessions if counts(session)), key=moment)


def has_items(form: Form) -> bool:
    """“If any item is given, the total comes from the items”."""
    return form.items is not None and any(item is not None for item in form.items)


def item_9(form: Form) -> int | None:
    """The answer to item 9 of a stored PHQ-9, whatever else became of the form."""
    return form.items[8] if form.instrument == PHQ9 and form.items is not None else None


def is_item_9_blank(form: Form) -> bool:
    """“Items were given, item 9 is blank”."""
    return form.instrument == PHQ9 and has_items(form) and item_9(form) is None


@cache
def scored(form: Form) -> Scored:
    """“A file's total is used alone only when all items are empty (then it must be a whole number in
    range)”."""
    n_items = N_ITEMS[form.instrument]
    if has_items(form):
        return score(form.items or (), n_items)
    if form.total is None:
        return score([None] * n_items, n_items)
    word = band(form.total, n_items)
    return Scored(form.total, form.total, form.total, False, n_items, None, word)


def is_acceptable(form: Form) -> bool:
    """“With all items given, a different total holds the row”; what cannot be scored is no form either."""
    try:
        result = scored(form)
    except ValueError:
        return False
    is_contradicted = form.total is not None and form.total != result.total
    return not (result.n_missing == 0 and is_contradicted)


def is_in_force(form: Form) -> bool:
    """The current version, and not a held or rejected row."""
    return form.state == "current" and form.instrument in N_ITEMS and is_acceptable(form)


def is_valid(form: Form) -> bool:
    """“Valid = has a total”."""
    return is_in_force(form) and scored(form).total is not None


def valid_forms(record: Clinic, instrument: str) -> list[Form]:
    """“Every valid form of patient and instrument not after as_of ... also one that another supersedes”."""
    return [form for form in record.forms if form.instrument == instrument and is_valid(form)]


def look_at(form: Form) -> Look:
    """A valid form's total and bounds; without missing items the bounds are the total."""
    result = scored(form)
    assert result.total is not None and result.low is not None and result.high is not None
    return Look(form.on, result.total, result.low, result.high, result.is_prorated, is_item_9_blank(form))


def sorted_rows(rows: Iterable[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """Rows in the order of these columns, an empty value before every other."""
    return sorted(rows, key=lambda row: [(row[name] is not None, row[name]) for name in columns])
