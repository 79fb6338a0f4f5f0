"""The chain of the audit: what is done to it by force is found, two writers do not fork it, and keys and anchors are kept."""

import os
import random
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from threading import Barrier, Event, Thread, Timer

import pytest
from clinic_files import ACTOR, new_store, to_csv
from signing import add, sign_in
from sqlalchemy.exc import DatabaseError

from lib.commands import run
from lib.services import _audit, _clock, audit, checks, decisions, imports, patients, stores, views
from lib.services._audit import Act, write_entry, writing
from lib.services._audit_anchor import BACKUP
from lib.services.access import Role
from lib.services.audit import Asked, Kind
from lib.services.closing import Closing, close_flag
from lib.services.errors import BusyError, Store, StoreError

N_ROWS = 30
# Of each of the seven kinds; all thirty under PROVE.
TIMES = 30 if os.environ.get("PROVE") == "1" else 3
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
COLUMNS = "seq, happened_at, actor, role, act, session, subject, clinic_key, patient_key, detail, key_id, mac"


def suffixed(store: Store, suffix: str) -> Path:
    return store.path.with_name(store.path.name + suffix)


def fill(store: Store, n_rows: int) -> None:
    with store.write() as connection:
        for number in range(n_rows):
            write_entry(connection, ACTOR, Act.HANDLE_FLAG, subject=f"row:{number}", detail={"n": number})


@pytest.fixture(scope="module")
def made_once(tmp_path_factory) -> Path:
    """A store with an audit of N_ROWS rows and one more, and its anchor file."""
    store = stores.create_store(ACTOR, f"sqlite:///{tmp_path_factory.mktemp('audit')}/clinic.sqlite")
    fill(store, N_ROWS)
    _audit.anchor_start(store)
    store.engine.dispose()
    return store.path


@pytest.fixture
def store(made_once, tmp_path) -> Store:
    for suffix in ("", ".audit-anchor"):
        copyfile(made_once.with_name(made_once.name + suffix), tmp_path / f"clinic.sqlite{suffix}")
    return Store(f"sqlite:///{tmp_path}/clinic.sqlite")


def force(store: Store, *statements: str) -> None:
    """As somebody with the database does it, who takes the triggers away first."""
    with closing(sqlite3.connect(store.path)) as connection, connection:
        for name in ("stays", "remains", "follows"):
            connection.execute(f"DROP TRIGGER audit_entry_{name}")
        for statement in statements:
            connection.execute(statement)


def kinds(store: Store) -> set[Kind]:
    return {finding.kind for finding in audit.verify_audit(ACTOR, store).findings}


def edit(rng: random.Random, row: int) -> list[str]:
    change = rng.choice(
        ["actor = 'Dr B'", "patient_key = 9", "detail = '{}'", "act = 'sign out'", "session = 'x'"]
    )
    return [f"UPDATE audit_entry SET {change} WHERE seq = {row}"]


def delete(rng: random.Random, row: int) -> list[str]:
    gone = f"DELETE FROM audit_entry WHERE seq = {row}"
    return [gone, *(shift(row, -1) if rng.random() < 0.5 else [])]


def insert(rng: random.Random, row: int) -> list[str]:
    made = f"INSERT INTO audit_entry SELECT {row}, {COLUMNS[5:]} FROM audit_entry WHERE seq = {row - 1}"
    return [*shift(row, 1), made]


def shift(row: int, by: int) -> list[str]:
    """All rows from one on get other numbers; by way of negative ones, as no number stands twice."""
    return [
        f"UPDATE audit_entry SET seq = -seq - {by} WHERE seq >= {row}",
        "UPDATE audit_entry SET seq = -seq WHERE seq < 0",
    ]


def swap(rng: random.Random, row: int) -> list[str]:
    other = row - 1
    return [
        f"UPDATE audit_entry SET seq = -1 WHERE seq = {row}",
        f"UPDATE audit_entry SET seq = {row} WHERE seq = {other}",
        f"UPDATE audit_entry SET seq = {other} WHERE seq = -1",
    ]


def truncate(rng: random.Random, row: int) -> list[str]:
    return [f"DELETE FROM audit_entry WHERE seq >= {row}"]


