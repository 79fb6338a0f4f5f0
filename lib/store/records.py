"""Saving versions of records, reading those in force, and knowing who is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, func, insert, select, update

from lib.store.review_tables import patient_merge
from lib.store.tables import RECORDS, clinic, patient_identity

# Above this many patients it is faster to read a table whole and choose in memory.
MAX_LISTED_PATIENTS = 2_000
ROWS_A_BATCH = 20_000


@dataclass(frozen=True)
class Saved:
    """What saving changed: counts, the lines that became a new version of a stored record, the patients touched.

    n_behind: versions recorded earlier than the one in force, kept behind it.
    """

    n_new: int
    n_unchanged: int
    n_behind: int
    changed_lines: tuple[int, ...]
    patients: frozenset[int]


def read_columns(connection: Connection, query: Select) -> dict[str, list]:
    """The rows of a query, columns by name, as the driver gives them: SQLAlchemy's row objects cost more than the reading."""
    result = connection.execute(query)
    names = list(result.keys())
    rows = result.cursor.fetchall() if result.cursor else []
    result.close()
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return {name: list(column) for name, column in zip(names, columns, strict=True)}


def read_frame(connection: Connection, query: Select) -> pd.DataFrame:
    """The rows of a query, columns by name, as the driver gives them."""
    return pd.DataFrame(read_columns(connection, query))


def of_patients(query: Select, table: Table, patients: Iterable[int] | None) -> Select:
    """The query for these patients only; for many patients those between the first and the last, of whom the caller chooses in
    memory."""
    return query if patients is None else query.where(is_among(table.c.patient_key, patients))


def is_among(column: ColumnElement[int], patients: Iterable[int]) -> ColumnElement[bool]:
    """Of these keys; of many, between the lowest and the highest: a list of thousands costs more than rows too many."""
    chosen = [int(key) for key in patients]
    if len(chosen) <= MAX_LISTED_PATIENTS:
        return column.in_(chosen)
    return column.between(min(chosen), max(chosen))


def read_clinics(connection: Connection) -> pd.DataFrame:
    """clinic_key, clinic_id, name, time_zone, instruments (separated by ;)."""
    columns = (clinic.c.clinic_id, clinic.c.name, clinic.c.time_zone, clinic.c.instruments)
    return read_frame(connection, select(clinic.c.id.label("clinic_key"), *columns).order_by(clinic.c.id))


def read_patients(
    connection: Connection, patients: Iterable[int] | None = None, *, with_merged: bool = False
) -> pd.DataFrame:
    """Everyone who is known (of these keys): patient_key, patient_id, clinic_key, clinic_id. with_merged: identities too that
    have been merged into another one, and are no patients of their own."""
    columns = (patient_identity.c.patient_id, patient_identity.c.clinic_key, clinic.c.clinic_id)
    query = select(patient_identity.c.id.label("patient_key"), *columns).join(clinic)
    if not with_merged:
        merged = select(patient_merge.c.from_key).where(patient_merge.c.unmerged_at.is_(None))
        query = query.where(patient_identity.c.id.not_in(merged))
    if chosen := [] if patients is None else list(patients):
        query = query.where(is_among(patient_identity.c.id, chosen))
    return read_frame(connection, query).astype({"patient_key": "int64", "clinic_key": "int64"})


