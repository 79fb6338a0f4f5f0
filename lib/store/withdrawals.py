"""Taking records back: voiding one, undoing an import. Nothing is deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, func, literal_column, select, update

from lib.store.engine import seeing_every_clinic
from lib.store.expressions import is_one_of
from lib.store.records import last_said_at
from lib.store.tables import RECORDS


@dataclass(frozen=True)
class Withdrawal:
    """Who takes something back, when (UTC epoch seconds) and why."""

    at: int
    by: str
    why: str


def withdraw_import(
    connection: Connection, kind: str, import_key: int, withdrawal: Withdrawal
) -> frozenset[int]:
    """Take back what an import brought; versions that it had replaced are in force again. Returns the patients touched."""
    table = RECORDS[kind]
    of_import = and_(table.c.import_key == import_key, table.c.withdrawn_at.is_(None))
    return _withdraw(connection, table, of_import, withdrawal)


def touches_others(connection: Connection, kind: str, import_key: int, clinics: Sequence[int]) -> bool:
    """Whether an import brought records to any clinic but these."""
    table = RECORDS[kind]
    of_others = and_(table.c.import_key == import_key, table.c.clinic_key.not_in(clinics))
    with seeing_every_clinic(connection):
        return connection.execute(select(table.c.id).where(of_others).limit(1)).first() is not None


def find_clinic(connection: Connection, kind: str, record: int) -> int | None:
    """The clinic of a version that is not withdrawn; None where there is none."""
    table = RECORDS.get(kind)
    if table is None:
        return None
    query = select(table.c.clinic_key).where(table.c.id == record, table.c.withdrawn_at.is_(None))
    return connection.execute(query).scalar()


def void_record(connection: Connection, kind: str, record: int, withdrawal: Withdrawal) -> frozenset[int]:
    """Take a record back with all its versions; they stay in the store. record: the id of any version."""
    table = RECORDS[kind]
    one = select(table.c.patient_key, table.c.key_hash).where(table.c.id == record).subquery()
    same = and_(
        table.c.patient_key == select(one.c.patient_key).scalar_subquery(),
        table.c.key_hash == select(one.c.key_hash).scalar_subquery(),
        table.c.withdrawn_at.is_(None),
    )
    return _withdraw(connection, table, same, withdrawal)


def withdraw_patient(connection: Connection, patient_key: int, withdrawal: Withdrawal) -> int:
    """Take back every record of a patient; how many versions. They stay in the store, as every withdrawn record does."""
    n_versions = 0
    for table in RECORDS.values():
        values = {
            "withdrawn_at": withdrawal.at,
            "withdrawn_by": withdrawal.by,
            "withdrawn_why": withdrawal.why,
        }
        own = (table.c.patient_key == patient_key, table.c.withdrawn_at.is_(None))
        n_versions += connection.execute(update(table).where(*own).values(**values, is_current=0)).rowcount
    return n_versions


def _withdraw(
    connection: Connection, table: Table, which: ColumnElement[bool], withdrawal: Withdrawal
) -> frozenset[int]:
    rows = connection.execute(select(table.c.patient_key, table.c.key_hash).where(which)).fetchall()
    values = {"withdrawn_at": withdrawal.at, "withdrawn_by": withdrawal.by, "withdrawn_why": withdrawal.why}
    connection.execute(update(table).where(which).values(values))
    put_last_in_force(connection, table, {row.key_hash for row in rows})
    return frozenset(row.patient_key for row in rows)


def put_last_in_force(connection: Connection, table: Table, key_hashes: Iterable[int]) -> None:
    """Of each of these records the last recorded version that is not withdrawn."""
    touched = is_one_of(table.c.key_hash, sorted(set(key_hashes)))
    order = func.row_number().over(
        partition_by=(table.c.patient_key, table.c.key_hash),
        order_by=(last_said_at(table).desc(), table.c.id.desc()),
    )
    ranked = select(table.c.id, order.label("place")).where(touched, table.c.withdrawn_at.is_(None))
    last = select(ranked.subquery().c.id).where(literal_column("place") == 1)
    connection.execute(update(table).where(touched).values(is_current=0))
    connection.execute(update(table).where(touched, table.c.id.in_(last)).values(is_current=1))
