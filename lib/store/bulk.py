"""Whole histories at once, whole numbers first: unsorted, unknown as NONE."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, case, func, or_, select
from sqlalchemy.exc import DataError

from lib.clinical.courses import COUNTING_STATUSES
from lib.clinical.findings import SESSION_NUMBERS
from lib.clinical.frames import ITEM_COLUMNS
from lib.clinical.held_columns import frame_of, in_order
from lib.clinical.instruments import BY_CODE
from lib.clinical.segments import NONE
from lib.store._postgresql_copy import copy_numbers
from lib.store.asked import Asked, asked, chosen, of_patients
from lib.store.records import read_frame
from lib.store.tables import RECORDS

_ROWS_A_BLOCK = 50_000


def known(column: ColumnElement[int], name: str) -> ColumnElement[int]:
    """A whole number that is NONE where it is not recorded."""
    return func.coalesce(column, NONE).label(name)


def moment_of(table: Table, event: str) -> tuple[ColumnElement[int], ...]:
    """Whose a record is and when it happened: patient, day, second (NONE: time unknown). event: its moment's column."""
    second = known(table.c[f"{event}_second"], "second")
    return table.c.patient_key.label("patient"), table.c[f"{event}_day"].label("day"), second


def instrument_code(table: Table) -> ColumnElement[int]:
    """The code of a form's instrument, under the name `instrument`; null of another than PHQ-9 and GAD-7."""
    return case({one.name: one.code for one in BY_CODE}, value=table.c.instrument).label("instrument")


def read_numbers(
    connection: Connection, query: Select | Asked, dtype: type, whole: Collection[str] = ()
) -> pd.DataFrame:
    """Rows of numbers only; whole: columns of whole numbers, never missing. The driver's own rows go to arrays: SQLAlchemy's
    row objects cost seven times the reading. Raises TypeError where a whole number is not recorded."""
    one = asked(query)
    if connection.dialect.name == "postgresql":
        return _type(copy_numbers(connection, one, dtype), whole)
    names = [column.name for column in one.query.selected_columns]
    rows = _read_rows(connection, one, dtype) if dtype is float else _read_text(connection, one, len(names))
    if not len(rows):
        return frame_of(_without_rows(tuple(names), dtype, frozenset(whole)))
    columns = np.asfortranarray(rows)
    if not whole:
        return pd.DataFrame(columns, columns=names, copy=False)
    return _type(dict(zip(names, columns.T, strict=True)), whole)


def _read_rows(connection: Connection, one: Asked, dtype: type) -> NDArray:
    """A block at a time: a row of Python's numbers takes four times an array's memory."""
    blocks: list[NDArray] = []
    result = one.ask(connection)
    while result.cursor and (rows := result.cursor.fetchmany(_ROWS_A_BLOCK)):
        blocks.append(np.array(rows, dtype=dtype))
    result.close()
    return np.concatenate(blocks) if blocks else np.empty(0, dtype)


def _read_text(connection: Connection, one: Asked, n_columns: int) -> NDArray:
    """Whole numbers, as one text that SQLite makes: of a million forms that takes 1.3 s, a text a row 2.4, numbers a row 4.4."""
    try:
        _, [(n_rows, text)] = replace(one, query=_as_text(one.query)).read(connection)
    except DataError:
        # A text may have a billion characters, which are 13 million forms.
        return _read_rows(connection, one, np.int64)
    numbers = np.fromstring(text or "", np.int64, sep=",")
    # concat_ws leaves out what is null.
    if len(numbers) != n_rows * n_columns:
        raise TypeError("A number is not recorded where one has to be.")
    return numbers.reshape(n_rows, n_columns)


@lru_cache(maxsize=512)
def _as_text(query: Select) -> Select:
    rows = query.subquery()
    return select(func.count(), func.group_concat(func.concat_ws(",", *rows.c))).select_from(rows)


@lru_cache(maxsize=256)
def _without_rows(names: tuple[str, ...], dtype: type, whole: frozenset[str]) -> Mapping[str, NDArray]:
    """Of most patients there is nothing of most kinds."""
    return {name: np.empty(0, np.int64 if name in whole else dtype) for name in names}


def _type(columns: Mapping[str, NDArray], whole: Collection[str]) -> pd.DataFrame:
    """Before they are a frame: of a few rows, a frame's own change of types costs more than reading them."""
    return frame_of({name: one.astype(np.int64) if name in whole else one for name, one in columns.items()})


