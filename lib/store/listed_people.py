"""Who stands in a list of patients, in few columns: what everyone is found, filtered and ordered by."""

from collections.abc import Iterable, Sequence
from functools import cache

import pandas as pd
from sqlalchemy import Connection, Select, and_, select

from lib.clinical.instruments import PHQ9
from lib.store.asked import of_clinics
from lib.store.bulk import read_numbers
from lib.store.derived_tables import standing
from lib.store.records import read_among, read_frame
from lib.store.review_tables import patient_merge
from lib.store.tables import RECORDS, clinic, patient_identity


def read_listed_people(
    connection: Connection, clinics: Sequence[int] | None, patients: Iterable[int] | None = None
) -> pd.DataFrame:
    """Everyone of these clinics (of these keys) who was not merged into somebody else: patient_key, patient_id, clinic_key,
    clinic_id, clinician_id, initials."""
    query = of_clinics(_listed_people(), patient_identity, clinics)
    of_key = patient_identity.c.id
    rows = (
        read_frame(connection, query) if patients is None else read_among(connection, query, of_key, patients)
    )
    # Only of nobody pandas would not know that keys are numbers.
    return rows.astype({"patient_key": "int64", "clinic_key": "int64"}) if rows.empty else rows


@cache
def _listed_people() -> Select:
    """The query; putting one together costs as much as running it."""
    said = RECORDS["patients"]
    own = and_(said.c.patient_key == patient_identity.c.id, said.c.is_current == 1)
    merged = select(patient_merge.c.from_key).where(patient_merge.c.unmerged_at.is_(None))
    return (
        select(
            patient_identity.c.id.label("patient_key"),
            patient_identity.c.patient_id,
            patient_identity.c.clinic_key,
            clinic.c.clinic_id,
            said.c.clinician_id,
            said.c.initials,
        )
        .join(clinic, patient_identity.c.clinic_key == clinic.c.id)
        .outerjoin(said, own)
        .where(patient_identity.c.id.not_in(merged))
    )


def read_categories(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """PHQ-9 of the current course as it is kept: patient, category (code), record_day (the last day that it has read)."""
    query = _kept("category", "record_day").where(standing.c.instrument == PHQ9.code)
    return read_numbers(connection, of_clinics(query, standing, clinics), int)


def read_current_courses(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Current courses as they are kept, of each instrument: patient, has_session, last_session_on, ended_on (NONE: not recorded),
    record_day (the last day that it has read)."""
    query = _kept("has_session", "last_session_on", "ended_on", "record_day")
    return read_numbers(connection, of_clinics(query, standing, clinics), int)


def _kept(*names: str) -> Select:
    query = select(standing.c.patient_key.label("patient"), *(standing.c[name] for name in names))
    return query.where(standing.c.is_current_course == 1)
