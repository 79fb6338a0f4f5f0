"""Dosing sessions of a span and what is read beside them, in bulk."""

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, case, func, select

from lib.clinical.findings import VITAL_SIGNS
from lib.store.bulk import counts, known, moment_of, read_numbers
from lib.store.operations import Days
from lib.store.records import read_frame
from lib.store.tables import RECORDS

_READ = (*VITAL_SIGNS[:6], "dose_mg", "prescribed_mg", "ae_asked", "supervisor_present")


def read_period_sessions(connection: Connection, days: Days) -> pd.DataFrame:
    """Counting sessions between two days: id, patient, day, second (NONE), the six pressures, dose_mg, prescribed_mg, ae_asked,
    supervisor_present, has_contact (1): float, NaN where nothing is recorded."""
    table = RECORDS["dosing_sessions"]
    has_contact = case((table.c.telehealth_contact.is_not(None), 1)).label("has_contact")
    columns = (*(table.c[name] for name in _READ), has_contact)
    query = select(*_moment("dosing_sessions", "started_at"), *columns)
    query = query.where(*counts(table), table.c.started_at_day.between(*days))
    return read_numbers(connection, query, float).astype(_WHOLE)


def read_period_doses(connection: Connection, days: Days) -> pd.DataFrame:
    """Counting sessions between two days: id, patient, day, second, dose_mg, drug ("": not recorded)."""
    table = RECORDS["dosing_sessions"]
    drug = func.coalesce(func.trim(table.c.drug), "").label("drug")
    query = select(*_moment("dosing_sessions", "started_at"), table.c.dose_mg, drug)
    query = query.where(*counts(table), table.c.started_at_day.between(*days))
    return read_frame(connection, query).astype({**_WHOLE, "dose_mg": "float64", "drug": "object"})


def read_practice_days(connection: Connection, days: Days) -> pd.DataFrame:
    """Integration practices between two days: patient, day."""
    of = RECORDS["integration_events"].c
    query = select(of.patient_key.label("patient"), of.at_day.label("day"))
    return read_numbers(connection, query.where(of.is_current == 1, of.at_day.between(*days)), np.int64)


def read_event_moments(connection: Connection, days: Days) -> pd.DataFrame:
    """Adverse events that began between two days: id, patient, day, second (NONE)."""
    of = RECORDS["adverse_events"].c
    query = select(*_moment("adverse_events", "started_at"))
    return read_numbers(
        connection, query.where(of.is_current == 1, of.started_at_day.between(*days)), np.int64
    )


def read_prescribers(connection: Connection, until: int) -> pd.DataFrame:
    """Who ordered doses up to a day, the oldest first: patient, day, clinician_id ("": not recorded)."""
    of = RECORDS["dose_orders"].c
    name = func.coalesce(func.trim(of.clinician_id), "").label("clinician_id")
    second = known(of.ordered_at_second, "second")
    query = select(of.patient_key.label("patient"), of.ordered_at_day.label("day"), name)
    query = query.where(of.is_current == 1, of.ordered_at_day <= until)
    rows = read_frame(connection, query.order_by(of.ordered_at_day, second, of.id))
    return rows.astype({"patient": "int64", "day": "int64", "clinician_id": "object"})


def read_clinicians(connection: Connection) -> "pd.Series[str]":
    """By patient key whose patient it is; only where that is recorded."""
    of = RECORDS["patients"].c
    name = func.trim(of.clinician_id).label("clinician_id")
    query = select(of.patient_key, name).where(of.is_current == 1, func.coalesce(name, "") != "")
    return read_frame(connection, query).set_index("patient_key")["clinician_id"].astype("object")


def read_supplies(connection: Connection, until: int) -> pd.DataFrame:
    """What was dispensed up to a day: patient, day, tablets, strength_mg (NaN)."""
    of = RECORDS["dispensing"].c
    query = select(of.patient_key.label("patient"), of.dispensed_on.label("day"), of.tablets, of.strength_mg)
    rows = read_numbers(connection, query.where(of.is_current == 1, of.dispensed_on <= until), float)
    return rows.astype({"patient": "int64", "day": "int64"})


_WHOLE = dict.fromkeys(("id", "patient", "day", "second"), "int64")


def _moment(kind: str, event: str) -> tuple[ColumnElement[int], ...]:
    return RECORDS[kind].c.id, *moment_of(RECORDS[kind], event)
