"""An importer that is killed at any moment leaves the store before or after, never between; of eight, one imports."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
import shared_server
from built_stores import copy_of
from clinic_files import ACTOR, to_csv
from sqlcipher3 import dbapi2 as sqlite

from lib import settings
from lib.services import imports, stores
from lib.services.errors import Store

# The kills are of the embedded store, whose files are looked into.
N_KILLS = 100 if os.environ.get("PROVE") == "1" else 3
N_PATIENTS, N_FORMS = 300, 6
TABLES = ("assessments", "standing", "open_flag", "import", "held_row", "flag_log", "import_clinic")
ENVIRONMENT = os.environ | {"PYTHONPATH": str(settings.ROOT)}


def importer(url: str, path: Path, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "lib", "import", "--database", url, str(path)]
    return subprocess.Popen(
        command,
        cwd=settings.ROOT,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        **options,
    )


def count_rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in TABLES
        }


def rows_of(path: Path) -> dict[str, int]:
    """How many rows each table has, of a store that says of itself that it is whole."""
    with closing(sqlite.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return count_rows(Store(f"sqlite:///{path}"))


@pytest.fixture(scope="module")
def forms(tmp_path_factory) -> Path:
    chance = Random(7)
    path = tmp_path_factory.mktemp("forms") / "assessments.csv"
    rows = [
        {
            "patient_id": f"p{who}",
            "instrument": "PHQ-9",
            "assessed_at": f"2026-0{1 + month}-10",
            **{f"item_{n}": str(chance.randint(0, 3)) for n in range(1, 10)},
        }
        for who in range(N_PATIENTS)
        for month in range(N_FORMS)
    ]
    path.write_bytes(
        to_csv(
            [
                *rows,
                {"patient_id": "nobody", "instrument": "PHQ-9", "assessed_at": "2026-01-10", "item_9": "3"},
            ]
        )
    )
    return path


def begin(url: str) -> Store:
    """A store that knows the patients."""
    store = stores.create_store(ACTOR, url, are_clinics_open=True)
    people = to_csv([{"patient_id": f"p{who}"} for who in range(N_PATIENTS)])
    imports.import_files(ACTOR, store, [("patients.csv", people)])
    return store


@pytest.fixture(scope="module")
def empty(embedded_only, tmp_path_factory) -> Path:
    store = copy_of("300 patients", tmp_path_factory.mktemp("empty") / "clinic.sqlite", begin)
    assert store.path
    return store.path


@pytest.fixture(scope="module")
def after(empty, forms, tmp_path_factory) -> tuple[dict[str, int], float]:
    """What an undisturbed import leaves, and how long it takes."""
    path = Path(shutil.copy(empty, tmp_path_factory.mktemp("whole") / "clinic.sqlite"))
    began = time.monotonic()
    assert importer(f"sqlite:///{path}", forms).wait() == 1
    return rows_of(path), time.monotonic() - began


@pytest.mark.parametrize("seed", range(N_KILLS))
def test_a_killed_importer_leaves_the_store_before_or_after(seed, empty, forms, after, tmp_path):
    expected, took = after
    path = Path(shutil.copy(empty, tmp_path / "clinic.sqlite"))
    before = rows_of(path)
    # Where by default there are three: as it begins to write, amid, and about the end.
    moment = Random(seed).random() if N_KILLS > 3 else (0.5, 0.75, 0.97)[seed]
    process = importer(f"sqlite:///{path}", forms)
    time.sleep(moment * took)
    process.kill()
    process.communicate()
    assert rows_of(path) in (before, expected)
    again = importer(f"sqlite:///{path}", forms)
    again.communicate()
    assert again.returncode == 1 and rows_of(path) == expected


# In `make test` eight threads do the same with PostgreSQL (test_two_databases.py).
@pytest.mark.parametrize("database", ["sqlite", "postgresql"] if N_KILLS > 3 else ["sqlite"])
def test_of_eight_importers_of_one_file_one_imports(database, forms, tmp_path):
    with shared_server.asked_for(database):
        store = copy_of("300 patients", tmp_path / "clinic.sqlite", begin)
    said = [process.communicate()[0] for process in [importer(store.url, forms) for _ in range(8)]]
    n_imported = sum(f"{N_PATIENTS * N_FORMS} new" in text for text in said)
    assert (n_imported, sum("already imported" in text for text in said)) == (1, 7)
    found = count_rows(store)
    assert (found["assessments"], found["held_row"], found["import"]) == (N_PATIENTS * N_FORMS, 1, 2)
