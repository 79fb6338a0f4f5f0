"""Records of some patients as lists by column, for files that leave: as much at a time as fits a block."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, case, func, select

from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.instruments import BY_CODE, INSTRUMENTS
from lib.store.arrow_rows import Arrays, fetch_arrays
from lib.store.bulk import instrument_code, known, read_numbers
from lib.store.expressions import is_one_of
from lib.store.records import read_frame
from lib.store.tables import RECORDS

IN_FORCE, SUPERSEDED = "in force", "superseded"


def count_by_patient(connection: Connection, kind: str, state: str = IN_FORCE) -> "pd.Series[int]":
    """Records by patient key. state: in force, or versions that a later one replaced (none that was withdrawn)."""
    table = RECORDS[kind]
    return _count(connection, table, func.count(), *_are(table, state))


def count_items(connection: Connection) -> "pd.Series[int]":
    """By patient key the items of PHQ-9 and GAD-7 forms in force that have any."""
    table = RECORDS["assessments"]
    n_items = case({one.name: one.n_items for one in INSTRUMENTS.values()}, value=table.c.instrument, else_=0)
    return _count(connection, table, func.sum(n_items), table.c.is_current == 1, has_items(table))


def has_items(table: Table) -> ColumnElement[bool]:
    """Whether any item of a form was answered."""
    return func.coalesce(*(table.c[name] for name in ITEM_COLUMNS)).is_not(None)


def fetch_rows(
    connection: Connection,
    kind: str,
    patients: Sequence[int],
    names: Sequence[str],
    state: str = IN_FORCE,
) -> Callable[[], Arrays]:
    """Records of these patients, in no order, as fetch_arrays gives them: id, patient_key, recorded_at and these columns."""
    table = RECORDS[kind]
    columns = {name: table.c[name] for name in ("id", "patient_key", "recorded_at", *names)}
    return fetch_arrays(connection, columns, *_are(table, state), is_one_of(table.c.patient_key, patients))


def find_withdrawn(connection: Connection, kind: str, patients: Sequence[int]) -> set[int]:
    """Records of these patients that were taken back."""
    table = RECORDS[kind]
    query = select(table.c.id).where(
        table.c.withdrawn_at.is_not(None), is_one_of(table.c.patient_key, patients)
    )
    return set(connection.execute(query).scalars())


def read_lists(
    connection: Connection, kind: str, patients: Sequence[int], names: Sequence[str]
) -> dict[str, list]:
    """The same as lists, with None for what is not recorded."""
    rows = fetch_rows(connection, kind, patients, names)()
    return {name: values.to_pylist() for name, values in rows.items()}


def read_forms(connection: Connection, patients: Sequence[int]) -> pd.DataFrame:
    """PHQ-9 and GAD-7 forms in force of these patients, whole numbers, NONE where not recorded: id, patient, instrument (code),
    day, second, item_1 … item_9, difficulty, total."""
    table = RECORDS["assessments"]
    code = instrument_code(table)
    query = select(
        table.c.id,
        table.c.patient_key.label("patient"),
        code,
        table.c.assessed_at_day.label("day"),
        *(
            known(table.c[name], name.removeprefix("assessed_at_"))
            for name in ("assessed_at_second", *ITEM_COLUMNS, "difficulty", "total")
        ),
    ).where(
        table.c.is_current == 1,
        table.c.instrument.in_([one.name for one in BY_CODE]),
        is_one_of(table.c.patient_key, patients),
    )
    return read_numbers(connection, query, np.int64)


def _are(table: Table, state: str) -> tuple[ColumnElement[bool], ...]:
    if state == IN_FORCE:
        return (table.c.is_current == 1,)
    return table.c.is_current == 0, table.c.withdrawn_at.is_(None)


def _count(
    connection: Connection, table: Table, what: ColumnElement[int], *conditions: ColumnElement[bool]
) -> "pd.Series[int]":
    query = select(table.c.patient_key, what.label("n")).where(*conditions).group_by(table.c.patient_key)
    return read_frame(connection, query).astype("int64").set_index("patient_key")["n"]
