"""Accounts: who may sign in, with which roles, in which clinics."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lib.store.account_tables import account

Row = Mapping[str, Any]


def read_accounts(connection: Connection) -> list[Row]:
    """Every account, by name; clinics as a list, or None for all of them."""
    return [_read(row) for row in connection.execute(select(account).order_by(account.c.name)).mappings()]


def read_account(connection: Connection, **which: Any) -> Row | None:
    """The account whose columns have these values."""
    query = select(account).where(*(account.c[name] == value for name, value in which.items()))
    row = connection.execute(query).mappings().first()
    return None if row is None else _read(row)


def add_account(connection: Connection, values: Row, clinics: Sequence[str] | None) -> int:
    """Its key. values: the columns of account that are not optional, but the key."""
    row = {**values, "clinics": _write_clinics(clinics)}
    return int(connection.execute(insert(account).values(row).returning(account.c.id)).scalar_one())


def change_account(connection: Connection, key: int, **values: Any) -> None:
    """clinics, where they are among the values, as a list or None."""
    if "clinics" in values:
        values["clinics"] = _write_clinics(values["clinics"])
    connection.execute(update(account).where(account.c.id == key).values(values))


def _read(row: Mapping[Any, Any]) -> Row:
    clinics = None if row["clinics"] is None else json.loads(row["clinics"])
    return {**row, "clinics": clinics}


def _write_clinics(clinics: Sequence[str] | None) -> str | None:
    return None if clinics is None else json.dumps(sorted(clinics))
