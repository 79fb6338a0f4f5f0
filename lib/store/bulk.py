"""Whole histories at once, whole numbers first: unsorted, unknown as NONE."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, case, func, or_, select

from lib.clinical.courses import COUNTING_STATUSES
from lib.clinical.findings import SESSION_NUMBERS
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import BY_CODE
from lib.clinical.segments import NONE, Ints
from lib.store.derived_tables import flag_event
from lib.store.records import of_patients
from lib.store.tables import RECORDS


def known(column: ColumnElement[int], name: str) -> ColumnElement[int]:
    """A whole number that is NONE where it is not recorded."""
    return func.coalesce(column, NONE).label(name)


def read_rows(connection: Connection, query: Select) -> pd.DataFrame:
    """Rows with words among them, columns by name; through the driver's cursor too."""
    result = connection.execute(query)
    names = list(result.keys())
    rows = result.cursor.fetchall() if result.cursor else []
    result.close()
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pd.DataFrame({name: list(column) for name, column in zip(names, columns, strict=True)})


def read_numbers(connection: Connection, query: Select, dtype: type) -> pd.DataFrame:
    """Rows of numbers only. The driver's own rows go to one array: SQLAlchemy's row objects cost seven times the reading."""
    result = connection.execute(query)
    names = list(result.keys())
    rows = result.cursor.fetchall() if result.cursor else []
    result.close()
    numbers: NDArray = np.array(rows, dtype=dtype).reshape(len(rows), len(names))
    return pd.DataFrame(dict(zip(names, numbers.T.copy(), strict=True)))


def read_form_versions(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """PHQ-9 and GAD-7, every version, withdrawn ones too: id, patient, instrument (code), day, second, recorded_at, item_1 …
    item_9, total, is_current."""
    table = RECORDS["assessments"]
    code = case({one.name: one.code for one in BY_CODE}, value=table.c.instrument).label("instrument")
    query = select(
        table.c.id,
        table.c.patient_key.label("patient"),
        code,
        table.c.assessed_at_day.label("day"),
        known(table.c.assessed_at_second, "second"),
        table.c.recorded_at,
        *(known(table.c[name], name) for name in ITEM_COLUMNS),
        known(table.c.total, "total"),
        table.c.is_current,
    ).where(table.c.instrument.in_([one.name for one in BY_CODE]))
    return chosen(read_numbers(connection, of_patients(query, table, patients), np.int64), patients)


def chosen(rows: pd.DataFrame, patients: Iterable[int] | None) -> pd.DataFrame:
    """Only the rows of these patients (of_patients leaves long lists to memory)."""
    return rows if patients is None else rows[rows["patient"].isin(list(patients))].reset_index(drop=True)


def read_counting_sessions(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Dosing sessions that count: id, patient, day, second, and findings.SESSION_NUMBERS (NaN: not recorded)."""
    table = RECORDS["dosing_sessions"]
    has_contact = case((table.c.telehealth_contact.is_not(None), 1)).label("has_contact")
    query = select(
        table.c.id,
        table.c.patient_key.label("patient"),
        table.c.started_at_day.label("day"),
        known(table.c.started_at_second, "second"),
        *(has_contact if name == "has_contact" else table.c[name] for name in SESSION_NUMBERS),
    ).where(
        table.c.is_current == 1,
        table.c.dose_mg > 0,
        or_(table.c.status.is_(None), table.c.status.in_(COUNTING_STATUSES)),
    )
    rows = read_numbers(connection, of_patients(query, table, patients), float)
    whole = dict.fromkeys(("id", "patient", "day", "second"), "int64")
    return chosen(rows.astype(whole), patients)


def read_given_courses(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Rows of courses.csv in force: patient, started_on, ended_on."""
    table = RECORDS["courses"]
    query = select(
        table.c.patient_key.label("patient"), table.c.started_on, known(table.c.ended_on, "ended_on")
    ).where(table.c.is_current == 1)
    return chosen(read_numbers(connection, of_patients(query, table, patients), np.int64), patients)


def read_ends(connection: Connection, patients: Iterable[int] | None, size: int) -> Ints:
    """By patient key: the first of ended_on and died_on of patients.csv, or NONE."""
    table = RECORDS["patients"]
    query = select(
        table.c.patient_key.label("patient"),
        known(table.c.ended_on, "ended_on"),
        known(table.c.died_on, "died_on"),
    ).where(table.c.is_current == 1)
    rows = read_numbers(connection, of_patients(query, table, patients), np.int64)
    both = rows[["ended_on", "died_on"]].to_numpy()
    first = np.where(
        (both == NONE).any(axis=1), both.max(axis=1, initial=NONE), both.min(axis=1, initial=2**31)
    )
    ends = np.full(size, NONE)
    ends[rows["patient"]] = first
    return ends


def read_closings(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Closings of item-9 flags, the oldest first: patient, on_day, covers_assessment_id, covers_held_row_id."""
    names: Sequence[str] = ("on_day", "covers_assessment_id", "covers_held_row_id")
    query = select(flag_event.c.patient_key.label("patient"), *(flag_event.c[name] for name in names))
    query = query.where(flag_event.c.rule == "suicidality_item_9", flag_event.c.event == "closed")
    query = of_patients(query.order_by(flag_event.c.id), flag_event, patients)
    return chosen(read_numbers(connection, query, np.int64), patients)
