"""Each revision of the tables goes down and up again with a clinic's records in them, on both databases: what was there before
the revision is there after it."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from built_stores import copy_of
from clinic_files import ACTOR, printed_rows
from sqlalchemy import Connection, inspect

from lib.services import caseload, stores
from lib.services.errors import Store
from lib.store import schema
from lib.store.migrations import HEAD

WORKED_OUT = {"flags_as_of"}
REVISIONS = sorted(path.name[:4] for path in Path("lib/store/migrations/versions").glob("0*.py"))


@pytest.fixture
def store(each_database, tmp_path) -> Store:
    if each_database == "postgresql" and os.environ.get("PROVE") != "1":
        pytest.skip("twenty revisions of a whole clinic on a server: make prove")
    return copy_of("demo", tmp_path / "demo.sqlite", lambda url: stores.load_demo(ACTOR, url))


def contents(connection: Connection, like: Mapping[str, tuple] | None = None) -> dict[str, tuple]:
    """By table: its columns, and its rows as they stand in these columns (None: in all), or in those of the table in `like`."""
    found = {}
    tables = inspect(connection)
    names = [name for name in tables.get_table_names() if name != "alembic_version"]
    for name in names if like is None else like:
        columns = like[name][0] if like else [column["name"] for column in tables.get_columns(name)]
        listed = ", ".join(f'"{column}"' for column in columns)
        rows = connection.exec_driver_sql(f'SELECT {listed} FROM "{name}"').fetchall()
        # A revision may have what follows from the records worked out again.
        lasting = (row for row in rows if not (name == "about" and row[0] in WORKED_OUT))
        found[name] = (columns, Counter(map(tuple, lasting)))
    return found


def test_the_revisions_are_one_line():
    assert [f"{n + 1:04d}" for n in range(len(REVISIONS))] == REVISIONS and REVISIONS[-1] == HEAD


def test_each_revision_goes_down_and_up_again_and_keeps_what_was_there_before_it(store):
    config = Config()
    config.set_main_option("script_location", "lib/store/migrations")
    status = printed_rows(caseload.read_status(ACTOR, store))
    with store.write() as connection:
        config.attributes["connection"] = connection
        n_kept = 0
        for revision in reversed(REVISIONS[1:]):
            alembic.downgrade(config, "-1")
            older = contents(connection)
            alembic.upgrade(config, revision)
            assert contents(connection, like=older) == older, revision
            alembic.downgrade(config, "-1")
            assert contents(connection) == older, revision
            n_kept += len(older)
        schema.upgrade(connection)
    assert n_kept > 100
    again = stores.open_store(ACTOR, store.url)
    assert printed_rows(caseload.read_status(ACTOR, again)) == status
