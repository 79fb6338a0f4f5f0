"""Words that only a patient's records have, looked for wherever a program writes that is not asked for patients: standard output
and error, the server's log, and files that it leaves behind."""

import asyncio
import logging
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from knocking import open_window
from serving import serve
from ui_stores import make_clinic

from lib import faults, settings
from lib.commands import run

NAME, NOTE, PATIENT, FILE, TEXT = CANARIES = (
    "canaryquail",
    "canarywren",
    "canaryfinch",
    "canaryrobin",
    "canaryheron",
)
PATIENTS = f"patient_id,initials,clinic_id,sex,birth_year\n{PATIENT},Q,main,female,1980\n"
SESSIONS = f"patient_id,started_at,dose_mg,note\n{PATIENT},2026-01-06,100,{NOTE} I want to die\n"
ASSESSMENTS = "patient_id,instrument,assessed_at,total\n"
# One file a way in which a reader stumbles.
BAD = {
    "values.csv": f"{SESSIONS}{PATIENT},{NOTE},{TEXT},{NAME}\n{NAME},2026-01-07,100,{NOTE}\n{PATIENT},2026-01-08,1{NAME},\n",
    "forms.csv": f"{ASSESSMENTS}{PATIENT},PHQ-9,2026-01-05,{TEXT}\n{PATIENT},{NAME},2026-01-05,3\n{PATIENT},PHQ-9,{NOTE},3\n",
    "people.csv": f"{PATIENTS}{PATIENT}2,{NAME},main,{TEXT},19{NOTE}\n",
    "no_header.csv": f"{NAME},{PATIENT},{NOTE}\n{NAME},{PATIENT},{TEXT}\n",
    "cut.csv": f'{ASSESSMENTS}{PATIENT},PHQ-9,2026-01-05,"{TEXT}\n',
    "wide.csv": f"{ASSESSMENTS}{PATIENT},PHQ-9,2026-01-05,3,{TEXT}\n",
    "bytes.csv": f"{ASSESSMENTS}{PATIENT},PHQ-9,2026-01-05,".encode() + b"\xff\x00" + NOTE.encode(),
    "bundle.json": f'{{"resourceType": "Bundle", "type": "{TEXT}", "entry": [{{"resource": {{"note": "{NOTE}"}}}}]}}',
    "book.xlsx": b"PK\x03\x04" + NOTE.encode() * 40,
    "mail.csv": f"From: {NAME}\nSubject: {NOTE}\n\n{TEXT}\n",
}
PROGRAM = (sys.executable, str(Path(__file__).parents[1] / "stumbling.py"), f"{NAME}, {NOTE}: {TEXT}")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where programs put what they keep for a moment."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def find_canaries(text: str) -> set[str]:
    return {word for word in CANARIES if word in text}


def left_behind(folder: Path) -> str:
    """Names and bytes of what is still there."""
    return "\n".join(
        f"{path}\n{path.read_bytes().decode('latin-1') if path.is_file() else ''}"
        for path in folder.rglob("*")
    )


def test_imports_tell_nobody_what_stood_in_a_file(tmp_path, temporary, capsys):
    database = f"sqlite:///{tmp_path / 'clinic.sqlite'}"
    for name, said in {"a.csv": PATIENTS, "b.csv": SESSIONS, **BAD}.items():
        path = tmp_path / name
        path.write_bytes(said if isinstance(said, bytes) else said.encode())
        for options in (["--dry-run"], []):
            run(["import", "--database", database, *options, str(path)])
    said = capsys.readouterr()
    assert "line 3, started_at: rejected: started_at is not a date" in said.err
    assert said.out.count("1 new") >= 4
    assert not find_canaries(said.out + said.err + left_behind(temporary))
    assert NOTE in left_behind(tmp_path), "a word that is there is found"


def test_programs_that_stumble_tell_type_place_and_reference(tmp_path, temporary):
    files = {"patients.csv": PATIENTS, f"{FILE}.csv": SESSIONS}
    url = make_clinic(tmp_path, files, is_practice=True)
    surroundings = {"PYTHONPATH": str(settings.ROOT)}
    command = [*PROGRAM, "lib", "flags", "--database", url]
    ended = subprocess.run(
        command,
        cwd=settings.ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=False,
    )
    run_it = (*PROGRAM, "streamlit", "run", "dashboard.py")
    with (
        serve(url, tmp_path, run=run_it, **surroundings) as address,
        open_window(address) as window,
        pytest.raises(AssertionError) as shown,
    ):
        window.visit("patient", patient=1)
    log = (tmp_path / "server.log").read_text("utf-8")
    assert ended.returncode == 1 and "Traceback" not in ended.stderr + log
    for written in (ended.stderr, log):
        assert "KeyError, reference " in written and "from ValueError" in written, written
        assert "  at tests/stumbling.py:" in written
    assert not find_canaries(f"{ended.stdout}{ended.stderr}{log}{shown.value}{left_behind(temporary)}")


def test_no_line_of_a_log_has_the_text_of_an_error(capsys, monkeypatch):
    """Whoever writes it: with the error, as its argument, in its words, or as asyncio does."""
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    faults.keep_out_of_logs()
    log = logging.Logger("of somebody else")
    log.addHandler(logging.StreamHandler(sys.stderr))
    try:
        int(NOTE)
    except ValueError as error:
        log.exception("It failed: %s", error)  # noqa: TRY401
        log.warning("It failed: %r", error)
        log.exception(f"It failed: {error}")  # noqa: TRY401

    async def fail() -> None:
        raise LookupError(TEXT)

    async def never_ask() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, told: log.error("%s %r", told["message"], told["future"], exc_info=told["exception"])
        )
        failed = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del failed

    # In a thread of its own: a browser of another test may have left a loop running in this one.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, never_ask()).result()
    said = capsys.readouterr().err
    assert said.count("It failed: ValueError") == 3 and said.count("ValueError, reference ") == 3
    assert len({line for line in said.splitlines() if "ValueError, reference " in line}) == 1
    assert "LookupError, reference " in said
    assert not find_canaries(said)
