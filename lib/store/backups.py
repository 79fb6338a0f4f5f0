"""A store as it is at one moment, a copy of that moment as one file, and back from the file: on both databases, while others
write."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from copy import copy
from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, table, text

from lib.store._sqlite import connect_alone, driver_of
from lib.store.engine import Store, StoreError

# Findings of SQLite's own check that are told; the first one is enough to know.
_TOLD = 5


class StoreAtMoment(Store):
    """The same store; every reading sees it as it was when this was begun, whatever is written meanwhile."""

    _connection: Connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._connection


@contextmanager
def hold_still(store: Store) -> Iterator[StoreAtMoment]:
    """Nobody who writes waits for it."""
    with store.read() as connection:
        still = copy(store)
        still.__class__ = StoreAtMoment
        assert isinstance(still, StoreAtMoment)
        still._connection = connection
        yield still


def copy_out(still: StoreAtMoment, path: Path) -> None:
    """Write the store as it is held still into a new file. Raises FileExistsError, OSError, StoreError."""
    with path.open("xb"):
        path.chmod(0o600)
    try:
        if still.is_sqlite:
            _copy_sqlite(still, path)
        else:
            from lib.store._postgresql_programs import dump

            dump(still.engine.url, _name_snapshot(still), path)
        _flush(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _copy_sqlite(still: StoreAtMoment, path: Path) -> None:
    """By SQLite's own way of copying: of the file alone 1,201 rows were lost that stood in the log beside it. The copy is
    encrypted with the store's key."""
    with still.read() as connection, closing(connect_alone(path, still.key)) as target:
        driver_of(connection).backup(target)
        # One file, which can be read where nothing can be written.
        target.execute("PRAGMA journal_mode = DELETE").fetchall()


def _name_snapshot(still: StoreAtMoment) -> str:
    with still.read() as connection:
        return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def check_is_empty(store: Store) -> None:
    """Raise StoreError where anything lies at a store's address."""
    if store.path is None:
        with store.read() as connection:
            if inspect(connection).get_table_names():
                raise StoreError(
                    f"{store.shown_url} has tables already: a backup is brought back into an empty database only."
                )
        return
    for path in (
        store.path,
        *(store.path.with_name(store.path.name + end) for end in ("-wal", "-shm", "-journal")),
    ):
        if path.exists():
            raise StoreError(
                f"{path} is there: a backup is brought back to an empty place only, and never over a store. Name another place, "
                "or move what is there away with the files beside it that end in -wal and -shm."
            )


@contextmanager
def unpacked(path: Path, store: Store) -> Iterator[Store]:
    """What a file holds as a store that can be looked at, at an empty place; it stays there if nothing is raised, and on
    PostgreSQL lies there meanwhile."""
    check_is_empty(store)
    if store.path is None:
        from lib.store._postgresql_programs import load

        load(store.engine.url, path)
        try:
            yield store
        except BaseException:
            take_away(store)
            raise
        return
    unfinished = store.path.with_name(f"{store.path.name}.restoring")
    trial = Store(f"sqlite:///{unfinished}", store.key)
    try:
        with unfinished.open("xb") as out, path.open("rb") as given:
            unfinished.chmod(0o600)
            shutil.copyfileobj(given, out)
        yield trial
        trial.engine.dispose()
        _flush(unfinished)
        _put_in_place(unfinished, store.path)
    except FileExistsError as error:
        raise StoreError(
            f"{error.filename2 or error.filename} is there already; nothing was put over it."
        ) from error
    finally:
        trial.engine.dispose()
        for end in ("", "-wal", "-shm"):
            unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)


def _put_in_place(unfinished: Path, path: Path) -> None:
    try:
        # Unlike a renaming, this never takes the place of a file that is there.
        os.link(unfinished, path)
    except FileExistsError:
        raise
    except OSError:
        # A disk that knows no second name of a file.
        unfinished.rename(path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    """Until it is on the disk; some systems know that of no folder."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def take_away(store: Store) -> None:
    """All that lies at the address of a store that was brought back a moment ago."""
    if store.path is None:
        from lib.store._postgresql_programs import empty

        with store.write() as connection:
            empty(connection)
        store.engine.dispose()
        return
    store.engine.dispose()
    for end in ("", "-wal", "-shm"):
        store.path.with_name(store.path.name + end).unlink(missing_ok=True)


def find_damage(connection: Connection, *, is_quick: bool = False) -> list[str]:
    """What the database finds wrong with itself. PostgreSQL tells by checksums while it reads: there every row is read."""
    if connection.dialect.name != "sqlite":
        count_rows(connection)
        return []
    check = "quick_check" if is_quick else "integrity_check"
    found = [str(row[0]) for row in connection.exec_driver_sql(f"PRAGMA {check}({_TOLD})")]
    lost = [] if is_quick else connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    strays = [f"{len(lost)} rows name a row that is not there"] if lost else []
    return [line for line in found if line != "ok"] + strays


def count_rows(connection: Connection) -> dict[str, int]:
    """By table of the database."""
    tables = map(table, sorted(inspect(connection).get_table_names()))
    return {
        one.name: int(connection.execute(select(func.count()).select_from(one)).scalar_one())
        for one in tables
    }
