"""What a cohort asks of the store beside the kept rows of courses; and cohorts as they were saved."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, insert, select, tuple_

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import PHQ9
from lib.store.bulk import known, read_numbers
from lib.store.derived_tables import course_score
from lib.store.engine import seeing_names
from lib.store.imports import OPEN
from lib.store.merges import read_remaining
from lib.store.records import read_frame
from lib.store.research_tables import cohort
from lib.store.tables import RECORDS, held_row, patient_identity

_NO_OBJECTION = ("", "yes")


def read_consents(connection: Connection) -> pd.DataFrame:
    """patient_key, research_consent, research_consent_on (days), as the records in force say it. What an identity that was
    merged says stands under whoever has its rows now: both were said by one person."""
    of = RECORDS["patients"].c
    query = select(of.patient_key, of.research_consent, of.research_consent_on).where(of.is_current == 1)
    rows = read_frame(connection, query)
    return rows.assign(patient_key=rows["patient_key"].replace(read_remaining(connection)))


def read_waiting_objections(connection: Connection) -> frozenset[int]:
    """Of whom a row of patients.csv waits that says something else than yes: a cell of another column held it up, and nobody
    else will hear of the withdrawal in it. A row is of everybody who has its patient_id, in its clinic where it names one."""
    query = select(held_row.c.patient_id, held_row.c.clinic_key, held_row.c.cells)
    of, found = patient_identity.c, set()
    with seeing_names(connection):
        rows = connection.execute(query.where(held_row.c.kind == "patients", held_row.c.state == OPEN)).all()
        objecting = [(patient_id, clinic) for patient_id, clinic, cells in rows if _objects(cells)]
        for patient_id, clinic in objecting:
            query = select(of.id).where(of.patient_id == patient_id)
            found |= set(
                connection.scalars(query if clinic is None else query.where(of.clinic_key == clinic))
            )
    remaining = read_remaining(connection)
    return frozenset(remaining.get(key, key) for key in found)


def _objects(cells: str) -> bool:
    """Whether any cell under the heading says something else than yes."""
    try:
        said = json.loads(cells)
    except ValueError:
        return False  # A file that waits as a whole: its rows are not known.
    named = said.items() if isinstance(said, dict) else ()
    consent = [str(cell) for name, cell in named if _plain(name) == "researchconsent"]
    return any(cell.strip().lower() not in _NO_OBJECTION for cell in consent)


def _plain(heading: str) -> str:
    return "".join(letter for letter in heading.lower() if letter.isalnum())


def read_regimens(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Rows of courses.csv: patient, started_on (days), regimen (None)."""
    of = RECORDS["courses"].c
    query = select(of.patient_key.label("patient"), of.started_on, of.regimen).where(of.is_current == 1)
    return read_frame(connection, query if clinics is None else query.where(of.clinic_key.in_(clinics)))


def read_baseline_items(connection: Connection) -> pd.DataFrame:
    """PHQ-9 in force on days that are somebody's baseline: patient, day, item_1 … item_9, total; NONE where blank."""
    of = RECORDS["assessments"].c
    days = select(course_score.c.patient_key, course_score.c.baseline_on)
    days = days.where(course_score.c.instrument == PHQ9.code)
    query = select(
        of.patient_key.label("patient"),
        of.assessed_at_day.label("day"),
        *(known(of[name], name) for name in ITEM_COLUMNS),
        known(of.total, "total"),
    ).where(
        of.is_current == 1, of.instrument == PHQ9.name, tuple_(of.patient_key, of.assessed_at_day).in_(days)
    )
    return read_numbers(connection, query, np.int64)


def add_cohort(connection: Connection, values: Mapping[str, Any]) -> int:
    """The next version of its name. values: the columns of cohort but its key and version."""
    of_name = select(func.max(cohort.c.version)).where(cohort.c.name == values["name"])
    version = int(connection.execute(of_name).scalar() or 0) + 1
    connection.execute(insert(cohort).values({**values, "version": version}))
    return version


def read_saved_cohorts(connection: Connection) -> list[Mapping[str, Any]]:
    """Every saved cohort, the newest first, without its steps."""
    columns = [column for column in cohort.columns if column.name != "steps"]
    return [dict(row) for row in connection.execute(select(*columns).order_by(cohort.c.id.desc())).mappings()]


def read_saved_cohort(connection: Connection, key: int) -> Mapping[str, Any] | None:
    row = connection.execute(select(cohort).where(cohort.c.id == key)).mappings().first()
    return None if row is None else dict(row)