def read_form_versions(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """PHQ-9 and GAD-7, every version, withdrawn ones too: id, patient, instrument (code), day, second, recorded_at, item_1 …
    item_9, total, is_current."""
    query = of_patients(_form_versions(), RECORDS["assessments"], patients)
    return chosen(read_numbers(connection, query, np.int64), patients)


@cache
def _form_versions() -> Select:
    """The query; putting one together costs as much as running it."""
    table = RECORDS["assessments"]
    return select(
        table.c.id,
        table.c.patient_key.label("patient"),
        instrument_code(table),
        table.c.assessed_at_day.label("day"),
        known(table.c.assessed_at_second, "second"),
        table.c.recorded_at,
        *(known(table.c[name], name) for name in ITEM_COLUMNS),
        known(table.c.total, "total"),
        table.c.is_current,
    ).where(table.c.instrument.in_([one.name for one in BY_CODE]))


def read_counting_sessions(
    connection: Connection, patients: Iterable[int] | None, expected_ends: Mapping[str, float]
) -> pd.DataFrame:
    """Dosing sessions that count: id, patient, day, second, and findings.SESSION_NUMBERS (NaN: not recorded).

    expected_ends: by protocol the latest end of the effects that it expects, in minutes from the dose."""
    every = _counting_sessions(tuple(expected_ends.items()))
    query = of_patients(every, RECORDS["dosing_sessions"], patients)
    return chosen(read_numbers(connection, query, float, ("id", "patient", "day", "second")), patients)


@cache
def _counting_sessions(expected_ends: tuple[tuple[str, float], ...]) -> Select:
    table = RECORDS["dosing_sessions"]
    derived = {
        "has_contact": case((table.c.telehealth_contact.is_not(None), 1)),
        "expected_end_min": case(
            dict(expected_ends), value=func.lower(func.trim(table.c.protocol)), else_=None
        ),
    }
    return select(
        table.c.id,
        table.c.patient_key.label("patient"),
        table.c.started_at_day.label("day"),
        known(table.c.started_at_second, "second"),
        *(derived[name].label(name) if name in derived else table.c[name] for name in SESSION_NUMBERS),
    ).where(*counts(table))


def counts(table: Table) -> tuple[ColumnElement[bool], ...]:
    """What makes a dosing session count."""
    is_taken = or_(table.c.status.is_(None), table.c.status.in_(COUNTING_STATUSES))
    return table.c.is_current == 1, table.c.dose_mg > 0, is_taken


def has_sessions(connection: Connection, patients: Sequence[int]) -> bool:
    """Whether any of these patients (or, of many, of those between them) has a session that counts."""
    table = RECORDS["dosing_sessions"]
    query = select(table.c.id).where(*counts(table)).limit(1)
    return of_patients(query, table, patients).ask(connection).first() is not None


def read_doses(connection: Connection, until: int, patients: Iterable[int] | None) -> pd.DataFrame:
    """Doses that count, up to a day, the oldest first, an unknown time of day before the others: patient, day, second
    (NONE: time unknown), dose_mg."""
    own = of_patients(_doses(), RECORDS["dosing_sessions"], patients).given(until=until)
    rows = chosen(read_numbers(connection, own, float, ("patient", "day", "second")), patients)
    return in_order(rows, rows["day"].to_numpy(), rows["second"].to_numpy())


@cache
def _doses() -> Select:
    table = RECORDS["dosing_sessions"]
    query = select(*moment_of(table, "started_at"), table.c.dose_mg)
    return query.where(*counts(table), table.c.started_at_day <= bindparam("until"))


def read_observed(
    connection: Connection, kind: str, until: int, patients: Iterable[int] | None
) -> pd.DataFrame:
    """Observations of a kind up to a day, the oldest first: patient_key, day, value (text)."""
    table = RECORDS["observations"]
    query = of_patients(_observed(kind), table, patients).given(until=until)
    rows = read_frame(connection, query)
    return in_order(rows, rows["day"].to_numpy())


@cache
def _observed(kind: str) -> Select:
    of = RECORDS["observations"].c
    query = select(of.patient_key, of.observed_at_day.label("day"), of.value)
    return query.where(of.is_current == 1, of.kind == kind, of.observed_at_day <= bindparam("until"))