def duplicate(rng: random.Random, row: int) -> list[str]:
    end = f"(SELECT MAX(seq) + 1 FROM audit_entry), {COLUMNS[5:]}"
    return [f"INSERT INTO audit_entry SELECT {end} FROM audit_entry WHERE seq = {row}"]


def re_date(rng: random.Random, row: int) -> list[str]:
    return [f"UPDATE audit_entry SET happened_at = happened_at - {rng.choice([1, 86_400])} WHERE seq = {row}"]


ATTACKS = (edit, delete, insert, swap, truncate, duplicate, re_date)


@pytest.mark.parametrize("number", range(TIMES))
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_done_to_the_rows_by_force_is_found_where_it_was_done(store, attack, number):
    assert kinds(store) == set()
    rng = random.Random(f"{attack.__name__} {number}")
    row = rng.randint(2, N_ROWS)
    force(store, *attack(rng, row))
    found = audit.verify_audit(ACTOR, store)
    assert not found.is_whole
    assert min(one.seq for one in found.findings) in (row - 1, row, N_ROWS + 2, N_ROWS + 3)
    if attack is truncate:
        assert {one.kind for one in found.findings} >= {Kind.OLDER}
    else:
        assert {one.kind for one in found.findings} & {Kind.CHANGED, Kind.MISSING}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'x' WHERE seq = 3",
        "DELETE FROM audit_entry WHERE seq = 31",
        f"INSERT OR REPLACE INTO audit_entry SELECT 3, {COLUMNS[5:]} FROM audit_entry WHERE seq = 4",
        f"INSERT INTO audit_entry SELECT 99, {COLUMNS[5:]} FROM audit_entry WHERE seq = 4",
    ],
)
def test_the_table_takes_a_next_row_and_nothing_else(store, statement):
    with pytest.raises(DatabaseError, match="only ever added to"), store.write() as connection:
        connection.exec_driver_sql(statement)


def put_back(store: Store, backup: bytes) -> None:
    store.engine.dispose()
    for suffix in ("-wal", "-shm"):
        suffixed(store, suffix).unlink(missing_ok=True)
    store.path.unlink()
    store.path.write_bytes(backup)


def test_an_old_backup_in_its_place_is_called_what_it_is_until_somebody_says_so(store, capsys):
    backup = store.path.read_bytes()
    fill(store, 5)
    _audit.anchor_start(store, BACKUP)
    put_back(store, backup)
    with pytest.raises(StoreError, match=r"is not served: the audit ends with row 31, and had 36"):
        checks.require_whole(ACTOR, store)
    command = ["audit", "verify", "--database", store.url]
    assert run(command) == 1
    out = capsys.readouterr().out
    assert "older than the anchor: the audit ends with row 31, and had 36 on " in out and "old backup" in out
    # What is written to it since does not hide it.
    fill(store, 9)
    assert kinds(store) == {Kind.REWRITTEN}
    put_back(store, backup)
    assert run(["audit", "restored", "--database", store.url]) == 0
    checks.require_whole(ACTOR, store)
    assert run(command) == 0
    assert "A backup was brought back at row 31; what came after it is gone." in capsys.readouterr().out


@pytest.mark.parametrize("change", ["gone", "line changed", "line copied", "not ours"])
def test_an_anchor_file_that_was_touched_is_told(store, change):
    path = suffixed(store, ".audit-anchor")
    lines = path.read_text().splitlines(keepends=True)
    changes: dict[str, Callable[[], object]] = {
        "gone": path.unlink,
        "line changed": lambda: path.write_text("".join(lines).replace(" 31 ", " 30 ")),
        "line copied": lambda: path.write_text("".join([*lines, lines[-1]])),
        "not ours": lambda: path.write_text("hello\n"),
    }
    changes[change]()
    assert kinds(store) >= {Kind.NO_ANCHOR if change == "gone" else Kind.BAD_ANCHOR}
    # It stops nobody's work, and a missing file is not made again in silence.
    assert views.note_listing(ACTOR, store, "flags", 1) is None
    stores.open_store(ACTOR, store.url)
    assert path.exists() == (change != "gone")


