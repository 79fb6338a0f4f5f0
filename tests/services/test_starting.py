"""What keeps a store from being opened is one sentence with what to do; no empty one is begun beside what is left of another."""

import os
import pickle
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import disk_usage

import pytest
from clinic_files import ACTOR, new_store, to_csv

from lib.commands import run
from lib.services import audit, caseload, checks, imports, stores
from lib.services.errors import Store, StoreError
from lib.store.engine import DamagedError, UnwritableError

pytestmark = pytest.mark.usefixtures("embedded_only")
NOBODY = 65_534
as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root becomes somebody else, or mounts a small disk"
)


def people(*names: str) -> tuple[str, bytes]:
    return (f"{names[0]}.csv", to_csv([{"patient_id": name} for name in names]))


def forms(n: int, day: str = "2026-01-10") -> tuple[str, bytes]:
    items = {f"item_{n}": "2" for n in range(1, 10)}
    rows = [{"patient_id": f"p{who}", "instrument": "PHQ-9", "assessed_at": day, **items} for who in range(n)]
    return (f"forms of {day}.csv", to_csv(rows))


@pytest.fixture
def store(tmp_path) -> Store:
    store = new_store(tmp_path)
    imports.import_files(ACTOR, store, [people(*(f"p{n}" for n in range(300)))])
    audit.anchor_audit(ACTOR, store)
    # In the file itself, with no log beside it.
    store.engine.dispose()
    return store


def sentences(url: str, folder: Path, *, key: str | None = None) -> set[str]:
    """What opening, asking, making and checking say of it; none of them changes or makes a file."""
    before = {path: path.read_bytes() for path in folder.iterdir()}
    said = set()
    for ask in (stores.open_store, stores.exists, stores.create_store):
        with pytest.raises(StoreError) as refused:
            ask(ACTOR, url, key)
        said.add(str(refused.value))
    last = checks.check_store(ACTOR, url, key)[-1]
    assert not last.is_good
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    return said | {last.text}


def test_a_store_that_is_missing_is_looked_for_and_no_empty_one_is_made(store, tmp_path, capsys):
    store.path.rename(tmp_path.parent / f"{tmp_path.name} moved")
    (said,) = sentences(store.url, tmp_path)
    assert "is missing, and clinic.sqlite.audit-anchor of it is there" in said and "lib restore" in said
    file = tmp_path / "p.csv"
    file.write_bytes(people("p1")[1])
    assert run(["import", "--database", store.url, str(file)]) == 2
    assert capsys.readouterr().err == f"import: {said}\n" and not store.path.exists()


def test_a_log_without_its_store_is_not_thrown_away(tmp_path):
    (tmp_path / "clinic.sqlite-wal").write_bytes(b"committed rows")
    (said,) = sentences(f"sqlite:///{tmp_path}/clinic.sqlite", tmp_path)
    assert "clinic.sqlite-wal of it is there" in said


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garble(path: Path) -> None:
    path.write_bytes(Random(1).randbytes(8_192))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(empty, "is empty, and was not always"), (garble, "If it never had one, it is damaged")],
)
def test_a_file_that_is_no_store_any_more_is_kept(store, tmp_path, spoil, sentence):
    spoil(store.path)
    (said,) = sentences(store.url, tmp_path)
    assert sentence in said and "lib restore" in said


def test_a_key_where_there_was_none_is_told_apart_from_damage(store, tmp_path):
    (said,) = sentences(store.url, tmp_path, key="ab" * 32)
    assert "is not encrypted, and DATABASE_KEY is set" in said


def test_a_store_of_a_newer_version_is_left_alone(store, tmp_path):
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(
        StoreError, match=r"newer version of the product \(tables 9999\).*Nothing was changed"
    ):
        stores.open_store(ACTOR, store.url)
    assert "newer version" in checks.check_store(ACTOR, store.url)[-1].text
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"


def test_flipped_pages_are_found_before_anything_is_served(store):
    """Every page but the first, which says what the file is, turned over: one at a time."""
    whole = store.path.read_bytes()
    n_pages = len(whole) // 4_096
    found = 0
    for page in Random(3).sample(range(1, n_pages), 12):
        spoiled = bytearray(whole)
        spoiled[page * 4_096 : page * 4_096 + 512] = Random(page).randbytes(512)
        store.path.write_bytes(spoiled)
        again = Store(store.url)
        try:
            checks.require_whole(ACTOR, again)
        except DamagedError as error:
            assert "damaged" in str(error) and "lib restore" in str(error)
            found += 1
        assert not all(check.is_good for check in checks.check_store(ACTOR, store.url)) or _is_free(
            again, page
        )
        again.engine.dispose()
        store.path.write_bytes(whole)
    assert found >= 8


def _is_free(store: Store, page: int) -> bool:
    """Pages that nothing is in: what they hold is nobody's."""
    with store.read() as connection:
        return int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()) > 0


def as_nobody(act: Callable[[], str]) -> str:
    """What an act says when a user does it who owns nothing here; the sentence of a StoreError."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setuid(NOBODY)
        try:
            said = act()
        except StoreError as error:
            said = f"refused: {error}"
        except BaseException as error:
            said = f"failed: {error!r}"
        os.write(writing, pickle.dumps(said))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    return said


@as_root
def test_read_only_files_and_folders_are_told_apart(store, tmp_path):
    def read() -> str:
        opened = stores.open_store(ACTOR, store.url)
        return f"read {len(caseload.read_status(ACTOR, opened))}"

    def write() -> str:
        imports.import_files(ACTOR, Store(store.url), [people("new")])
        return "written"

    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    store.path.chmod(0o644)
    assert "is read-only for the user of this program" in as_nobody(read)
    tmp_path.chmod(0o777)
    assert "Nothing can be written" in as_nobody(write) and "read-only" in as_nobody(write)
    store.path.chmod(0o600)
    assert "may not be read by the user of this program" in as_nobody(read)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts no small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@as_root
def test_a_full_disk_saves_nothing_and_loses_nothing(store, tmp_path):
    with small_disk(tmp_path / "disk", 3) as disk:
        path = disk / "clinic.sqlite"
        path.write_bytes(store.path.read_bytes())
        small = Store(f"sqlite:///{path}")
        before = rows_of(small)
        (disk / "filling").write_bytes(bytes(disk_usage(disk).free - 200_000))
        with pytest.raises(UnwritableError, match="no space is left on its disk"):
            imports.import_files(ACTOR, small, [forms(300), forms(300, "2026-02-10")])
        assert imports_of(small) - imports_of(store) <= {"forms of 2026-01-10.csv"}
        assert rows_of(small)["patient_identity"] == before["patient_identity"]
        (disk / "filling").unlink()
        imports.import_files(ACTOR, small, [forms(300), forms(300, "2026-02-10")])
        assert rows_of(small)["assessments"] == 600
        small.engine.dispose()


def rows_of(store: Store) -> dict[str, int]:
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in ("patient_identity", "assessments", "standing")
        }


def imports_of(store: Store) -> set[str]:
    return set(imports.read_imports(ACTOR, store)["file_name"])
