"""What the Operations page counts, in bulk and of no more days than it is asked about."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, func, literal, select

from lib.clinical.segments import NONE, Ints
from lib.store.asked import chosen, of_patients
from lib.store.bulk import counts, known, read_numbers
from lib.store.derived_tables import flag_event
from lib.store.records import read_frame
from lib.store.tables import RECORDS

# Both days belong to it.
Days = tuple[int, int]


def _said(column: ColumnElement[str]) -> ColumnElement[str]:
    return func.coalesce(func.trim(column), "").label(column.name)


def read_enrolled(connection: Connection, days: Days) -> pd.DataFrame:
    """Who enrolled between two days, as patients.csv says it: patient, enrolled_on, ended_on, died_on (NONE), end_reason ("")."""
    of = RECORDS["patients"].c
    ends = (known(of.ended_on, "ended_on"), known(of.died_on, "died_on"), _said(of.end_reason))
    query = select(of.patient_key.label("patient"), of.enrolled_on, *ends)
    rows = read_frame(connection, query.where(of.is_current == 1, of.enrolled_on.between(*days)))
    whole = dict.fromkeys(("patient", "enrolled_on", "ended_on", "died_on"), "int64")
    return rows.astype({**whole, "end_reason": "object"})


def read_never_enrolled(connection: Connection) -> pd.DataFrame:
    """Patients of whom no day of enrolment is on record: patient."""
    of = RECORDS["patients"].c
    query = select(of.patient_key.label("patient")).where(of.is_current == 1, of.enrolled_on.is_(None))
    return read_numbers(connection, query, np.int64)


def read_course_words(connection: Connection, patients: Iterable[int]) -> pd.DataFrame:
    """Rows of courses.csv: patient, started_on, ended_on (NONE), regimen, end_reason ("": none)."""
    table = RECORDS["courses"]
    of = table.c
    words = (_said(of.regimen), _said(of.end_reason))
    query = select(of.patient_key.label("patient"), of.started_on, known(of.ended_on, "ended_on"), *words)
    rows = read_frame(connection, of_patients(query.where(of.is_current == 1), table, patients))
    whole = dict.fromkeys(("patient", "started_on", "ended_on"), "int64")
    return chosen(rows.astype({**whole, "regimen": "object", "end_reason": "object"}), patients)


def read_dosed(connection: Connection, days: Days) -> list[int]:
    """The keys of patients with a counting session between two days."""
    table = RECORDS["dosing_sessions"]
    query = select(table.c.patient_key.label("patient")).where(
        *counts(table), table.c.started_at_day.between(*days)
    )
    return [int(key) for key in read_numbers(connection, query.distinct(), np.int64)["patient"]]


def read_deaths(connection: Connection, size: int) -> Ints:
    """By patient key died_on, or NONE."""
    of = RECORDS["patients"].c
    query = select(of.patient_key, of.died_on).where(of.is_current == 1, of.died_on.is_not(None))
    rows = read_numbers(connection, query, np.int64)
    rows = rows[rows["patient_key"] < size]
    deaths = np.full(size, NONE)
    deaths[rows["patient_key"]] = rows["died_on"]
    return deaths


def read_contacts(connection: Connection, since: int) -> pd.DataFrame:
    """Contacts from a day on, of contacts.csv and noted on flags: patient, day, second (NONE), kind, outcome ("")."""
    of, event = RECORDS["contacts"].c, flag_event.c
    query = select(
        of.patient_key.label("patient"),
        of.at_day.label("day"),
        known(of.at_second, "second"),
        of.kind,
        _said(of.outcome),
    ).where(of.is_current == 1, of.at_day >= since)
    noted = select(
        event.patient_key.label("patient"),
        event.on_day.label("day"),
        literal(NONE).label("second"),
        literal("noted on a flag").label("kind"),
        event.reason_code.label("outcome"),
    ).where(event.event == "contact", event.on_day >= since, event.patient_key.is_not(None))
    rows = pd.concat([read_frame(connection, one) for one in (query, noted)], ignore_index=True)
    whole = dict.fromkeys(("patient", "day", "second"), "int64")
    return rows.astype({**whole, "kind": "str", "outcome": "str"})
