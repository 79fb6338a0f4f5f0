"""The first load of a kind of record, when nothing is stored that its rows could be of."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select

from lib.store.engine import seeing_every_clinic
from lib.store.tables import RECORDS


def holds_records(connection: Connection, kind: str) -> bool:
    """Whether any record of a kind is stored, of whatever clinic, withdrawn or not."""
    with seeing_every_clinic(connection):
        return connection.execute(select(RECORDS[kind].c.id).limit(1)).first() is not None


@contextmanager
def indexed_afterwards(connection: Connection, kind: str) -> Iterator[None]:
    """A million rows are saved in half of the time when an SQLite table's indexes are built from all of them at the end, in the
    same transaction. A server's table stays as it is: others read there, and would wait."""
    indexes = (
        sorted(RECORDS[kind].indexes, key=lambda index: str(index.name))
        if connection.dialect.name == "sqlite"
        else []
    )
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
