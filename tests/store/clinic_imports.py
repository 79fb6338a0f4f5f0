"""A twin's clinic as files, imported into a real store, and what the product then prints."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from clinic_files import ACTOR, printed_rows, to_csv
from generated import generate_clinic
from kernel_run import NO_CARE
from slow_further_rules import further_flag_rows
from slow_records import Clinic, Course, Form, Session
from slow_rules import flag_rows
from slow_twin import COLUMNS, status_rows

from lib.clinical.frames import ITEM_COLUMNS
from lib.services import _clock, caseload, imports
from lib.services.errors import Store

Row = dict[str, str]
FLAG_COLUMNS = ("patient_id", "rule", "severity", "since", "instrument")
FIRST_RECORDED = datetime(2025, 12, 1, 8, tzinfo=UTC)


@cache
def generated(seed: int, n_patients: int = 10) -> Clinic:
    """As generate_clinic, each version recorded at a minute of its own, in the order of the versions."""
    clinic = generate_clinic(seed, n_patients)
    forms = [
        replace(form, recorded_at=FIRST_RECORDED + timedelta(minutes=place), line=place)
        for place, form in enumerate(clinic.forms)
    ]
    return replace(clinic, forms=tuple(forms))


def moment(record: Form | Session) -> str:
    return f"{record.on}T{record.at:%H:%M}" if record.at else str(record.on)


def write_number(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def form_row(form: Form, *, with_recorded_at: bool = True) -> Row:
    answers = dict(zip(ITEM_COLUMNS, map(write_number, form.items or ()), strict=False))
    recorded = {"recorded_at": f"{form.recorded_at:%Y-%m-%dT%H:%M:%SZ}"} if with_recorded_at else {}
    return {
        "patient_id": form.patient_id,
        "instrument": form.instrument,
        "assessed_at": moment(form),
        **answers,
        "total": write_number(form.total),
        **recorded,
    }


def session_row(session: Session) -> Row:
    return {
        "patient_id": session.patient_id,
        "started_at": moment(session),
        "dose_mg": write_number(session.dose_mg),
        "status": session.status,
        **{name: write_number(value) for name, value in session.readings.items()},
    }


def course_row(course: Course) -> Row:
    ended_on = str(course.ended_on or "")
    return {"patient_id": course.patient_id, "started_on": str(course.started_on), "ended_on": ended_on}


def patient_ids(clinic: Clinic) -> list[str]:
    return sorted({record.patient_id for record in (*clinic.forms, *clinic.sessions, *clinic.courses)})


def versions_of(forms: Iterable[Form]) -> list[list[Form]]:
    """The first versions of all forms, then the second ones, and so on."""
    files: list[list[Form]] = []
    n_seen: dict[tuple, int] = {}
    for form in forms:
        key = (form.patient_id, form.instrument, form.on, form.at)
        n_seen[key] = place = n_seen.get(key, -1) + 1
        files += [[]] if place == len(files) else []
        files[place].append(form)
    return files


def files_of(clinic: Clinic) -> list[tuple[str, list[Row]]]:
    """Names and rows: patients, courses, dosing sessions, and assessments, one file for each version of a form."""
    kinds = [
        ("patients.csv", [{"patient_id": patient} for patient in patient_ids(clinic)]),
        ("courses.csv", [course_row(course) for course in clinic.courses]),
        ("dosing_sessions.csv", [session_row(session) for session in clinic.sessions]),
    ]
    versions = enumerate(versions_of(clinic.forms), start=1)
    kinds += [(f"assessments_{number}.csv", [form_row(form) for form in forms]) for number, forms in versions]
    return [(name, rows) for name, rows in kinds if rows]


def import_rows(store: Store, name: str, rows: Sequence[Mapping[str, str]]) -> imports.Receipt:
    """One file in one import."""
    (receipt,) = imports.import_files(
        ACTOR, store, [(name, to_csv(rows))], are_made_up=True, takes_shrunk=True
    )
    assert receipt.outcome == "accepted", receipt.message
    return receipt


def import_clinic(store: Store, clinic: Clinic) -> None:
    for name, rows in files_of(clinic):
        assert import_rows(store, name, rows).is_complete


def printed_status(store: Store, as_of: date, *, all_courses: bool = False) -> list[Row]:
    return printed_rows(caseload.read_status(ACTOR, store, as_of, all_courses=all_courses))


def printed_flags(store: Store, as_of: date) -> list[Row]:
    return printed_rows(caseload.read_flags(ACTOR, store, as_of))


def printed(store: Store, days: Iterable[date]) -> list[list[Row]]:
    """All that `status`, with and without earlier courses, and `flags` print of these days."""
    found = []
    for day in days:
        found += [printed_status(store, day), printed_status(store, day, all_courses=True)]
        found.append(printed_flags(store, day))
    return found


def in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: sorted(row.items()))


def twin_status(clinic: Clinic, as_of: date, *, all_courses: bool = False) -> list[Row]:
    """The rows of the slow twin as the command line would print them."""
    rows = status_rows(clinic, as_of, all_courses)
    return in_order({name: _write(row[name]) for name in COLUMNS} for row in rows)


def twin_flags(clinic: Clinic, as_of: date) -> list[Row]:
    """Of every rule: generated clinics bring no records of care, and the further rules then speak of totals and sessions."""
    rows = [tuple(row[name] for name in FLAG_COLUMNS) for row in flag_rows(clinic, as_of)]
    rows += further_flag_rows(clinic, NO_CARE, as_of)
    return in_order(dict(zip(FLAG_COLUMNS, map(_write, row), strict=True)) for row in rows)


def _write(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def differences(found: Iterable[Row], expected: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows that only one of the two has."""
    found, expected = list(found), list(expected)
    only = {
        "found": [row for row in found if row not in expected],
        "expected": [row for row in expected if row not in found],
    }
    if not any(only.values()) and len(found) != len(expected):
        only = {"found": found, "expected": expected}
    return {name: rows for name, rows in only.items() if rows}


def assert_same_as_twin(store: Store, clinic: Clinic, as_of: date) -> None:
    """Row for row and column for column."""
    for all_courses in (False, True):
        found = printed_status(store, as_of, all_courses=all_courses)
        other = differences(found, twin_status(clinic, as_of, all_courses=all_courses))
        assert not other, f"status on {as_of}, all_courses={all_courses}: {other}"
    flags = [{name: row[name] for name in FLAG_COLUMNS} for row in printed_flags(store, as_of)]
    other = differences(flags, twin_flags(clinic, as_of))
    assert not other, f"flags on {as_of}: {other}"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock at the edge of the product stands at this moment."""
    real_now = _clock.now
    _clock.now = lambda: moment
    try:
        yield
    finally:
        _clock.now = real_now


def read_csv(data: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
