"""A store that was lost comes back as it was; nothing else is taken for it, and nothing is put over anything."""

import json
import os
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import built_stores
import pytest
import shared_server
from clinic_files import ACTOR, new_store, printed_rows, to_csv
from signing import SERVER, add, sign_in

from lib.services import (
    accounts,
    audit,
    caseload,
    checks,
    drills,
    enrolling,
    imports,
    recovery,
    signing_in,
    stores,
)
from lib.services._backup_manifest import manifest_file
from lib.services.access import NotPermittedError, Role
from lib.services.errors import NotFoundError, Store, StoreError

KEY = "ab" * 32
PEOPLE = [f"p{n}" for n in range(20)]


def form(who: str, day: str, level: str) -> dict[str, str]:
    items = {f"item_{n}": level for n in range(1, 10)}
    return {"patient_id": who, "instrument": "PHQ-9", "assessed_at": day, **items}


def fill(store: Store) -> Store:
    people = to_csv([{"patient_id": who} for who in PEOPLE])
    forms = to_csv([form(who, f"2026-0{month}-10", "2") for who in PEOPLE for month in (1, 2, 3)])
    imports.import_files(ACTOR, store, [("patients.csv", people), ("assessments.csv", forms)])
    audit.anchor_audit(ACTOR, store)
    return store


@pytest.fixture
def store(each_database, tmp_path, monkeypatch) -> Store:
    if each_database == "postgresql":
        monkeypatch.setenv("AUDIT_ANCHOR", str(tmp_path / "anchor"))
    return fill(new_store(tmp_path))


@pytest.fixture
def embedded(embedded_only, tmp_path) -> Store:
    return fill(new_store(tmp_path))


def elsewhere(store: Store, folder: Path) -> str:
    """An empty place for a store of the same kind, to which the anchor was carried."""
    if store.path is None:
        return shared_server.new_database(shared_server.address(Path(os.environ[built_stores._FOLDER])))
    (folder / "elsewhere").mkdir()
    anchor = store.path.with_name(store.path.name + ".audit-anchor")
    (folder / "elsewhere" / "clinic.sqlite.audit-anchor").write_bytes(anchor.read_bytes())
    return f"sqlite:///{folder}/elsewhere/clinic.sqlite"


def lists_of(store: Store) -> tuple[list, list]:
    return printed_rows(caseload.read_status(ACTOR, store)), printed_rows(caseload.read_flags(ACTOR, store))


def test_a_backup_brings_back_every_row_and_the_audit_says_so(store, tmp_path):
    expected = lists_of(store)
    add(store, "ann", Role.PHYSICIAN)
    token, code = (
        sign_in(store, "ann").token,
        accounts.invite(ACTOR, store, add(store, "bob", Role.PHYSICIAN)),
    )
    made = recovery.back_up(ACTOR, store, tmp_path / "backup")
    url = elsewhere(store, tmp_path)
    done = recovery.restore(ACTOR, url, None, tmp_path / "backup")
    again = stores.open_store(ACTOR, url)
    assert lists_of(again) == expected and len(expected[1]) > 0
    # Whoever has signed out since is not signed in again, and a link that was used since is not good once more.
    signed_in = [signing_in.find_sign_in(SERVER, one, token) is not None for one in (store, again)]
    assert signed_in == [True, False] and enrolling.open_invitation(SERVER, store, code).name == "bob"
    with pytest.raises(NotFoundError):
        enrolling.open_invitation(SERVER, again, code)
    assert (done.findings, made.is_noted, done.manifest) == ((), True, made.manifest)
    assert {"assessments", "audit_entry"} < made.manifest.rows.keys()
    rows, _ = audit.search_audit(ACTOR, again, audit.Asked(), limit=2)
    assert list(rows["act"])[:2] == ["restore backup", "back up"]
    verified = audit.verify_audit(ACTOR, again)
    assert verified.findings == () and verified.restored == (made.manifest.seq,)
    # What was there is not touched, and no second one is put over it.
    with pytest.raises(StoreError, match=r"never over a store|into an empty database only"):
        recovery.restore(ACTOR, url, None, tmp_path / "backup")


def test_a_drill_while_others_write_finds_each_row_as_it_was(store, tmp_path):
    stop, done = Event(), []

    def write() -> None:
        other = Store(store.url)
        while not stop.is_set():
            day = f"2026-04-{len(done) % 28 + 1:02d}"
            forms = to_csv([form(who, day, "3") for who in PEOPLE])
            imports.import_files(ACTOR, other, [(f"{day}.csv", forms)])
            done.append(day)

    writer = Thread(target=write)
    writer.start()
    while not done:
        stop.wait(0.01)
    n_before = len(done)
    into = None if store.path else elsewhere(store, tmp_path)
    found = drills.drill(ACTOR, store, tmp_path, into=into)
    while len(done) <= n_before:
        stop.wait(0.01)
    stop.set()
    writer.join()
    assert found.is_passed and found.n_rows["status"] >= len(PEOPLE) and found.n_rows["flags"] > 0
    assert list(found.seconds) == ["backup", "restore", "verify", "first lists"]
    if into:
        recovery.check_is_empty(Store(into))
    else:
        assert not list(tmp_path.glob("drill.sqlite*"))


