"""Where a store is, what opens it, and the columns that are printed of it, in the order of the data dictionary."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from clinic_files import to_csv

from lib import settings
from lib.commands import run

KEY = "0123456789abcdef" * 4
# Written out from the data dictionary, not taken from the code.
STATUS = """
patient_id, course, instrument, category, reason, is_provisional, baseline_total, baseline_on, is_baseline_stale, latest_total,
latest_on, days_since_latest, is_current, change, percent_change, reliable_change, nadir_total, first_response_on,
is_response_confirmed, n_assessments, n_dosing_sessions, first_dose_on
"""
FLAGS = "patient_id, rule, severity, since, instrument, evidence, threshold, source, policy_version"
SESSIONS = [
    {"patient_id": "007", "started_at": day, "dose_mg": "100"} for day in ("2025-01-05", "2025-06-01")
]
FORM = {"patient_id": "007", "instrument": "PHQ-9", "assessed_at": "2025-06-20"}
FORMS = [FORM | {f"item_{n}": "1" for n in range(1, 10)}]


@pytest.fixture
def url(tmp_path, capsys) -> str:
    """A store with one patient, `007`, of two courses and with an item 9."""
    address = f"sqlite:///{tmp_path / 'clinic.sqlite'}"
    files = {"p.csv": [{"patient_id": "007"}], "s.csv": SESSIONS, "f.csv": FORMS}
    for name, rows in files.items():
        (tmp_path / name).write_bytes(to_csv(rows))
    assert run(["import", *(str(tmp_path / name) for name in files), "--database", address]) == 0
    capsys.readouterr()
    return address


def printed(capsys, *words: str) -> list[list[str]]:
    assert run(list(words)) == 0
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.parametrize(
    ("words", "columns", "n_rows"),
    [
        (("status",), STATUS, 2),
        (("status", "--all-courses"), STATUS, 4),
        (("status", "--all-courses", "--as-of", "2025-05-31"), STATUS, 2),
        (("status", "--as-of", "2025-01-04"), STATUS, 0),
        (("flags", "--as-of", "2025-06-20"), FLAGS, 2),
        (("flags", "--as-of", "2025-01-04"), FLAGS, 0),
    ],
    ids=["status", "all courses", "before the second", "nobody yet", "flags", "no flag yet"],
)
def test_columns_and_rows(url, capsys, words, columns, n_rows):
    header, *rows = printed(capsys, *words, "--database", url)
    assert header == [name.strip() for name in columns.split(",")]
    assert len(rows) == n_rows
    assert {row[0] for row in rows} <= {"007"}


def test_the_process_prints_the_same(url, capsys):
    words = ["status", "--as-of", "2025-06-20", "--database", url]
    done = subprocess.run(
        [sys.executable, "-m", "lib", *words], capture_output=True, text=True, check=True, cwd=settings.ROOT
    )
    assert list(csv.reader(io.StringIO(done.stdout))) == printed(capsys, *words)
    assert done.stderr == ""


@pytest.mark.parametrize("place", [1, 2], ids=["before the action", "after the action"])
def test_the_address_may_stand_before_or_after_what_is_done_with_a_policy(url, capsys, place):
    words = ["policy", "export"]
    words[place:place] = ["--database", url]
    assert run(words) == 0
    assert capsys.readouterr().out == settings.POLICY_FILE.read_text("utf-8")


@pytest.mark.parametrize("words", [["init"], ["status"], ["policy", "export"]], ids=lambda words: words[-1])
@pytest.mark.parametrize("address", ["nonsense://x", "://", "sqlite:///{folder}"])
def test_an_address_that_is_none_is_one_sentence(tmp_path, capsys, words, address):
    """The last one is a folder."""
    assert run([*words, "--database", address.format(folder=tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("key", ["xyz", "abcd", KEY[:-1], KEY + "0", "x" * 64])
def test_a_key_that_is_none_is_refused_and_makes_no_store(tmp_path, capsys, monkeypatch, key):
    monkeypatch.setenv("DATABASE_KEY", key)
    assert run(["init", "--database", f"sqlite:///{tmp_path / 'new.sqlite'}"]) == 2
    assert "64 hexadecimal digits" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_store_with_a_key_is_read_with_it_and_with_no_other(tmp_path, capsys, monkeypatch):
    address = f"sqlite:///{tmp_path / 'clinic.sqlite'}"
    monkeypatch.setenv("DATABASE_KEY", KEY)
    assert run(["init", "--database", address]) == 0
    assert run(["status", "--database", address]) == 0
    for other in ("", "f" * 64):
        monkeypatch.setenv("DATABASE_KEY", other)
        assert run(["status", "--database", address]) == 2
        assert "key is missing or wrong" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["status", "flags"])
def test_asking_what_is_not_there_makes_no_store(tmp_path, capsys, command):
    path = Path(tmp_path / "folder" / "clinic.sqlite")
    assert run([command, "--database", f"sqlite:///{path}"]) == 2
    assert "There is no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
