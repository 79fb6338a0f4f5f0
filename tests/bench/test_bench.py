"""The bench runs: a small clinic is made, served and visited, and every line of the report has its figures."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from big_clinic import LONG, N_LONG, make_big_clinic
from clinic_files import ACTOR

from lib.services import patients, stores

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT, ROOT / "tests", *(ROOT / "tests" / name for name in ("bench", "browser", "clinical")))


# That each finds what it asks the product for is tried always.
IS_PROOF = os.environ.get("PROVE") == "1"
at_length = pytest.mark.skipif(not IS_PROOF, reason="a bench from its beginning to its end: make prove")


def report_of(bench, *words, seconds=300):
    """What a bench prints, which has come to its end."""
    done = subprocess.run(
        [sys.executable, f"tests/bench/{bench}", *map(str, words)],
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, FOLDERS))},
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_long_history_has_as_many_records_as_the_report_says(tmp_path):
    store = stores.open_store(ACTOR, make_big_clinic(tmp_path, N_LONG + 5))
    for patient_key in (1, N_LONG):
        history = patients.read_patient(ACTOR, store, patient_key).history
        assert history.patient_id.startswith("long-")
        assert len(history.dosing_sessions) == LONG["dosing_sessions"]
        assert history.assessments["instrument"].value_counts().to_dict() == {"PHQ-9": 50, "GAD-7": 50}
    assert not patients.read_patient(ACTOR, store, N_LONG + 1).history.patient_id.startswith("long-")


@at_length
def test_the_report_measures_the_page_and_its_parts(tmp_path):
    report = report_of("patient_page.py", "--patients", N_LONG + 5, "--runs", "2", "--folder", tmp_path)
    lines = {line[:34].strip(): line[34:].split() for line in report.splitlines()}
    for name in ("the first page after a start", "long history, first open", "long history, again"):
        assert all(float(took) > 0 for took in lines[name])
    first, changed = (float(took) for took in lines["records, read and derived"][1:])
    assert first > 0 and changed > 0
    assert float(lines["chart"][1]) > 0


@at_length
def test_the_report_measures_an_import(tmp_path):
    report = report_of("import_files.py", "--forms", 240)
    (line,) = [line for line in report.splitlines() if line.startswith("import of 240 assessments")]
    assert all(float(figure.replace(",", "")) > 0 for figure in line.split()[-3:])


@at_length
def test_the_export_of_forms_stands_beside_pandas(tmp_path):
    report = report_of("export_records.py", "--forms", "480", "--runs", "1")
    lines = {line[:44].strip(): line[44:].split() for line in report.splitlines()}
    for name in (
        "export, from the store",
        "pandas to_csv, read by pandas",
        "pandas to_csv, typed by the export",
    ):
        assert len(lines[name]) >= 2
        assert all(float(figure.replace(",", "")) > 0 for figure in lines[name])
    assert "MB of the export" in report


@at_length
@pytest.mark.parametrize(
    ("bench", "words", "line"),
    [
        (
            "load.py",
            ("--clinicians", "2", "--think", "0.3", "--minutes", "0.1"),
            "2 clinicians, 0.3 s between two looks, 0 errors",
        ),
        ("recompute.py", (), "two workers, one killed"),
    ],
)
def test_the_report_of_many_at_once_comes_to_its_end(tmp_path, bench, words, line):
    report = report_of(bench, "--patients", N_LONG + 5, "--folder", tmp_path, *words)
    assert line in report


@at_length
def test_the_screen_stands_beside_its_peers_which_draw_the_same_charts(tmp_path):
    report = report_of("browser.py", "--patients", 200, "--rounds", 1, "--folder", tmp_path, seconds=1200)
    lines = {line[:53].strip(): line[53:].split() for line in report.splitlines()}
    for name in ("ours", "Dash", "Panel", "Shiny"):
        for step in ("first visit, queue drawn", "next page of the queue", "row to chart"):
            assert float(lines[f"{step:<42}{name}"][0]) > 0
    assert float(lines[f"{'row to row’s page':<42}Datasette"][0]) > 0
    assert "charts of as many traces and points as ours: Dash 4 of 4, Panel 4 of 4, Shiny 4 of 4" in report


@at_length
def test_imports_into_two_stores_stand_beside_each_other(tmp_path):
    report = report_of(
        "incremental_import.py",
        "--forms",
        "9600",
        "19200",
        "--new",
        "20",
        "--rounds",
        "1",
        "--folder",
        tmp_path,
    )
    lines = [line.split() for line in report.splitlines() if " forms  " in line]
    assert [line[0] for line in lines] == ["9,600", "19,200"] * 2
    for small, large in (lines[:2], lines[2:]):
        assert small[-2:] == ["1.00", "1.00"] and all(float(figure) > 0 for figure in large[-4:])


@pytest.mark.parametrize("bench", sorted(path.stem for path in Path(__file__).parent.glob("*.py")))
def test_every_bench_finds_what_it_asks_the_product_for(bench):
    if bench.startswith("peer_"):
        pytest.importorskip(bench.removeprefix("peer_"))
    importlib.import_module(bench)
