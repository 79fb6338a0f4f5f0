"""Creating and upgrading a store."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError, ProgrammingError

from lib.store.engine import Store, StoreError
from lib.store.migrations import HEAD
from lib.store.tables import about

if TYPE_CHECKING:
    from alembic.config import Config


def is_created(store: Store) -> bool:
    """Whether the database holds a store of ours. Never makes a file by asking."""
    if store.path and not store.path.exists():
        return False
    try:
        with store.read() as connection:
            return holds_tables(connection)
    except DatabaseError as error:
        if not store.is_sqlite:
            reason = str(error.orig).strip().splitlines()[-1]
            raise StoreError(f"{store.shown_url} cannot be opened: {reason}") from error
        raise StoreError(f"{store.shown_url} is not a store, or its key is missing or wrong.") from error


def upgrade(connection: Connection) -> None:
    """Bring a store to this version of the product, or create its tables, in the caller's transaction, which has every right
    from then on."""
    from alembic import command

    command.upgrade(_configure(connection), "head")


def remove(store: Store, *beside: str) -> None:
    """Take away a store with all that is in it, and the files beside it that have its name and one of these endings."""
    if store.path is None:
        from alembic import command

        with store.write() as connection:
            command.downgrade(_configure(connection), "base")
        return
    store.engine.dispose()
    for suffix in ("", "-wal", "-shm", *beside):
        store.path.with_name(store.path.name + suffix).unlink(missing_ok=True)


def _configure(connection: Connection) -> "Config":
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        from lib.store._postgresql import be_the_owner

        be_the_owner(connection)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def holds_tables(connection: Connection) -> bool:
    return inspect(connection).has_table(about.name)


def require(store: Store) -> str | None:
    """Raise StoreError unless the store exists; bring it to this version. Of which version it was, where it was another."""
    if not is_created(store):
        raise StoreError(
            f"There is no store at {store.shown_url}. Create one: python -m lib init, or import a file."
        )
    with store.read() as connection:
        version = read_version(connection)
    if version == HEAD:
        return None
    check_can_upgrade(version, store.shown_url)
    _bring_up(store)
    return version


def check_version(store: Store) -> None:
    """Raise StoreError unless the store is of exactly this version; nothing is brought up."""
    with store.read() as connection:
        version = read_version(connection) if holds_tables(connection) else ""
    if version != HEAD:
        raise StoreError(
            f"{store.shown_url} has tables {version or 'of nothing that is known here'}; this release needs {HEAD}."
        )


def read_version(connection: Connection) -> str:
    """Of the tables of a store, like 0017; nothing where a store has none."""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


def check_can_upgrade(version: str, what: str) -> None:
    """Raise StoreError for tables that a later release has made: this one would not know what it does not show."""
    if version > HEAD:
        raise StoreError(
            f"{what} is of a newer version of the product (tables {version}) than this one (tables {HEAD}). Nothing was "
            "changed. Install the newer version, or bring back a backup that this one made."
        )


def _bring_up(store: Store) -> None:
    try:
        with store.write() as connection:
            upgrade(connection)
    except ProgrammingError as error:
        raise StoreError(
            f"{store.shown_url} is of another version of the product, and only who owns its tables can bring it to this one: "
            "python -m lib status, with the owner's address."
        ) from error
