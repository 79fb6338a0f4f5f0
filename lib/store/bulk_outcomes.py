"""Kept rows of courses, read whole for a clinic's figures."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, insert, select, tuple_

from lib.clinical.outcomes.course_scores import SCORE_COLUMNS
from lib.clinical.outcomes.facts import COURSE_COLUMNS
from lib.store.bulk import counts, moment_of, read_numbers
from lib.store.derived_tables import course_score, list_opening
from lib.store.engine import seeing_names
from lib.store.records import read_frame
from lib.store.tables import RECORDS


def read_course_scores(
    connection: Connection, instruments: Sequence[int], clinics: Sequence[int] | None
) -> pd.DataFrame:
    """patient, instrument, course_row, record_day, COURSE_COLUMNS and SCORE_COLUMNS; clinics: keys, None for all."""
    names = ("instrument", "course_row", "record_day", *COURSE_COLUMNS, *SCORE_COLUMNS)
    query = select(course_score.c.patient_key.label("patient"), *(course_score.c[name] for name in names))
    query = query.where(course_score.c.instrument.in_(instruments))
    return read_numbers(connection, _in(query, course_score.c.clinic_key, clinics), np.int64)


def read_groups(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """What parts patients into groups, by patient key: clinician_id, sex, indication, birth_year, prior_antidepressant_trials."""
    of = RECORDS["patients"].c
    names = ("clinician_id", "sex", "indication", "birth_year", "birth_date", "prior_antidepressant_trials")
    query = select(of.patient_key, *(of[name] for name in names)).where(of.is_current == 1)
    with seeing_names(connection):
        rows = read_frame(connection, _in(query, of.clinic_key, clinics))
    rows = rows.drop_duplicates("patient_key", keep="last").set_index("patient_key")
    born = pd.to_datetime(rows.pop("birth_date").astype("float64"), unit="D").dt.year
    return rows.assign(birth_year=rows["birth_year"].astype("float64").fillna(born))


def read_first_protocols(connection: Connection, clinics: Sequence[int] | None) -> "pd.Series[str]":
    """By patient key and day, of days on which a course began: the protocol that a session of the day says, the first one."""
    of = RECORDS["dosing_sessions"].c
    begun = select(course_score.c.patient_key, course_score.c.day_0)
    query = select(of.patient_key, of.started_at_day, of.protocol).where(
        of.is_current == 1, of.protocol.is_not(None), tuple_(of.patient_key, of.started_at_day).in_(begun)
    )
    rows = read_frame(
        connection, _in(query, of.clinic_key, clinics).order_by(of.started_at_second.nulls_first())
    )
    return rows.drop_duplicates(["patient_key", "started_at_day"]).set_index(
        ["patient_key", "started_at_day"]
    )["protocol"]


def read_dose_sessions(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Counting sessions, float, NaN where not recorded: patient, day, second (NONE), dose_mg, dissociation_0_10, the systolic
    readings, ae_asked."""
    table = RECORDS["dosing_sessions"]
    names = ("dose_mg", "dissociation_0_10", "sbp_pre_mmhg", "sbp_40_mmhg", "sbp_120_mmhg", "ae_asked")
    query = select(*moment_of(table, "started_at"), *(table.c[name] for name in names)).where(*counts(table))
    return read_numbers(connection, _in(query, table.c.clinic_key, clinics), float)


def read_event_moments(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """When adverse events began: patient, day, second (NONE)."""
    table = RECORDS["adverse_events"]
    query = select(*moment_of(table, "started_at")).where(table.c.is_current == 1)
    return read_numbers(connection, _in(query, table.c.clinic_key, clinics), np.int64)


def _in(query: Select, column: ColumnElement[int], clinics: Sequence[int] | None) -> Select:
    return query if clinics is None else query.where(column.in_(clinics))


def add_list_opening(connection: Connection, values: Mapping[str, Any]) -> None:
    """values: the columns of list_opening but its key."""
    connection.execute(insert(list_opening).values(dict(values)))
