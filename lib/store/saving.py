"""Saving rows as versions of records: a new key is a new record, a known one with other values a new version."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, bindparam, insert, select, update

from lib.store._postgresql_copy import copy_in
from lib.store.expressions import is_one_of
from lib.store.records import last_said_at, read_among
from lib.store.tables import RECORDS

# A million forms by statements of one row took 3.9 s of the processor, of 20 to 200 rows 2.9.
_ROWS_A_STATEMENT = 50


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


def save_records(
    connection: Connection, kind: str, accepted: pd.DataFrame, import_key: int, *, is_any_stored: bool = True
) -> Saved:
    """Save rows as records: a new key is a new record, a known key with other values a new version, the same values nothing.

    accepted: columns of lib.intake's accepted rows, recorded_at filled, and is_dated (the file said when it was recorded). A
    version recorded earlier than the one in force is kept behind it. is_any_stored: whether any row may be of a record that is
    stored; nothing is looked up else.
    """
    table = RECORDS[kind]
    stored = _read_versions(
        connection, table, accepted["key_hash"].unique().tolist() if is_any_stored else []
    )
    accepted = accepted.assign(import_key=import_key)
    if stored.empty:
        insert_rows(connection, table, accepted.assign(is_current=1))
        return Saved(len(accepted), 0, 0, (), frozenset(accepted["patient_key"].unique().tolist()))
    return _save_versions(connection, table, accepted, stored)


def _save_versions(
    connection: Connection, table: Table, accepted: pd.DataFrame, stored: pd.DataFrame
) -> Saved:
    """Rows of which some may be of a record that is stored. stored: of _read_versions."""
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
    fresh = rows.assign(is_current=(~is_older).astype(int))[~is_same]
    is_new_version = is_known & ~is_same & ~is_older
    replaced = rows.loc[is_new_version, "id"].astype(int)
    if len(replaced):
        _set_behind(connection, table, replaced.tolist())
    insert_rows(connection, table, fresh)
    return Saved(
        n_new=int((~is_known).sum()),
        n_unchanged=int(is_same.sum()),
        n_behind=int((is_older & ~is_same).sum()),
        changed_lines=tuple(int(line) for line in rows.loc[is_new_version, "line"]),
        patients=frozenset(fresh["patient_key"].unique().tolist()),
    )


def _read_versions(connection: Connection, table: Table, keys: list[int]) -> pd.DataFrame:
    """Every version of the records with these keys (key_hash)."""
    names = ("id", "patient_key", "key_hash", "value_hash", "is_current")
    first_said_at = table.c.recorded_at.label("first_said_at")
    query = select(
        *(table.c[name] for name in names), first_said_at, last_said_at(table).label("recorded_at")
    )
    query = query.where(table.c.withdrawn_at.is_(None))
    return read_among(connection, query, table.c.key_hash, keys).astype("int64")


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
    connection.execute(update(table).where(is_one_of(table.c.id, ids)).values(is_current=0))


def insert_rows(connection: Connection, table: Table, rows: pd.DataFrame, *, with_ids: bool = False) -> None:
    """New rows of a table, which gives them an id where it has one (or the one that they have). rows: its columns by name; others
    are left out. By the driver's own way: SQLAlchemy's parameters by name cost as much as the writing."""
    if rows.empty:
        return
    own = [column.name for column in table.columns if column.name in rows.columns]
    if not with_ids:
        own = [name for name in own if name != "id"]
    # A column that no row says anything in takes as long as one that does.
    names = [name for name in own if rows[name].notna().any()]
    if connection.dialect.name == "postgresql":
        copy_in(connection, table, rows[names])
        return
    cells: list[Any] = [None] * (len(rows) * len(names))
    for place, name in enumerate(names):
        cells[place :: len(names)] = rows[name].to_numpy(object, na_value=None).tolist()
    statement = insert(table).values(dict.fromkeys(names))
    into, _, row = str(statement.compile(dialect=connection.dialect)).partition(" VALUES ")
    size = _ROWS_A_STATEMENT * len(names)
    *blocks, last = (tuple(cells[start : start + size]) for start in range(0, len(cells), size))
    for n_rows, alike in ((_ROWS_A_STATEMENT, blocks), (len(last) // len(names), [last])):
        if alike:
            connection.exec_driver_sql(f"{into} VALUES {', '.join([row] * n_rows)}", alike)
