"""Creating and upgrading a store."""

from pathlib import Path

from sqlalchemy import inspect

from lib.store.engine import Store, StoreError
from lib.store.migrations import HEAD
from lib.store.tables import about


def is_created(store: Store) -> bool:
    """Whether the database holds a store of ours. Never makes a file by asking."""
    if store.path and not store.path.exists():
        return False
    with store.read() as connection:
        return inspect(connection).has_table(about.name)


def upgrade(store: Store) -> None:
    """Bring a store to this version of the product, or create it; half an upgrade is none."""
    from alembic import command
    from alembic.config import Config

    if store.path:
        store.path.parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require(store: Store) -> None:
    """Raise StoreError unless the store exists and is of this version."""
    if not is_created(store):
        raise StoreError(
            f"There is no store at {store.engine.url!r}. Create one: python -m lib init, or import a file."
        )
    with store.read() as connection:
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if version != HEAD:
        upgrade(store)
