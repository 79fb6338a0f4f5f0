"""Reading records in force, and knowing who is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from math import nan
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from lib.clinical.held_columns import frame_of, typed
from lib.clinical.lookalikes import fold_alike
from lib.store._postgresql_order import in_order
from lib.store.asked import Asked, asked, chosen, of_clinics, of_keys, of_listed, of_patients
from lib.store.review_tables import patient_merge
from lib.store.tables import RECORDS, clinic, patient_identity

_KEYS = {"patient_key": "int64", "clinic_key": "int64"}


# Texts of more rows than these are packed: a call into Arrow costs what looking at hundreds of them does (lib/__init__.py).
FEW_ROWS = 1_000
_PACKED = pd.StringDtype("pyarrow", na_value=nan)
_TextArray = pd.StringDtype("python").construct_array_type()


def read_columns(connection: Connection, query: Select | Asked) -> dict[str, list]:
    """The rows of a query, columns by name, as the driver gives them: SQLAlchemy's row objects cost more than the reading."""
    one = asked(query)
    if connection.dialect.name == "postgresql" and isinstance(one.query, Select):
        one = replace(one, query=in_order(one.query))
    names, rows = one.read(connection)
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def read_frame(connection: Connection, query: Select | Asked) -> pd.DataFrame:
    """The rows of a query, columns by name, as the driver gives them; the texts of many rows packed."""
    columns = read_columns(connection, query)
    has_rows = any(len(values) for values in columns.values())
    # Of most patients there is nothing of most kinds; making a frame of nothing took as long as one of ten rows.
    return _as_frame(columns) if has_rows else frame_of(_without_rows(tuple(columns)))


@lru_cache(maxsize=256)
def _without_rows(names: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: _type([]) for name in names}


def _as_frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    return frame_of({name: _type(values) for name, values in columns.items()})


def _type(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    found = typed(values)
    is_packed = len(values) > FEW_ROWS and isinstance(found, _TextArray)
    return pd.array(values, dtype=_PACKED) if is_packed else found


def read_clinics(connection: Connection) -> pd.DataFrame:
    """clinic_key, clinic_id, name, time_zone, instruments (separated by ;)."""
    return read_frame(connection, _clinics())


@cache
def _clinics() -> Select:
    columns = (clinic.c.clinic_id, clinic.c.name, clinic.c.time_zone, clinic.c.instruments)
    return select(clinic.c.id.label("clinic_key"), *columns).order_by(clinic.c.id)


def read_time_zones(connection: Connection) -> set[str]:
    """Those of all clinics."""
    return set(read_columns(connection, _clinics())["time_zone"])


def read_patients(
    connection: Connection,
    patients: Iterable[int] | None = None,
    *,
    clinics: Sequence[int] | None = None,
    with_merged: bool = False,
    with_ids: bool = True,
) -> pd.DataFrame:
    """Everyone who is known (of these keys, of these clinics): patient_key, patient_id, clinic_key, clinic_id. with_merged:
    identities too that have been merged into another one, and are no patients of their own. Without ids no patient_id, for who
    may read none."""
    query = of_clinics(_identities(with_ids=with_ids, with_merged=with_merged), patient_identity, clinics)
    keys = None if patients is None else list(patients)
    columns = read_columns(connection, query if keys is None else of_keys(query, patient_identity.c.id, keys))
    # Before they are a frame: of a few rows, a frame's own change of types costs more than reading them.
    rows = _as_frame(columns | {name: np.array(columns[name], np.int64) for name in _KEYS})
    return chosen(rows, keys, "patient_key")


@cache
def _identities(*, with_ids: bool = True, with_merged: bool = True) -> Select:
    ids = (patient_identity.c.patient_id,) if with_ids else ()
    columns = (patient_identity.c.clinic_key, clinic.c.clinic_id)
    query = select(patient_identity.c.id.label("patient_key"), *ids, *columns).join(clinic)
    merged = select(patient_merge.c.from_key).where(patient_merge.c.unmerged_at.is_(None))
    return query if with_merged else query.where(patient_identity.c.id.not_in(merged))


def read_clinic_keys(connection: Connection, patients: Sequence[int] | None) -> dict[int, int]:
    """By patient key the clinic's: of everyone, identities too that were merged into another; of these keys where there are
    any."""
    query = _clinic_keys()
    columns = read_columns(connection, of_keys(query, patient_identity.c.id, patients) if patients else query)
    return dict(zip(columns["id"], columns["clinic_key"], strict=True))


@cache
def _clinic_keys() -> Select:
    return select(patient_identity.c.id, patient_identity.c.clinic_key)


def read_among(
    connection: Connection, query: Select, column: ColumnElement, values: Iterable[int] | Iterable[str]
) -> pd.DataFrame:
    """The rows of a query whose column has one of these values, each looked up by the column's index."""
    wanted = list(dict.fromkeys(values))
    if not wanted:
        # A table whose indexes are not built yet would be read from end to end for nothing.
        return pd.DataFrame({one.name: [] for one in query.selected_columns})
    return read_frame(connection, of_listed(query, column, wanted))


def find_patients(connection: Connection, patient_ids: Iterable[str]) -> pd.DataFrame:
    """Everyone whose id looks like one of these, identities too that were merged into another: columns of read_patients."""
    folded = map(fold_alike, patient_ids)
    rows = read_among(connection, _identities(), patient_identity.c.alike, folded)
    return rows.astype(_KEYS)


def find_born(connection: Connection, days: Iterable[int]) -> pd.DataFrame:
    """Everyone of whom it was ever said that they were born on one of these days: columns of read_patients."""
    table = RECORDS["patients"]
    born = read_among(connection, select(table.c.patient_key), table.c.birth_date, days)["patient_key"]
    return read_among(connection, _identities(), patient_identity.c.id, born.tolist()).astype(_KEYS)


def last_said_at(table: Table) -> ColumnElement[int]:
    """When what a version says was last said."""
    return func.coalesce(table.c.said_again_at, table.c.recorded_at)


def read_record_table(
    connection: Connection, kind: str, patients: Iterable[int] | None, columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Records in force of a kind: id, patient_key, clinic_key, recorded_at, line, then its columns (or these)."""
    return read_frame(connection, of_patients(_in_force(kind, tuple(columns)), RECORDS[kind], patients))


def read_facts(connection: Connection, patients: Iterable[int], columns: Sequence[str]) -> pd.DataFrame:
    """What patients.csv says of these patients, however many and wherever they stand: columns of read_record_table."""
    of_key = RECORDS["patients"].c.patient_key
    return read_among(connection, _in_force("patients", tuple(columns)), of_key, patients)


def read_record_columns(connection: Connection, kind: str, patient_key: int) -> dict[str, list]:
    """The same of one patient, as lists by column: a frame of a few rows costs many times what reading them does."""
    return read_columns(connection, of_patients(_in_force(kind), RECORDS[kind], [patient_key]))


@cache
def _in_force(kind: str, columns: tuple[str, ...] = ()) -> Select:
    """The query; putting one together costs as much as running it."""
    table = RECORDS[kind]
    common = ("id", "patient_key", "clinic_key", "recorded_at", "line")
    own = columns or [
        column.name
        for column in table.columns
        if column.name not in (*common, "import_key", "key_hash", "value_hash", "is_current", "said_again_at")
        and not column.name.startswith("withdrawn_")
    ]
    return select(*(table.c[name] for name in (*common, *own))).where(table.c.is_current == 1)
