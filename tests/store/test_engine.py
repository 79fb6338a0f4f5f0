"""The store itself: nothing is lost, nothing is half saved, nothing is readable without its key."""

import os
import pkgutil
import sqlite3
import subprocess
import sys
from importlib import import_module
from threading import Event, Thread

import pytest
from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from clinic_files import ACTOR, new_store, to_csv
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

import lib.store
from lib import settings
from lib.services import imports, stores
from lib.services.errors import StoreError
from lib.store import derived, schema
from lib.store.columns import metadata
from lib.store.engine import Store
from lib.store.records import read_patients

KEY = "ab" * 32
# The code knows a table once the module that defines it has been imported.
for module in pkgutil.iter_modules(lib.store.__path__, "lib.store."):
    import_module(module.name)
N_WRITERS, N_CHANGES = (8, 50) if os.environ.get("PROVE") == "1" else (3, 20)


@pytest.fixture
def store(each_database, tmp_path) -> Store:
    return new_store(tmp_path)


# A process of its own: nothing is shared with the other writers but the file.
COUNT_UP = """
import sys
from lib.store import derived
from lib.store.engine import Store
from lib.store.records import read_patients
store = Store(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with store.write() as connection:
        count = int(derived.read_about(connection).get("count", "0"))
        derived.write_about(connection, count=str(count + 1))
"""


def test_many_writers_lose_nothing(store):
    command = [sys.executable, "-c", COUNT_UP, store.url, str(N_CHANGES)]
    writers = [subprocess.Popen(command, cwd=settings.ROOT) for _ in range(N_WRITERS)]
    assert [writer.wait() for writer in writers] == [0] * N_WRITERS
    with store.read() as connection:
        assert derived.read_about(connection)["count"] == str(N_WRITERS * N_CHANGES)


def test_however_many_wait_to_write_nobody_waits_to_read(store):
    """More than the pool of SQLAlchemy's own accord has connections: then a reader waited too, and after 30 s had an error."""
    noted = []

    def note() -> None:
        with store.note():
            noted.append(1)

    threads = [Thread(target=note) for _ in range(20)]
    with store.write():
        for one in threads:
            one.start()
        while store.engine.pool.checkedout() < 15:
            Event().wait(0.01)
        with store.read() as connection:
            assert len(read_patients(connection)) == 0
        assert not noted
    for one in threads:
        one.join()
    assert len(noted) == len(threads)


def test_a_change_that_fails_leaves_nothing(store):
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        derived.write_about(connection, half="done")
        raise ZeroDivisionError
    with store.read() as connection:
        assert "half" not in derived.read_about(connection)


def test_a_trial_leaves_nothing(store):
    with store.trial() as connection:
        derived.write_about(connection, tried="yes")
        assert derived.read_about(connection)["tried"] == "yes"
    with store.read() as connection:
        assert "tried" not in derived.read_about(connection)


def test_a_record_of_nobody_is_refused(store):
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.exec_driver_sql("INSERT INTO patient_identity (clinic_key, patient_id) VALUES (99, 'x')")


@pytest.mark.parametrize(
    ("first_safe", "mode"), [((3, 51, 3), "wal"), ((99, 0, 0), "delete")], ids=["safe", "affected"]
)
def test_wal_only_on_a_library_that_keeps_it_whole(tmp_path, monkeypatch, first_safe, mode):
    monkeypatch.setattr("lib.store._sqlite.FIRST_SAFE_FOR_WAL", first_safe)
    with Store(str(tmp_path / "y.sqlite")).read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == mode


def test_with_a_key_no_byte_is_plain(tmp_path):
    url = f"sqlite:///{tmp_path / 'secret.sqlite'}"
    store = stores.create_store(ACTOR, url, KEY, are_clinics_open=True)
    imports.import_files(ACTOR, store, [("patients.csv", to_csv([{"patient_id": "VERY-SECRET-ID"}]))])
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"VERY-SECRET-ID" not in written and not written.startswith(b"SQLite format 3")
    for key in (None, "cd" * 32):
        with pytest.raises(StoreError, match="its key is missing or wrong"):
            stores.open_store(ACTOR, url, key)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "secret.sqlite").execute("SELECT * FROM clinic")


def test_the_migrations_make_the_tables_that_the_code_knows(store):
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrations_go_down_and_up_again(store):
    config = Config()
    config.set_main_option("script_location", "lib/store/migrations")
    with store.write() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        schema.upgrade(connection)
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_store_of_the_first_version_is_brought_to_this_one_with_its_records(store):
    imports.import_files(ACTOR, store, [("patients.csv", to_csv([{"patient_id": "007"}]))])
    config = Config()
    config.set_main_option("script_location", "lib/store/migrations")
    with store.write() as connection:
        config.attributes["connection"] = connection
        alembic.downgrade(config, "0001")
        assert "review_mark" not in inspect(connection).get_table_names()
    again = stores.open_store(ACTOR, store.url)
    with again.read() as connection:
        assert "review_mark" in inspect(connection).get_table_names()
        assert list(read_patients(connection)["patient_id"]) == ["007"]


def test_asking_makes_no_file(tmp_path):
    assert not schema.is_created(Store(str(tmp_path / "nothing.sqlite")))
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_made_once(store):
    again = stores.create_store(ACTOR, store.url)
    with again.read() as connection:
        assert derived.read_policy_version(connection)["version"] == 1
