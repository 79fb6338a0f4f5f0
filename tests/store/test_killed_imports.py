"""An importer that is killed at any moment, and a server that fails at any moment, leave the store before or after, never
between; of eight importers (three by default) one imports. On both databases."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import built_stores
import pytest
import shared_server
from clinic_files import ACTOR, to_csv

from lib import settings
from lib.services import imports, stores
from lib.services.errors import Store

IS_PROOF = os.environ.get("PROVE") == "1"
N_KILLS = {"sqlite": 100 if IS_PROOF else 2, "postgresql": 60 if IS_PROOF else 1}
N_CRASHES = 30
N_IMPORTERS = 8 if IS_PROOF else 3
# Where they are few: as it begins to write, amid, and about the end.
CHOSEN = (0.75, 0.5, 0.97)
N_PATIENTS, N_FORMS = 300, 6
TABLES = ("assessments", "standing", "open_flag", "import", "held_row", "flag_log", "import_clinic")
ENVIRONMENT = os.environ | {"PYTHONPATH": str(settings.ROOT)}
_numbers = count()


def importer(url: str, path: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "lib", "import", "--database", url, str(path)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=settings.ROOT, env=ENVIRONMENT, text=True, stdout=pipe, stderr=pipe)


def rows_of(url: str) -> dict[str, int]:
    """How many rows each table has, of a store that says of itself that it is whole."""
    store = Store(url)
    try:
        with store.read() as connection:
            if store.is_sqlite:
                assert connection.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
            return {
                name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
                for name in TABLES
            }
    finally:
        store.engine.dispose()


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
    nobody = {"patient_id": "nobody", "instrument": "PHQ-9", "assessed_at": "2026-01-10", "item_9": "3"}
    path.write_bytes(to_csv([*rows, nobody]))
    return path


class Copies:
    """Stores that know the patients, and nothing else."""

    def __init__(self, folder: Path, server: str | None):
        self._folder, self._server = folder, server
        self._url = (
            f"sqlite:///{folder}/empty.sqlite" if server is None else shared_server.new_database(server)
        )
        store = stores.create_store(ACTOR, self._url, are_clinics_open=True)
        people = to_csv([{"patient_id": f"p{who}"} for who in range(N_PATIENTS)])
        imports.import_files(ACTOR, store, [("patients.csv", people)])
        store.engine.dispose()

    def new(self) -> str:
        if self._server:
            return shared_server.new_database(self._server, like=self._url.rpartition("/")[2])
        path = self._folder / f"{next(_numbers)}.sqlite"
        shutil.copy(self._folder / "empty.sqlite", path)
        return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def copies(each_database_of_all, tmp_path_factory) -> Copies:
    run = Path(os.environ[built_stores._FOLDER])
    server = shared_server.address(run) if shared_server.is_asked_for() else None
    return Copies(tmp_path_factory.mktemp("empty"), server)


@pytest.fixture(scope="module")
def after(copies, forms) -> tuple[dict[str, int], float]:
    """What an undisturbed import leaves, and how long it takes."""
    url, began = copies.new(), time.monotonic()
    whole = importer(url, forms)
    whole.communicate()
    assert whole.returncode == 1
    return rows_of(url), time.monotonic() - began


def moments(n: int) -> list[float]:
    return list(CHOSEN[:n]) if n <= len(CHOSEN) else [Random(seed).random() for seed in range(n)]


def test_a_killed_importer_leaves_the_store_before_or_after(each_database_of_all, copies, forms, after):
    expected, took = after
    n_finished = 0
    for moment in moments(N_KILLS[each_database_of_all]):
        url = copies.new()
        before = rows_of(url)
        process = importer(url, forms)
        # One that was faster than the measured one is not waited for.
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment * took)
        process.kill()
        process.communicate()
        found = rows_of(url)
        assert found in (before, expected), moment
        n_finished += found == expected
        began = time.monotonic()
        again = importer(url, forms)
        again.communicate()
        # The machine is busier at one time than at another.
        took = time.monotonic() - began if found == before else took
        assert again.returncode == 1 and rows_of(url) == expected
    print(
        f"{each_database_of_all}: {N_KILLS[each_database_of_all]} kills, {n_finished} after the import, the rest before it"
    )


def test_of_many_importers_of_one_file_one_imports(copies, forms, after):
    url = copies.new()
    said = [process.communicate()[0] for process in [importer(url, forms) for _ in range(N_IMPORTERS)]]
    n_imported = sum(f"{N_PATIENTS * N_FORMS} new" in text for text in said)
    assert (n_imported, sum("already imported" in text for text in said)) == (1, N_IMPORTERS - 1)
    assert rows_of(url) == after[0]


@pytest.fixture(scope="module")
def failing_server() -> Iterator[tuple[str, list[str]]]:
    """A server of its own that flushes what it acknowledges, and the command that lets it fail and come up again."""
    # Not among the tests' own folders, into which its user may not look.
    folder = Path(mkdtemp(prefix="failing-"))
    try:
        address = shared_server.address(folder, "fsync=on")
        place = str(folder.parent / f"{folder.name}-postgresql")
        yield address, ["bash", str(shared_server.SCRIPT), "crash", place]
    finally:
        shared_server.stop(folder)
        shutil.rmtree(folder)


@pytest.mark.skipif(not IS_PROOF, reason="a server of its own, and thirty times its failure: make prove")
def test_a_server_that_fails_amid_an_import_loses_nothing_that_was_acknowledged(
    failing_server, forms, tmp_path
):
    address, crash = failing_server
    copies = Copies(tmp_path, address)
    url, began = copies.new(), time.monotonic()
    importer(url, forms).communicate()
    expected, took, n_acknowledged = rows_of(url), time.monotonic() - began, 0
    for moment in moments(N_CRASHES):
        url = copies.new()
        before = rows_of(url)
        process = importer(url, forms)
        time.sleep(moment * took)
        subprocess.run(crash, check=True)
        out, err = process.communicate()
        found = rows_of(url)
        assert found in (before, expected)
        if f"{N_PATIENTS * N_FORMS} new" in out:
            n_acknowledged += 1
            assert found == expected
        else:
            # One sentence, and no word of a patient.
            assert process.returncode == 2 and err.count("\n") == 1 and "Traceback" not in err, err
        again = importer(url, forms)
        again.communicate()
        assert again.returncode == 1 and rows_of(url) == expected
    print(f"postgresql: {N_CRASHES} failures, {n_acknowledged} imports acknowledged, none of them lost")
