"""The shared store: PostgreSQL 15 or newer through psycopg. It keeps the promises of the embedded one: a read sees one moment,
one writer at a time, numbers come back as SQLite gives them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select

from lib.store._failures import BusyError

# Not the owner of the tables: row-level security holds for it (migration 0017).
APP_ROLE = "dashboard_app"
# What a researcher's readings are done as: it has no right to a column that names somebody (migration 0020).
RESEARCH_ROLE = "dashboard_research"
# Whose rows a transaction sees: JSON of clinic ids, or every clinic.
SETTING, EVERY_CLINIC = "app.clinics", "*"
# The lock that a writer holds until it ends. Advisory locks are each database's own.
WRITER_LOCK = 7_153_204
_OPTIONS = {
    "application_name": "dosing-and-outcomes",
    "connect_timeout": "10",
    # A server that went away is noticed within 90 s, and a writer that went away gives its lock back.
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    # A writer waits as long for another one as with SQLite. Within a transaction Python computes between two statements.
    "options": "-c timezone=UTC -c lock_timeout=30s -c statement_timeout=300s "
    "-c idle_in_transaction_session_timeout=600s",
}


class _Whole(Loader):
    """A sum of whole numbers, which PostgreSQL calls numeric, and a yes or no, are whole numbers as in SQLite."""

    def load(self, data: Buffer) -> int | float:
        said = bytes(data)
        if said in (b"t", b"f"):
            return int(said == b"t")
        return float(said) if b"." in said or b"N" in said else int(said)


def open_postgresql(url: URL) -> Engine:
    # Fifteen looks that wait behind an import to be written down keep no reader out. A server lets a hundred in, unless told
    # otherwise: two processes, and whoever looks after it.
    engine = create_engine(
        url, hide_parameters=True, pool_pre_ping=True, max_overflow=35, connect_args=_OPTIONS
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        for type_ in ("numeric", "bool"):
            connection.adapters.register_loader(type_, _Whole)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("is_read_only"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        else:
            # READ COMMITTED: each statement sees what the writer before has saved. A snapshot would be older than the lock.
            _be_the_writer(connection, at_once=options.get("is_at_once", False))
        if options.get("clinics"):
            role = RESEARCH_ROLE if options.get("is_nameless") else APP_ROLE
            _be_the_application(connection, options["clinics"], role)

    return engine


def _be_the_writer(connection: Connection, *, at_once: bool) -> None:
    if not at_once:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")
    elif not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({WRITER_LOCK})").scalar_one():
        raise BusyError("The store is being written to by somebody else. Do it again.")


def _be_the_application(connection: Connection, clinics: str, role: str) -> None:
    """Until the transaction ends. A store that has no such role yet is about to get it from a migration."""
    connection.exec_driver_sql(
        f"SELECT set_config('{SETTING}', %(clinics)s, true), (SELECT set_config('role', rolname, true) FROM pg_roles "
        "WHERE rolname = %(role)s AND pg_has_role(rolname, 'MEMBER'))",
        {"clinics": clinics, "role": role},
    )


def be_the_owner(connection: Connection) -> None:
    """Until the transaction ends: only who owns the tables may change them."""
    connection.exec_driver_sql("SET LOCAL ROLE NONE")


@contextmanager
def seeing_names(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql(f"SET LOCAL ROLE {APP_ROLE}")
    yield
    # Not after an error, as below.
    connection.exec_driver_sql(f"SET LOCAL ROLE {RESEARCH_ROLE}")


@contextmanager
def seeing_every_clinic(connection: Connection) -> Iterator[None]:
    before = connection.execute(select(func.current_setting(SETTING, True))).scalar()
    _set_clinics(connection, EVERY_CLINIC)
    yield
    # Not after an error: nothing more can be said in a transaction that failed.
    _set_clinics(connection, before or "")


def _set_clinics(connection: Connection, clinics: str) -> None:
    connection.execute(select(func.set_config(SETTING, clinics, True)))


def count_changes(connection: Connection) -> int:
    """0 before the first change."""
    if not _has_tables(connection):
        return 0
    return int(connection.exec_driver_sql("SELECT value FROM about WHERE name = 'n_changes'").scalar() or 0)


def count_change(connection: Connection) -> None:
    """In the transaction of the change, so that nobody sees one without the other."""
    if _has_tables(connection):
        connection.exec_driver_sql(
            "INSERT INTO about (name, value) VALUES ('n_changes', '1') "
            "ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(about.value AS bigint) + 1 AS text)"
        )


def _has_tables(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT to_regclass('about')").scalar() is not None