def save_records(connection: Connection, kind: str, accepted: pd.DataFrame, import_key: int) -> Saved:
    """Save rows as records: a new key is a new record, a known key with other values a new version, the same values nothing.

    accepted: columns of lib.intake's accepted rows, recorded_at filled, and is_dated (the file said when it was recorded). A
    version recorded earlier than the one in force is kept behind it.
    """
    table = RECORDS[kind]
    stored = _read_versions(connection, table, set(accepted["patient_key"]))
    rows = accepted.merge(
        stored[stored["is_current"] == 1],
        on=["patient_key", "key_hash"],
        how="left",
        suffixes=("", "_stored"),
    )
    is_known = rows["id"].notna()
    is_equal = rows["value_hash"] == rows["value_hash_stored"]
    # Said again later, and dated: noted, so that a version from between, arriving after both, does not outrank it.
    is_said_again = is_equal & rows["is_dated"] & (rows["recorded_at"] > rows["recorded_at_stored"])
    _note_said_again(connection, table, rows[is_said_again])
    is_same = is_equal | _is_stored_before(rows, stored)
    is_older = is_known & (rows["recorded_at"] < rows["recorded_at_stored"])
    # Assigned before choosing: a frame without rows would grow by a column that has some.
    fresh = rows.assign(is_current=(~is_older).astype(int), import_key=import_key)[~is_same]
    is_new_version = is_known & ~is_same & ~is_older
    replaced = rows.loc[is_new_version, "id"].astype(int)
    if len(replaced):
        _set_behind(connection, table, replaced.tolist())
    _insert(connection, table, fresh)
    return Saved(
        n_new=int((~is_known).sum()),
        n_unchanged=int(is_same.sum()),
        n_behind=int((is_older & ~is_same).sum()),
        changed_lines=tuple(int(line) for line in rows.loc[is_new_version, "line"]),
        patients=frozenset(int(key) for key in fresh["patient_key"]),
    )


def _read_versions(connection: Connection, table: Table, patients: set[int]) -> pd.DataFrame:
    names = ("id", "patient_key", "key_hash", "value_hash", "is_current")
    first_said_at = table.c.recorded_at.label("first_said_at")
    query = select(
        *(table.c[name] for name in names), first_said_at, last_said_at(table).label("recorded_at")
    )
    query = query.where(table.c.withdrawn_at.is_(None))
    return read_frame(connection, of_patients(query, table, patients)).astype("int64")


def last_said_at(table: Table) -> ColumnElement[int]:
    """When what a version says was last said."""
    return func.coalesce(table.c.said_again_at, table.c.recorded_at)


def _note_said_again(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    said = [
        {"version": int(key), "at": int(at)} for key, at in zip(rows["id"], rows["recorded_at"], strict=True)
    ]
    if said:
        noted = update(table).where(table.c.id == bindparam("version")).values(said_again_at=bindparam("at"))
        connection.execute(noted, said)


def _is_stored_before(rows: pd.DataFrame, stored: pd.DataFrame) -> "pd.Series[bool]":
    """Rows that stand among the versions already, recorded at the same moment: when they were first said, or last."""
    stored = pd.concat([stored, stored.assign(recorded_at=stored["first_said_at"])])
    version = ["patient_key", "key_hash", "value_hash", "recorded_at"]
    found = rows[version].merge(stored[version].drop_duplicates(), on=version, how="left", indicator=True)
    return pd.Series((found["_merge"] == "both").to_numpy(), index=rows.index)


def _set_behind(connection: Connection, table: Table, ids: list[int]) -> None:
    for start in range(0, len(ids), ROWS_A_BATCH):
        chosen = ids[start : start + ROWS_A_BATCH]
        connection.execute(update(table).where(table.c.id.in_(chosen)).values(is_current=0))


def _insert(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    own = [column.name for column in table.columns if column.name in rows.columns and column.name != "id"]
    # A column that no row says anything in takes half of the time of one that does.
    names = [name for name in own if rows[name].notna().any()]
    plain = [rows[name].astype(object).where(rows[name].notna(), None).tolist() for name in names]
    records = list(zip(*plain, strict=True))
    statement = insert(table).values(dict.fromkeys(names))
    sql = str(statement.compile(dialect=connection.dialect))
    for start in range(0, len(records), ROWS_A_BATCH):
        batch = records[start : start + ROWS_A_BATCH]
        if connection.dialect.positional:
            connection.exec_driver_sql(sql, batch)
        else:
            connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in batch])


def read_record_table(
    connection: Connection, kind: str, patients: Iterable[int] | None, columns: Sequence[str] = ()
) -> pd.DataFrame:
    """Records in force of a kind: id, patient_key, clinic_key, recorded_at, line, then its columns (or these)."""
    return read_frame(connection, of_patients(_in_force(kind, tuple(columns)), RECORDS[kind], patients))


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