def test_the_first_row_of_a_day_anchors_what_was_before_it(store, monkeypatch):
    later = _clock.now() + timedelta(days=1)
    monkeypatch.setattr(_clock, "now", lambda: later)
    fill(store, 4)
    (*_, last) = suffixed(store, ".audit-anchor").read_text().splitlines()
    # Row 31 was anchored at the start already.
    assert last.split()[1:3] == ["start", "31"]
    later += timedelta(days=1)
    fill(store, 4)
    (*_, last) = suffixed(store, ".audit-anchor").read_text().splitlines()
    assert last.split()[1:3] == ["day", "35"] and kinds(store) == set()


def test_two_writers_do_not_fork_the_chain(store):
    n_writers, n_each = 4, 8
    start = Barrier(n_writers)

    def write() -> None:
        own = Store(store.url)
        start.wait()
        for _ in range(n_each):
            with writing(ACTOR, own, Act.ABSENCE):
                pass

    threads = [Thread(target=write) for _ in range(n_writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows, n_rows = audit.search_audit(ACTOR, store, Asked(act="enter absence"))
    assert n_rows == n_writers * n_each and rows["row"].nunique() == n_rows and kinds(store) == set()


def test_an_act_that_fails_leaves_no_row(store):
    with pytest.raises(RuntimeError), writing(ACTOR, store, Act.ABSENCE):
        raise RuntimeError
    assert audit.search_audit(ACTOR, store, Asked(act="enter absence"))[1] == 0


@pytest.mark.parametrize("typed", ["Ann Smith", "call her", "ü", "a" * 81, "x\ny"])
def test_it_takes_no_text(store, typed):
    for about in ({"subject": typed}, {"detail": {"why": typed}}, {"detail": {"why": ["ok", typed]}}):
        with pytest.raises(ValueError, match="codes and counts"), writing(ACTOR, store, Act.ABSENCE, **about):
            pass


SIGNED_IN = replace(ACTOR, name="Dr A", role="physician", session="s-1")


def sign(actor, store: Store) -> None:
    drawn = decisions.read_decisions(actor, store, 1).draw(patients.read_patient(actor, store, 1), "a form")
    day = _clock.day_number(_clock.now().date()) + 14
    answers = decisions.Answers(options=("hold",), reasons=("safety",), review_by=day, new_interval_days=None)
    decisions.sign_decision(actor, store, 1, answers, decisions.Signature(patient_id="ann"), drawn=drawn)


def test_signatures_say_whether_somebody_had_signed_in(clinic):
    """A clinic's own patients: without sign-in nobody signs for them."""
    with pytest.raises(StoreError, match="A signature needs sign-in"):
        sign(ACTOR, clinic)
    sign(SIGNED_IN, clinic)
    (row,) = decisions.read_decisions(ACTOR, clinic, 1).signed.to_dict("records")
    assert (row["signer"], row["is_verified"]) == ("Dr A", 1)
    forms = [{"patient_id": "ann", "clinic_id": "north", "instrument": "PHQ-9", "assessed_at": "2026-03-02",
              **{f"item_{n}": "1" for n in range(1, 10)}}]  # fmt: skip
    for actor, day in ((ACTOR, "2026-03-02"), (SIGNED_IN, "2026-03-09")):
        rows = [{**forms[0], "assessed_at": day}]
        imports.import_files(ACTOR, clinic, [(f"{day}.csv", to_csv(rows))])
        flags = patients.read_patient(ACTOR, clinic, 1).flags
        evidence = flags.loc[flags["rule"] == "suicidality_item_9", "evidence"].iloc[0]
        words = Closing("welfare_check", "seen at home")
        close_flag(actor, clinic, 1, words, evidence=evidence)
    page = patients.read_patient(ACTOR, clinic, 1)
    assert page.closings["is_verified"].tolist() == [0, 1]
    who = page.story.loc[page.story["what"].str.startswith("closed"), "who"].tolist()
    assert who == ["a test (unverified local user)", "Dr A"]


def test_a_decision_that_was_changed_after_it_was_signed_is_found(clinic):
    sign(SIGNED_IN, clinic)
    clean = kinds(clinic)
    with clinic.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET patient_key = 2")
    # A merge moves it to another identity; what was signed is the same.
    assert kinds(clinic) == clean
    with clinic.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET note = 'raised'")
    assert kinds(clinic) == clean | {Kind.DECISION}
    with clinic.write() as connection:
        connection.exec_driver_sql("DELETE FROM decision")
    (found,) = (one for one in audit.verify_audit(ACTOR, clinic).findings if one.kind == Kind.DECISION)
    assert "decision 1, signed in row" in found.text and found.text.endswith("is gone.")


class TestKeys:
    """Without AUDIT_KEY: a file beside the store."""

    @pytest.fixture(autouse=True)
    def no_key_in_the_environment(self, monkeypatch):
        monkeypatch.delenv("AUDIT_KEY")

    @pytest.fixture
    def store(self, tmp_path) -> Store:
        return stores.create_store(ACTOR, f"sqlite:///{tmp_path}/clinic.sqlite")

    def test_the_file_is_made_once_and_its_owner_alone_reads_it(self, store):
        path = suffixed(store, ".audit-key")
        assert {stat.S_IMODE(one.stat().st_mode) for one in (path, store.path)} == {0o600}
        key = path.read_text()
        fill(store, 2)
        assert path.read_text() == key and key.strip().encode() not in store.path.read_bytes()
        path.chmod(0o644)
        with pytest.raises(StoreError, match="Others may read the key of the audit"):
            fill(store, 1)

    def test_a_clinics_store_that_lost_its_key_takes_nothing_and_says_so(self, store, capsys):
        suffixed(store, ".audit-key").unlink()
        with pytest.raises(StoreError, match="The key of the audit is missing"):
            fill(store, 1)
        assert run(["audit", "verify", "--database", store.url]) == 2
        assert "The key of the audit is missing" in capsys.readouterr().err
        with pytest.raises(StoreError, match="The key of the audit is missing"):
            checks.require_whole(ACTOR, store)  # Nor is it served.

    def test_made_up_patients_go_on_with_another_key_and_verify_tells(self, tmp_path):
        store = stores.create_store(ACTOR, f"sqlite:///{tmp_path}/p.sqlite", is_practice=True)
        suffixed(store, ".audit-key").unlink()
        fill(store, 1)
        assert kinds(store) >= {Kind.UNKNOWN_KEY}

    def test_a_new_key_seals_new_rows_and_the_old_one_still_verifies_the_others(self, store):
        fill(store, 2)
        before = suffixed(store, ".audit-key").read_text()
        audit.change_key(ACTOR, store)
        fill(store, 2)
        assert suffixed(store, ".audit-key").read_text().startswith(before) and kinds(store) == set()
        with store.read() as connection:
            ids = connection.exec_driver_sql("SELECT DISTINCT key_id FROM audit_entry").fetchall()
        assert len(ids) == 2
        suffixed(store, ".audit-key").write_text(before)
        assert kinds(store) >= {Kind.UNKNOWN_KEY}

    def test_another_key_verifies_nothing(self, store, monkeypatch):
        monkeypatch.setenv("AUDIT_KEY", "7" * 64)
        assert kinds(store) >= {Kind.UNKNOWN_KEY, Kind.BAD_ANCHOR}

    def test_rows_under_a_key_that_nobody_changed_to_are_found(self, store, monkeypatch):
        """Somebody on the command line with another AUDIT_KEY."""
        own = suffixed(store, ".audit-key").read_text().strip()
        monkeypatch.setenv("AUDIT_KEY", "7" * 64)
        fill(store, 1)
        monkeypatch.setenv("AUDIT_KEY", own)
        assert Kind.UNKNOWN_KEY in kinds(store)


@pytest.fixture
def clinic(tmp_path) -> Store:
    store = new_store(tmp_path)
    people = [{"patient_id": who, "clinic_id": where} for who, where in (("ann", "north"), ("bob", "south"))]
    imports.import_files(ACTOR, store, [("patients.csv", to_csv(people))])
    return store


def test_who_looked_is_found_by_patient_person_act_and_day_within_the_own_clinics(clinic, capsys):
    for _ in range(2):
        assert views.note_view(ACTOR, clinic, 1) == ""
    views.note_view(ACTOR, clinic, 2)
    rows, n_rows = audit.search_audit(ACTOR, clinic, Asked(patient_id="ann"), limit=1)
    assert (
        n_rows == 2 and rows["act"].tolist() == ["view patient"] and rows["clinic_id"].tolist() == ["north"]
    )
    north = ACTOR.__class__("north", ACTOR.permissions, frozenset({"north"}))
    seen, _ = audit.search_audit(north, clinic, Asked())
    assert set(seen["patient_id"].dropna()) == {"ann"} and "import file" in set(seen["act"])
    # Whoever shares no clinic is not named, by what they did or by what was done about them; who shares one is.
    for who, where in (("sam", "south"), ("nora", "north"), ("all", None)):
        add(clinic, who, Role.PHYSICIAN, clinics=where and [where])
        sign_in(clinic, who)
    seen, _ = audit.search_audit(north, clinic, Asked())
    assert {"nora", "all"} <= set(seen["actor"]) and "sam" not in set(seen["actor"])
    assert {"account:2", "account:3"} <= set(seen["subject"].dropna()) and "account:1" not in set(
        seen["subject"]
    )
    assert audit.search_audit(north, clinic, Asked(actor="sam"))[1] == 0
    assert set(audit.read_people(ACTOR, clinic)) - set(audit.read_people(north, clinic)) == {"sam"}
    today = _clock.now().date()
    assert audit.search_audit(ACTOR, clinic, Asked(actor="nobody"))[1] == 0
    assert audit.search_audit(ACTOR, clinic, Asked(first=today + timedelta(days=2)))[1] == 0
    assert audit.search_audit(ACTOR, clinic, Asked(act="view patient", last=today))[1] == 3
    capsys.readouterr()
    assert run(["audit", "list", "--database", clinic.url, "--patient", "bob"]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert header.startswith("row,at,actor") and ",view patient,bob,south," in row


def test_a_look_that_cannot_be_written_down_is_said_and_left_on_standard_error(clinic, capsys):
    with clinic.write() as connection:
        full = "CREATE TRIGGER full BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        connection.exec_driver_sql(full)
    said = views.note_view(ACTOR, clinic, 1)
    assert (
        said.startswith("That you look at this patient could not be written down in the audit.")
        and "disk full" in said
    )
    assert "NOT AUDITED: a test opened patient 1" in capsys.readouterr().err
    # The page is shown all the same; what leaves the clinic does not.
    assert patients.read_patient(ACTOR, clinic, 1).patient_key == 1
    with pytest.raises(StoreError, match="disk full"):
        views.note_listing(ACTOR, clinic, "flags", 1)


def test_a_look_that_waits_for_nobody_is_refused_while_somebody_writes(each_database, tmp_path):
    store = new_store(tmp_path)
    person = {"patient_id": "ann", "clinic_id": "north"}
    imports.import_files(ACTOR, store, [("patients.csv", to_csv([person]))])
    is_writing, may_end = Event(), Event()

    def write() -> None:
        with Store(store.url).write():
            is_writing.set()
            may_end.wait(30)

    writer = Thread(target=write, daemon=True)
    writer.start()
    assert is_writing.wait(30)
    with pytest.raises(BusyError, match="somebody else"):
        views.note_view(ACTOR, store, 1, at_once=True)
    # The same connection waits where it is not told otherwise.
    Timer(0.3, may_end.set).start()
    assert views.note_view(ACTOR, store, 1) == ""
    writer.join(30)
    assert views.note_view(ACTOR, store, 1, at_once=True) == ""
    assert audit.search_audit(ACTOR, store, Asked(act="view patient"))[1] == 2


def test_a_look_leaves_what_was_kept_of_the_records_good(clinic):
    before = clinic.read_state()
    views.note_view(ACTOR, clinic, 1)
    assert clinic.read_state() == before
    with writing(ACTOR, clinic, Act.ABSENCE):
        pass
    assert clinic.read_state() != before


def test_a_look_back_is_found_in_the_store_of_today(clinic, monkeypatch):
    from lib.services import known_on

    later = _clock.now() + timedelta(days=2)
    monkeypatch.setattr(_clock, "now", lambda: later)
    day = later.date() - timedelta(days=1)
    known = known_on.open_as_known(ACTOR, clinic, day)
    views.note_view(ACTOR, known, 1)
    (row,) = audit.search_audit(ACTOR, clinic, Asked(act="view patient"))[0].to_dict("records")
    assert day.isoformat() in row["detail"]
