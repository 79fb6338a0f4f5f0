"""A folder that is watched: each file once, complete, with a log that holds no word of any patient."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from clinic_files import ACTOR, to_csv
from sqlalchemy import select
from sqlcipher3 import dbapi2 as sqlite

from lib import settings
from lib.commands import run, watch
from lib.services import imports, stores
from lib.store.tables import import_, source_choice

PATIENTS = [{"patient_id": "SECRET-007", "initials": "QX"}]
FORMS = [
    {
        "patient_id": "SECRET-007",
        "instrument": "PHQ-9",
        "assessed_at": "2026-01-05",
        "total": "18",
        "mode": "told me all",
    }
]
NOTES = [
    {
        "patient_id": "SECRET-007",
        "started_at": "2026-01-06",
        "dose_mg": "100",
        "note": "cried about her brother",
    }
]


class Folder:
    def __init__(self, path):
        self.path, self.url, self.log = path / "drop", f"sqlite:///{path / 'clinic.sqlite'}", path / "log"
        self.path.mkdir()

    def drop(self, name: str, rows) -> None:
        (self.path / name).write_bytes(rows if isinstance(rows, bytes) else to_csv(rows))

    @property
    def words(self) -> list[str]:
        return ["import", "--database", self.url, "--watch", str(self.path), "--log", str(self.log)]

    def look(self) -> list[dict]:
        """What one look writes into the log."""
        before = len(self.lines())
        assert run([*self.words, "--once"]) == 0
        return self.lines()[before:]

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def imported(self):
        return imports.read_imports(ACTOR, stores.open_store(ACTOR, self.url))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "_SETTLED_S", 0.3)
    return Folder(tmp_path)


def test_a_nightly_drop_is_taken_in_any_order_and_once(folder):
    folder.drop("a.csv", FORMS)
    folder.drop("z.csv", PATIENTS)
    assert [(line["file"], line["outcome"], line["n_new"], line["n_held"]) for line in folder.look()] == [
        ("z.csv", "accepted", 1, 0),
        ("a.csv", "accepted", 1, 0),
    ]
    assert folder.look() == []
    folder.drop("a copy of z.csv", PATIENTS)
    assert folder.look() == [] and len(folder.imported()) == 2


def test_the_log_holds_no_word_of_a_patient(folder):
    for name, rows in {
        "patients.csv": PATIENTS,
        "forms.csv": FORMS,
        "sessions.csv": [*NOTES, NOTES[0] | {"dose_mg": "a handful", "started_at": "2026-01-07"}],
        # Without a header, its first line is a patient's.
        "no header.csv": b"SECRET-007,cried about her brother,told me all\n",
        "broken.csv": b"%PDF SECRET-007",
    }.items():
        folder.drop(name, rows)
    assert {line["outcome"] for line in folder.look()} == {"accepted", "refused"} or folder.lines()
    text = folder.log.read_text()
    for word in ("SECRET", "QX", "cried", "brother", "told", "handful"):
        assert word not in text


# Id, name, day, what was said, and a total: its first line is a patient's, as every other.
NO_HEADER = b"SECRET-007,Sam Quill,2026-01-05,cried about her brother,18\nSECRET-007,Sam Quill,2026-01-%d,told me all,12\n"
BY_PLACE = {
    "records": [
        {
            "kind": "assessments",
            "constants": {"instrument": "PHQ-9"},
            "columns": [
                {"column": "patient_id", "source": "column 1 (A)"},
                {"column": "assessed_at", "source": "column 3 (C)", "reads": "date"},
                {"column": "total", "source": "column 5 (E)", "reads": "number"},
            ],
        }
    ]
}


def test_a_table_without_a_header_is_asked_about_taken_and_remembered_without_a_word_of_its_rows(
    folder, tmp_path, capsys
):
    folder.drop("patients.csv", PATIENTS)
    folder.drop("scores 2026-01-12.csv", NO_HEADER % 12)
    assert [line["outcome"] for line in folder.look()] == ["needs an answer", "accepted"]
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(BY_PLACE))
    file = str(folder.path / "scores 2026-01-12.csv")
    answer = ["import", file, "--database", folder.url, "--answer"]
    assert run([*answer, "mapping="]) == 2 and run([*answer, f"mapping=@{mapping}"]) == 0
    said = str(capsys.readouterr())
    assert "column 1 (A) to column 5 (E)" in said
    folder.drop("scores 2026-01-13.csv", NO_HEADER % 13)
    (line,) = folder.look()
    assert (line["n_new"], line["n_unchanged"]) == (1, 1)
    with stores.open_store(ACTOR, folder.url).read() as connection:
        kept = [list(connection.execute(select(table))) for table in (import_, source_choice)]
    said += f"{kept} {folder.log.read_text()} {capsys.readouterr()}"
    assert "column 3 (C)" in said
    for word in ("SECRET", "Quill", "cried", "brother", "told"):
        assert word not in said


def test_a_refused_file_is_refused_once(folder):
    folder.drop("letter.csv", b"%PDF-1.7")
    assert [line["outcome"] for line in folder.look()] == ["refused"]
    assert folder.look() == [] and len(folder.imported()) == 1


@pytest.mark.parametrize("name", [".hidden.csv", "a.csv.part", "a.csv.filepart", "a.csv.tmp", "a.csv~"])
def test_what_is_still_being_written_under_another_name_is_left_alone(folder, name):
    folder.drop(name, PATIENTS)
    assert folder.look() == []


def test_nothing_outside_the_folder_is_followed(folder, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_bytes(to_csv(PATIENTS))
    (folder.path / "link.csv").symlink_to(outside)
    (folder.path / "deeper").mkdir()
    (folder.path / "deeper" / "p.csv").write_bytes(to_csv(PATIENTS))
    assert folder.look() == []


def test_a_file_that_still_grows_is_taken_when_it_is_complete(folder):
    path = folder.path / "p.csv"
    path.write_bytes(b"patient_id\n")
    is_over = threading.Event()

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            for number in range(12):
                file.write(f"{number}\n".encode())
                time.sleep(0.05)
            is_over.wait(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    assert folder.look() == []
    writer.join()
    assert [line["n_new"] for line in folder.look()] == [12]


def test_it_runs_until_it_is_told_to_stop(folder):
    environment = os.environ | {"PYTHONPATH": str(settings.ROOT)}
    command = [sys.executable, "-m", "lib", *folder.words, "--every", "0.2"]
    with subprocess.Popen(command, cwd=settings.ROOT, env=environment) as process:
        folder.drop("p.csv", PATIENTS)
        waited = time.monotonic() + 60
        while not folder.lines() and time.monotonic() < waited:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert [line["outcome"] for line in folder.lines()] == ["accepted"]


def test_a_busy_store_is_asked_again(folder, capsys):
    store = stores.create_store(ACTOR, folder.url, are_clinics_open=True)
    folder.drop("p.csv", PATIENTS)
    with folder.log.open("a") as log:
        look = watch.Watch(ACTOR, store, folder.path, log)
        with closing(sqlite.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("lib.store._sqlite.BUSY_TIMEOUT_MS", 50)
                store.engine.dispose()
                assert look.look() == 0
            other.execute("ROLLBACK")
        assert look.look() == 1
    assert [line["outcome"] for line in folder.lines()] == ["failed", "accepted"]


def test_what_is_no_folder_is_said(folder, capsys):
    assert run(["import", "--database", folder.url, "--watch", str(folder.path / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_neither_files_nor_a_folder(folder, capsys):
    assert run(["import", "--database", folder.url]) == 2
    assert "--watch" in capsys.readouterr().err


def test_a_name_that_is_no_text_keeps_nothing_back(folder):
    (folder.path / "a_Jos\udce9.csv").write_bytes(to_csv(PATIENTS))
    folder.drop("b.csv", FORMS)
    assert [line["outcome"] for line in folder.look()] == ["accepted", "accepted"]


def test_a_file_that_makes_the_importer_stumble_keeps_nothing_back(folder, monkeypatch):
    real = imports.import_files

    def stumble(actor, store, files, **options):
        if any(name == "a.csv" for name, _ in files):
            raise RuntimeError("a fault of ours")
        return real(actor, store, files, **options)

    monkeypatch.setattr(imports, "import_files", stumble)
    folder.drop("a.csv", FORMS)
    folder.drop("b.csv", PATIENTS)
    assert [(line["file"], line["outcome"]) for line in folder.look()] == [
        ("a.csv", "failed"),
        ("b.csv", "accepted"),
    ]
