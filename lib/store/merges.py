"""Identities that are one person: which rows one gave to the other, so that exactly those can go back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, bindparam, func, insert, literal, or_, select, update

from lib.clinical.frames import KINDS, stored_columns
from lib.store.asked import Asked
from lib.store.derived_tables import flag_event
from lib.store.expressions import is_one_of
from lib.store.records import read_frame
from lib.store.review_tables import decision, merged_row, patient_merge, review_event
from lib.store.tables import RECORDS, clinic, held_row, patient_identity
from lib.store.withdrawals import put_last_in_force

# What an identity says of itself stays with it: a nightly export repeats both, and they would replace each other.
GIVEN_KINDS = tuple(name for name in RECORDS if name != "patients")
# Who looked at which page, and what each refresh changed, stays true of the identity that it was about.
_OTHERS = {table.name: table for table in (held_row, flag_event, decision, review_event)}
GIVEN_TABLES = {name: RECORDS[name] for name in GIVEN_KINDS} | _OTHERS


@dataclass(frozen=True)
class Merge:
    """merged_after_event, unmerged_after_event: the last flag event before it (None: it is in force)."""

    key: int
    from_key: int
    into_key: int
    merged_after_event: int
    unmerged_after_event: int | None

    @property
    def is_in_force(self) -> bool:
        return self.unmerged_after_event is None

    def was_in_force(self, event: int) -> bool:
        """When this flag event was written."""
        end = self.unmerged_after_event
        return self.merged_after_event < event and (end is None or event <= end)


def read_merges(connection: Connection) -> tuple[Merge, ...]:
    """Every merge, also those taken back, the oldest first."""
    _, rows = Asked(_merges()).read(connection)
    return tuple(Merge(*row) for row in rows)


@cache
def _merges() -> Select:
    """Asked several times for each page; putting it together costs as much as the answer."""
    names = ("id", "from_key", "into_key", "merged_after_event", "unmerged_after_event")
    return select(*(patient_merge.c[name] for name in names)).order_by(patient_merge.c.id)


def read_remaining(connection: Connection) -> dict[int, int]:
    """By the key of an identity that was merged: whose rows it has now."""
    into = {merge.from_key: merge.into_key for merge in read_merges(connection) if merge.is_in_force}
    return {gone: follow(into, gone) for gone in into}


def follow(into: Mapping[int, int], identity: int) -> int:
    """The end of a chain of identities, each merged into the next."""
    while identity in into:
        identity = into[identity]
    return identity


def describe_merges(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Every merge in these clinics, the newest first: the columns of patient_merge, clinic_id, from_patient_id, into_patient_id,
    n_rows (given so far)."""
    gone, remains = patient_identity.alias("gone"), patient_identity.alias("remains")
    # What is only noted has not moved.
    of_merge = (merged_row.c.merge_key == patient_merge.c.id) & merged_row.c.table.in_(list(GIVEN_TABLES))
    n_rows = select(func.count()).select_from(merged_row).where(of_merge).scalar_subquery()
    names = (gone.c.patient_id.label("from_patient_id"), remains.c.patient_id.label("into_patient_id"))
    query = select(patient_merge, clinic.c.clinic_id, *names, n_rows.label("n_rows"))
    query = query.join(gone, patient_merge.c.from_key == gone.c.id)
    query = query.join(remains, patient_merge.c.into_key == remains.c.id)
    query = query.join(clinic, remains.c.clinic_key == clinic.c.id)
    if clinics is not None:
        query = query.where(remains.c.clinic_key.in_(clinics))
    return read_frame(connection, query.order_by(patient_merge.c.id.desc()))


def add_merge(connection: Connection, from_key: int, into_key: int, said: Mapping[str, Any]) -> Merge:
    """A new merge. said: merged_by, merged_why, merged_at."""
    after = _last_event(connection)
    row = {**said, "from_key": from_key, "into_key": into_key, "merged_after_event": after}
    key = connection.execute(insert(patient_merge).values(row).returning(patient_merge.c.id)).scalar_one()
    return Merge(int(key), from_key, into_key, after, None)


def mark_unmerged(connection: Connection, merge_key: int, said: Mapping[str, Any]) -> None:
    """said: unmerged_by, unmerged_why, unmerged_at."""
    row = {**said, "unmerged_after_event": _last_event(connection)}
    connection.execute(update(patient_merge).where(patient_merge.c.id == merge_key).values(row))


def _last_event(connection: Connection) -> int:
    return int(connection.execute(select(func.max(flag_event.c.id))).scalar() or 0)


