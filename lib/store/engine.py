"""Opening a store: SQLite through sqlcipher3 (with or without a key), or any database that SQLAlchemy can address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

# SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint at one instant.
FIRST_SAFE_FOR_WAL = (3, 51, 3)
BUSY_TIMEOUT_MS = 30_000


# What the services hold while they read or write; they hand it on to lib.store.
Transaction = Connection


class StoreError(Exception):
    """A store that cannot be used as asked; the sentence says what to do."""


class UnwritableError(StoreError):
    """A store, or a disk, that takes nothing now."""


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
        try:
            self.engine = _open_engine(self.url, key)
        except ArgumentError as error:
            raise StoreError("No store has such an address: write sqlite:///FILE.") from error

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
        database = make_url(self.url).database
        return Path(database) if self.is_sqlite and database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only view of one moment."""
        with self.engine.connect().execution_options(is_read_only=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One change: all of it is saved, or nothing. What was kept of readings before it is old then."""
        with self.engine.begin() as connection:
            yield connection
            if self.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA user_version = {_count_changes(connection) + 1}")

    @property
    def audited(self) -> "Store":
        """Where it is written down who reads here."""
        return self

    @contextmanager
    def note(self) -> Iterator[Connection]:
        """A row about a reading: it changes nothing that anybody has read. Raises UnwritableError."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            raise UnwritableError(f"Nothing can be written to {self.shown_url}: {error.orig}.") from error

    def count_changes(self) -> int:
        """How often an SQLite store was changed: another number after every change, and the same after a note."""
        with self.read() as connection:
            return _count_changes(connection)

    @contextmanager
    def trial(self) -> Iterator[Connection]:
        """A change that is done in full and then taken back: what a dry run counts is what an import would do."""
        with self.engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()


def _count_changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _open_engine(url: str, key: str | None) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True)
    engine = create_engine(url, module=sqlite, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # SQLAlchemy's own transaction handling lost 673 of 800 concurrent updates; ours begins in the hook below.
        connection.isolation_level = None
        if key:
            connection.execute(f"PRAGMA key = \"x'{key}'\"")
        journal = "WAL" if sqlite.sqlite_version_info >= FIRST_SAFE_FOR_WAL else "DELETE"
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "foreign_keys = ON",
            f"journal_mode = {journal}",
            "synchronous = FULL",
            "temp_store = MEMORY",
            # 16 MB: the index of records is written to in no order.
            "cache_size = -16000",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_read_only = connection.get_execution_options().get("is_read_only", False)
        connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")

    return engine
