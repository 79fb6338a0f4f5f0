"""What the measures of whole clinics are asked of, in bulk and light: encounters, PHQ-9 forms, diagnoses and people."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import PHQ9
from lib.clinical.segments import NONE
from lib.store.bulk import counts, known, read_numbers
from lib.store.merges import read_remaining
from lib.store.records import read_columns, read_frame, read_patients
from lib.store.tables import RECORDS, patient_identity

_DATES = ("birth_date", "birth_year", "ended_on", "died_on", "hospice_on")


def read_encounter_days(
    connection: Connection, clinics: Sequence[int] | None, until: int, failed: Iterable[str]
) -> pd.DataFrame:
    """patient, day, to a day: of dosing sessions that count, and of contacts whose outcome is none of `failed` (lower case)."""
    sessions, contacts = RECORDS["dosing_sessions"], RECORDS["contacts"]
    outcome = func.lower(func.trim(func.coalesce(contacts.c.outcome, "")))

    def days(table: Table, day: str, *conditions: ColumnElement[bool]) -> Select:
        query = select(table.c.patient_key.label("patient"), table.c[day].label("day"))
        return query.where(*_of_clinics(table, clinics), table.c[day] <= until, *conditions)

    both = (
        days(sessions, "started_at_day", *counts(sessions)),
        days(contacts, "at_day", outcome.not_in(list(failed))),
    )
    return pd.concat([read_numbers(connection, query, np.int64) for query in both], ignore_index=True)


def read_phq9_forms(
    connection: Connection, clinics: Sequence[int] | None, first: int, last: int
) -> pd.DataFrame:
    """PHQ-9 in force from a day to a day: patient, day, second, item_1 … item_9, total (NONE: not recorded)."""
    table = RECORDS["assessments"]
    query = select(
        table.c.patient_key.label("patient"),
        table.c.assessed_at_day.label("day"),
        known(table.c.assessed_at_second, "second"),
        *(known(table.c[name], name) for name in ITEM_COLUMNS),
        known(table.c.total, "total"),
    ).where(
        *_of_clinics(table, clinics),
        table.c.instrument == PHQ9.name,
        table.c.assessed_at_day.between(first, last),
    )
    return read_numbers(connection, query, np.int64)


def read_diagnoses(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """patient, code, onset_on, resolved_on (NONE: not recorded)."""
    table = RECORDS["diagnoses"]
    days = (known(table.c.onset_on, "onset_on"), known(table.c.resolved_on, "resolved_on"))
    query = select(table.c.patient_key.label("patient"), table.c.code, *days)
    rows = read_frame(connection, query.where(*_of_clinics(table, clinics)))
    return rows.astype({"patient": "int64", "onset_on": "int64", "resolved_on": "int64"})


def read_life_dates(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Everybody in these clinics: patient, birth_date, birth_year, ended_on, died_on, hospice_on (NONE: not recorded). Of
    identities that are one patient: what the remaining one says, and where it says nothing, what another says."""
    people = read_patients(connection)
    if clinics is not None:
        people = people[people["clinic_key"].isin(clinics)]
    table = RECORDS["patients"]
    columns = (table.c.patient_key.label("patient"), *(table.c[name] for name in _DATES))
    said = pd.DataFrame(read_columns(connection, select(*columns).where(table.c.is_current == 1)))
    remaining = read_remaining(connection)
    said = said.assign(is_gone=said["patient"].isin(remaining), patient=said["patient"].replace(remaining))
    one = said.sort_values("is_gone", kind="stable").groupby("patient")[list(_DATES)].first()
    found = one.reindex(people["patient_key"]).fillna(NONE).astype("int64")
    return found.rename_axis("patient").reset_index()


def _of_clinics(table: Table, clinics: Sequence[int] | None) -> list[ColumnElement[bool]]:
    """In force, and of a patient of these clinics (None: of all)."""
    if clinics is None:
        return [table.c.is_current == 1]
    own = select(patient_identity.c.id).where(patient_identity.c.clinic_key.in_(clinics))
    return [table.c.is_current == 1, table.c.patient_key.in_(own)]