def give_rows(connection: Connection, merge: Merge) -> None:
    """All rows of the one identity become the other's, each noted under the merge."""
    for name, table in GIVEN_TABLES.items():
        own = table.c.patient_key == merge.from_key
        noted = select(literal(merge.key), literal(name), table.c.id).where(own)
        connection.execute(insert(merged_row).from_select(["merge_key", "table", "row_id"], noted))
        connection.execute(update(table).where(own).values(patient_key=merge.into_key))


def take_rows_back(connection: Connection, merge: Merge) -> None:
    """The rows noted under the merge, and no others, are the first identity's again."""
    for name, table in GIVEN_TABLES.items():
        given = table.c.id.in_(_noted(merge, name))
        connection.execute(update(table).where(given).values(patient_key=merge.from_key))


def _noted(merge: Merge, table: str) -> Any:
    return select(merged_row.c.row_id).where(merged_row.c.merge_key == merge.key, merged_row.c.table == table)


def note_lines(
    connection: Connection, merges: Sequence[Merge], table_name: str, import_key: int, lines: Iterable[int]
) -> None:
    """Note rows that an import brought, by their lines, under these merges: they name the identity that is gone."""
    table, chosen = GIVEN_TABLES[table_name], sorted(set(lines))
    remaining = merges[-1].into_key
    for merge in merges:
        rows = select(literal(merge.key), literal(table_name), table.c.id).where(
            table.c.import_key == import_key,
            table.c.patient_key == remaining,
            is_one_of(table.c.line, chosen),
            table.c.id.not_in(_noted(merge, table_name)),
        )
        connection.execute(insert(merged_row).from_select(["merge_key", "table", "row_id"], rows))


def note_ids(connection: Connection, merge: Merge, table_name: str, ids: Iterable[int]) -> None:
    """Note rows under the merge that it does not move."""
    rows = [{"merge_key": merge.key, "table": table_name, "row_id": int(key)} for key in ids]
    if rows:
        connection.execute(insert(merged_row), rows)


def read_noted(connection: Connection, merge: Merge, table_name: str) -> list[int]:
    return list(connection.execute(_noted(merge, table_name)).scalars())


def read_origins(connection: Connection, table_name: str) -> dict[int, int]:
    """By row id, of rows that a merge in force has given away: the identity that they were first of."""
    rows = connection.execute(_origins(table_name))
    return {int(row_id): int(from_key) for row_id, from_key in rows}


@cache
def _origins(table_name: str) -> Select:
    first = select(merged_row.c.row_id, func.min(merged_row.c.merge_key).label("merge_key"))
    first = first.join(patient_merge, merged_row.c.merge_key == patient_merge.c.id)
    given = first.where(merged_row.c.table == table_name, patient_merge.c.unmerged_at.is_(None))
    rows = given.group_by(merged_row.c.row_id).subquery()
    columns = (rows.c.row_id, patient_merge.c.from_key)
    return select(*columns).join(patient_merge, rows.c.merge_key == patient_merge.c.id)


def read_given_keys(connection: Connection, kind: str, merge: Merge) -> pd.DataFrame:
    """Rows of a kind noted under the merge: id, key_hash, and what the kind's records are told apart by."""
    table = RECORDS[kind]
    names = [name for column in KINDS[kind].key for name in stored_columns(column)]
    query = select(table.c.id, table.c.key_hash, *(table.c[name] for name in names))
    return read_frame(connection, query.where(table.c.id.in_(_noted(merge, kind))))


def write_keys(connection: Connection, kind: str, rows: pd.DataFrame) -> None:
    """New key hashes of records, with each record's last version in force. rows: id, key_hash (until now), new_key_hash."""
    if rows.empty:
        return
    table = RECORDS[kind]
    changed = update(table).where(table.c.id == bindparam("row")).values(key_hash=bindparam("hash"))
    pairs = zip(rows["id"].tolist(), rows["new_key_hash"].tolist(), strict=True)
    connection.execute(changed, [{"row": key, "hash": new} for key, new in pairs])
    put_last_in_force(connection, table, {*rows["key_hash"].tolist(), *rows["new_key_hash"].tolist()})


def last_change_of(patient_key: Any) -> Any:
    """When a patient was last merged, or a merge taken back, as part of a query; NULL: never."""
    moment = func.max(func.coalesce(patient_merge.c.unmerged_at, patient_merge.c.merged_at))
    touched = or_(patient_merge.c.from_key == patient_key, patient_merge.c.into_key == patient_key)
    return select(moment).where(touched).scalar_subquery()
