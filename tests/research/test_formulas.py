"""Acceptance 4 of research: 200 texts that a spreadsheet would run, as cells of a table that leaves."""

import csv
import io
import json
import os
import shutil
import subprocess
import unicodedata
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.research.attacks import count_formulas as count_formula_cells
from lib.research.csv_blocks import write_csv
from lib.research.packing import Packing
from lib.research.spreadsheet import make_safe, take_back
from lib.research.table import ColumnNote, ExportTable

INJECTIONS = json.loads((Path(__file__).parent / "injections.json").read_text("utf-8"))
FORMULA_SIGNS = "=+-@\u2212"


def would_run(cell: str) -> bool:
    """Stricter than Excel and LibreOffice, which run less: what is compatible with a formula's sign (NFKC) after all that does
    not show."""
    unseen = ("Cc", "Cf", "Zs", "Zl", "Zp")
    selectors = "\u034f" + "".join(map(chr, range(0xFE00, 0xFE10)))
    seen = (one for one in cell if unicodedata.category(one) not in unseen and one not in selectors)
    return unicodedata.normalize("NFKC", next(seen, " "))[0] in FORMULA_SIGNS


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> bytes:
    rows = pd.DataFrame({"text": INJECTIONS, "change": range(-100, len(INJECTIONS) - 100)})
    assert count_formula_cells(rows) == 0
    notes = (ColumnNote("text", "", "text"), ColumnNote("change", "", "whole"))
    table = ExportTable("rows", "", notes, lambda: iter([rows]), len(rows))
    path = tmp_path_factory.mktemp("formulas") / "release.zip"
    with Packing(path, b"key") as packing:
        packing.add_stream("rows.csv", write_csv(table), len(rows))
    with ZipFile(path) as archive:
        return archive.read("rows.csv")


def test_no_text_of_the_list_is_left_to_be_run(written):
    assert len(INJECTIONS) == 200 and sum(map(would_run, INJECTIONS)) > 150
    cells = list(csv.reader(io.StringIO(written.decode(), newline="")))[1:]
    assert [text for text, _ in cells if would_run(text)] == []
    # What was written can be had back, and numbers are numbers.
    assert [take_back(text) for text, _ in cells] == INJECTIONS
    assert [int(change) for _, change in cells] == list(range(-100, len(INJECTIONS) - 100))


@given(st.text(max_size=8))
def test_no_text_at_all_is_left_to_be_run(text):
    assert not would_run(make_safe(text))


@given(st.text("=+-@\uff1d \t\u00a0\u200b\u2066\x00a1", max_size=6))
def test_no_disguise_is_left_to_be_run(text):
    assert not would_run(make_safe(text))


@pytest.mark.skipif(os.environ.get("PROVE") != "1", reason="PROVE=1 opens the file in LibreOffice")
def test_libreoffice_finds_no_formula(written, tmp_path):
    """Also with what would be run: so that the check is known to see formulas."""
    setup = Path(__file__).parents[1] / "setup_libreoffice.sh"
    if subprocess.run(["bash", str(setup)], check=False, capture_output=True).returncode:
        pytest.skip("LibreOffice is not here, and could not be installed")
    assert count_formulas(written, tmp_path / "safe") == (0, len(INJECTIONS))
    raw = pd.DataFrame({"text": ["=1+1", "=SUM(1;1)", "plain"], "change": [-1, 2, 3]})
    assert count_formulas(raw.to_csv(index=False).encode(), tmp_path / "raw") == (2, 5)


def count_formulas(data: bytes, folder: Path) -> tuple[int, int]:
    """Of a CSV file opened in LibreOffice: cells with a formula, and cells with a number."""
    folder.mkdir()
    (folder / "rows.csv").write_bytes(data)
    program = shutil.which("soffice") or "soffice"
    # Comma, double quotes, UTF-8, from the first line; no column's type is given, formulas are evaluated where they are found.
    options = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"
    command = [
        program,
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        f"--infilter={options}",
    ]
    command += ["--convert-to", "fods", "--outdir", str(folder), str(folder / "rows.csv")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    opened = next(folder.glob("rows*.fods")).read_text("utf-8")
    return opened.count("table:formula="), opened.count('office:value-type="float"')