def test_an_old_backup_is_told_and_comes_back_only_when_somebody_says_so(store, tmp_path):
    recovery.back_up(ACTOR, store, tmp_path / "backup")
    imports.import_files(ACTOR, store, [("later.csv", to_csv([form("p1", "2026-04-10", "3")]))])
    audit.anchor_audit(ACTOR, store)
    url = elsewhere(store, tmp_path)
    with pytest.raises(
        StoreError, match=r"an old backup stands in its place.*What was written after it is lost"
    ):
        recovery.restore(ACTOR, url, None, tmp_path / "backup")
    recovery.check_is_empty(Store(url))
    done = recovery.restore(ACTOR, url, None, tmp_path / "backup", anyway=True)
    assert [finding.kind for finding in done.findings] == [audit.Kind.OLDER]
    assert audit.verify_audit(ACTOR, Store(url)).findings == ()


def change_byte(backup: Path) -> None:
    written = bytearray(backup.read_bytes())
    written[len(written) // 2] ^= 1
    backup.write_bytes(written)


def say(**values: object):
    def change(backup: Path) -> None:
        said = json.loads(manifest_file(backup).read_text())
        manifest_file(backup).write_text(json.dumps(said | values))

    return change


SPOILED = {
    "a byte changed": (change_byte, "not as it was written"),
    "its end cut off": (lambda path: os.truncate(path, path.stat().st_size - 1), "not as it was written"),
    "no manifest": (lambda path: manifest_file(path).unlink(), "manifest.json is missing"),
    "another manifest": (lambda path: manifest_file(path).write_text("{}"), "not the manifest of a backup"),
    "rows that it does not have": (say(data="000000000000"), "does not hold what its manifest says"),
    "of a newer version": (say(tables="9999"), "newer version of the product"),
    "of the other database": (say(database="postgresql"), "another kind of database"),
    "with a key": (say(is_encrypted=True), "set DATABASE_KEY"),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_backup_that_is_not_what_it_was_leaves_the_place_empty(case, embedded, tmp_path):
    spoil, sentence = SPOILED[case]
    recovery.back_up(ACTOR, embedded, tmp_path / "backup")
    spoil(tmp_path / "backup")
    (tmp_path / "place").mkdir()
    with pytest.raises(StoreError, match=sentence):
        recovery.restore(ACTOR, f"sqlite:///{tmp_path}/place/clinic.sqlite", None, tmp_path / "backup")
    assert list((tmp_path / "place").iterdir()) == []


def test_a_store_with_a_key_is_backed_up_with_it(embedded_only, tmp_path):
    store = fill(
        stores.create_store(ACTOR, f"sqlite:///{tmp_path}/secret.sqlite", KEY, are_clinics_open=True)
    )
    made = recovery.back_up(ACTOR, store, tmp_path / "backup")
    written = (tmp_path / "backup").read_bytes()
    assert made.manifest.is_encrypted and not written.startswith(b"SQLite") and b"PHQ-9" not in written
    url = elsewhere(store, tmp_path)
    with pytest.raises(StoreError, match="key is missing or wrong"):
        recovery.restore(ACTOR, url, "cd" * 32, tmp_path / "backup")
    recovery.restore(ACTOR, url, KEY, tmp_path / "backup")
    assert lists_of(Store(url, KEY)) == lists_of(store)


def test_a_backup_is_never_written_over_another_one_nor_by_who_sees_one_clinic(embedded, tmp_path):
    recovery.back_up(ACTOR, embedded, tmp_path / "backup")
    with pytest.raises(StoreError, match="never takes the place of another one"):
        recovery.back_up(ACTOR, embedded, tmp_path / "backup")
    with pytest.raises(NotPermittedError, match="a backup has them all"):
        recovery.back_up(replace(ACTOR, clinics=frozenset({"main"})), embedded, tmp_path / "other")


def test_a_check_of_a_sound_store_is_good_in_every_line_and_changes_no_record(store):
    before = lists_of(store), store.read_state()
    found = checks.check_store(ACTOR, store.url)
    assert [check for check in found if not check.is_good] == []
    assert {"database", "tables", "writing", "audit"} <= {check.name for check in found}
    assert (lists_of(store), store.read_state()) == before
