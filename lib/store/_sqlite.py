"""The embedded store: SQLite through sqlcipher3, with or without a key."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event

# SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections write and checkpoint at one instant.
FIRST_SAFE_FOR_WAL = (3, 51, 3)
BUSY_TIMEOUT_MS = 30_000
# The driver looks for a way to write an object that is no number and no text, and finds none for "nothing" each time: that took
# 2.4 of the 6 µs of a row with one such cell.
sqlite.register_adapter(type(None), lambda nothing: nothing)


def connect_alone(path: Path, key: str | None) -> Any:
    """The driver's own connection to a file that nobody else has open: no log beside it."""
    connection = sqlite.connect(path, isolation_level=None)
    if key:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return connection


def look_at(path: Path) -> tuple[int, ...]:
    """Number, last change and size of a database's file and of its log, as far as there are any. A page asks some sixty times,
    and at each look at the disk another thread may go first."""
    looks: list[int] = []
    for name in (str(path), f"{path}-wal"):
        with suppress(FileNotFoundError):
            found = os.stat(name)
            looks += (found.st_ino, found.st_mtime_ns, found.st_size)
    return tuple(looks)


def driver_of(connection: Connection) -> Any:
    """The driver's own connection under SQLAlchemy's."""
    return connection.connection.driver_connection


def _begin_at_once(connection: Connection) -> None:
    """To write, or not at all where somebody else does."""
    driver = driver_of(connection)
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def open_sqlite(url: str, key: str | None) -> Engine:
    # As many connections as are asked for: fifteen looks that waited behind an import to be written down kept every reader out.
    engine = create_engine(url, module=sqlite, hide_parameters=True, max_overflow=-1)

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
        options, driver = connection.get_execution_options(), driver_of(connection)
        if options.get("is_read_only"):
            # It waits for nobody and cannot fail; SQLAlchemy takes for it what it takes for a question.
            driver.execute("BEGIN")
        elif options.get("is_at_once"):
            _begin_at_once(connection)
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
