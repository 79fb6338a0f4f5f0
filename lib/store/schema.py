"""Creating and upgrading a store."""

from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError

from lib.store.engine import Store, StoreError
from lib.store.migrations import HEAD
from lib.store.tables import about


def is_created(store: Store) -> bool:
    """Whether the database holds a store of ours. Never makes a file by asking."""
    if store.path and not store.path.exists():
        return False
    try:
        with store.read() as connection:
            return holds_tables(connection)
    except DatabaseError as error:
        raise StoreError(f"{store.shown_url} is not a store, or its key is missing or wrong.") from error


def upgrade(connection: Connection) -> None:
    """Bring a store to this version of the product, or create its tables, in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def holds_tables(connection: Connection) -> bool:
    return inspect(connection).has_table(about.name)


def require(store: Store) -> str | None:
    """Raise StoreError unless the store exists; bring it to this version. Of which version it was, where it was another."""
    if not is_created(store):
        raise StoreError(
            f"There is no store at {store.shown_url}. Create one: python -m lib init, or import a file."
        )
    with store.read() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if version == HEAD:
        return None
    with store.write() as connection:
        upgrade(connection)
    return str(version)
