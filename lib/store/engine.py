"""Opening a store: the embedded one, SQLite (with or without a key), or a shared one, PostgreSQL."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import date
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from lib.store._failures import BusyError, DamagedError, StoreError, UnwritableError, name_failures
from lib.store._sqlite import look_at, open_sqlite

__all__ = ["BusyError", "DamagedError", "Store", "StoreError", "Transaction", "UnwritableError"]

# What the services hold while they read or write; they hand it on to lib.store.
Transaction = Connection


class Store:
    """A database of records. Every read and every write is one transaction."""

    # Of a store as it was known on a day (lib/store/known.py), that day.
    known_on: date | None = None

    def __init__(self, url: str, key: str | None = None):
        self.url = url if "://" in url else f"sqlite:///{url}"
        self.key = key
        # Anything shorter would be taken for a password, and a weak one.
        if key and not re.fullmatch("[0-9a-fA-F]{64}", key):
            raise StoreError("The key of a store, DATABASE_KEY, is 64 hexadecimal digits.")
        self.engine = _open_engine(self.url, key)
        database = make_url(self.url).database
        self._path = Path(database) if self.is_sqlite and database else None
        name_failures(self.engine)
        # Whose rows may be seen, where the store has a wall of its own; None: nobody asks, the store is looked after.
        self._clinics: str | None = None
        # Whether nothing that names anybody may be read.
        self._is_nameless = False
        # How the files looked when changes were last counted, and how many there were.
        self._counted: tuple[tuple[int, ...], int] = ((), 0)

    def acting_for(self, clinics: frozenset[str] | None, *, is_nameless: bool = False) -> Self:
        """The same store, in which only these clinics' rows are there (None: all of them): a second wall behind the services'
        own. is_nameless: and whatever is only read has no id, name or words of a patient. SQLite has no walls."""
        if self.is_sqlite:
            return self
        walled = copy(self)
        walled._is_nameless = is_nameless
        walled._clinics = "*" if clinics is None else json.dumps(sorted(clinics))
        return walled

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def shown_url(self) -> str:
        """The address without a password, for messages."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite store."""
        return self._path

    def read_state(self) -> tuple[object, ...]:
        """What differs after every change, and stays as it is when somebody's look at a patient is noted."""
        if not self.is_sqlite:
            with self.read() as connection:
                return (count_changes(connection),)
        if self.path is None:
            return ()
        looks = look_at(self.path)
        # Asked of the store only where its files look different.
        if self._counted[0] != looks:
            with self.read() as connection:
                self._counted = (looks, count_changes(connection))
        return (looks[0] if looks else 0, self._counted[1])

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only view of one moment."""
        with self._connect(is_read_only=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One change: all of it is saved, or nothing. What was kept of readings before it is old then."""
        with self.keep() as connection:
            yield connection
            _count_change(connection)

    @contextmanager
    def keep(self) -> Iterator[Connection]:
        """The same for what follows from the records and is worked out anew: nothing that it follows from changes by it. Whoever
        writes like this in several transactions ends with one that counts."""
        with self._connect() as connection, connection.begin():
            yield connection

    @property
    def audited(self) -> "Store":
        """Where it is written down who reads here."""
        return self

    @contextmanager
    def note(self, *, at_once: bool = False) -> Iterator[Connection]:
        """A row about a reading: it changes nothing that anybody has read. Raises UnwritableError. at_once: it waits for nobody
        who writes, and raises BusyError then."""
        try:
            with self._connect(is_at_once=at_once) as connection, connection.begin():
                yield connection
        except DatabaseError as error:
            raise UnwritableError(f"Nothing can be written to {self.shown_url}: {error.orig}.") from error
        except DamagedError as error:
            raise UnwritableError(str(error)) from error

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """A change that is done in full and then taken back: what a dry run counts is what an import would do."""
        with self._connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    def _connect(self, *, is_read_only: bool = False, is_at_once: bool = False) -> Connection:
        return self.engine.connect().execution_options(
            is_read_only=is_read_only,
            is_at_once=is_at_once,
            clinics=self._clinics,
            is_nameless=self._is_nameless and is_read_only,
        )


@contextmanager
def seeing_every_clinic(connection: Connection) -> Iterator[None]:
    """For what is worked out for everybody at once, whoever's change it follows from."""
    if connection.get_execution_options().get("clinics") is None:
        yield
        return
    from lib.store import _postgresql

    with _postgresql.seeing_every_clinic(connection):
        yield


@contextmanager
def seeing_names(connection: Connection) -> Iterator[None]:
    """For a query of this room that reads what names somebody, and tells nothing of it."""
    if not connection.get_execution_options().get("is_nameless"):
        yield
        return
    from lib.store import _postgresql

    with _postgresql.seeing_names(connection):
        yield


def count_changes(connection: Connection) -> int:
    """How often the store was changed, as the transaction sees it."""
    if connection.dialect.name == "sqlite":
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    from lib.store import _postgresql

    return _postgresql.count_changes(connection)


def _count_change(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {count_changes(connection) + 1}")
        return
    from lib.store import _postgresql

    _postgresql.count_change(connection)


def _open_engine(url: str, key: str | None) -> Engine:
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend == "sqlite":
        return open_sqlite(url, key)
    if backend != "postgresql":
        raise StoreError(
            "No store has such an address: write sqlite:///FILE or postgresql://USER@HOST/DATABASE."
        )
    if key:
        raise StoreError(
            "DATABASE_KEY encrypts an SQLite store; the disk of a PostgreSQL server is encrypted there."
        )
    from lib.store._postgresql import open_postgresql

    return open_postgresql(make_url(url).set(drivername="postgresql+psycopg"))
