"""The write-ahead log of SQLite, cut off and with a bit turned over at any place: what was saved before it is there, whole, and
nothing that came at it or after it.

Killing a process leaves what the operating system has not written yet in its memory; this stands in for a machine that lost its
power after it had acknowledged.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from clinic_files import new_store

from lib.store import derived
from lib.store.engine import Store

N_CUTS = 400 if os.environ.get("PROVE") == "1" else 40
N_CHANGES, N_ROWS = 20, 150

pytestmark = pytest.mark.usefixtures("embedded_only")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> tuple[Path, list[int]]:
    """A store beside a log that nothing has been taken over from, and how long the log was after each change."""
    folder = tmp_path_factory.mktemp("written")
    store = new_store(folder)
    log, sizes = folder / "clinic.sqlite-wal", []
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
    sizes.append(log.stat().st_size if log.exists() else 0)
    for change in range(1, N_CHANGES + 1):
        with store.write() as connection:
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
            derived.write_about(
                connection, n=str(change), **{f"row {change} {n}": "x" * 40 for n in range(N_ROWS)}
            )
        sizes.append(log.stat().st_size)
    kept = tmp_path_factory.mktemp("kept")
    for end in ("", "-wal"):
        shutil.copy(folder / f"clinic.sqlite{end}", kept / f"clinic.sqlite{end}")
    return kept / "clinic.sqlite", sizes


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}")
    yield store
    store.engine.dispose()


def test_what_was_saved_before_the_place_is_there_and_nothing_after_it(written, tmp_path):
    source, sizes = written
    log, seen = source.with_name("clinic.sqlite-wal").read_bytes(), set()
    for number in range(N_CUTS):
        chance = Random(number)
        place = chance.randrange(len(log))
        spoiled = bytearray(log[:place] if number % 2 else log)
        if number % 2 == 0:
            spoiled[place] ^= 1 << chance.randrange(8)
        path = Path(shutil.copy(source, tmp_path / f"{number}.sqlite"))
        path.with_name(f"{path.name}-wal").write_bytes(spoiled)
        expected = max(change for change, size in enumerate(sizes) if size <= place or change == 0)
        with opened(path) as store, store.read() as connection:
            about = derived.read_about(connection)
            assert connection.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert int(about.get("n", "0")) == expected
            assert sum(name.startswith("row ") for name in about) == expected * N_ROWS
        seen.add(expected)
        path.unlink()
    assert len(seen) == N_CHANGES if N_CUTS >= 400 else len(seen) > 10
    print(f"{N_CUTS} logs, {len(seen)} different states, each whole")
