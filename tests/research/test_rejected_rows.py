"""The file of rows to mend."""

import csv
import io

import pytest
from intake.examples import check

from lib.research.rejected_rows import write_problem_rows


def rows_of(text: str) -> list[list[str]]:
    written = write_problem_rows(check(text).problems)
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def test_what_is_wrong_stands_before_the_original_cells() -> None:
    header, row, broken = rows_of("patient_id,on,text\n404,2026-03-01,José\n007\n")
    assert header == [
        "line",
        "outcome",
        "column",
        "value",
        "reason",
        "patient_id",
        "on",
        "text",
        "row as it stands",
    ]
    assert row[:4] == ["2", "held", "patient_id", "404"]
    assert row[5:] == ["404", "2026-03-01", "José", ""]
    assert broken[5:] == ["", "", "", "007"]


def test_a_column_that_has_one_of_our_names_keeps_apart() -> None:
    header, row = rows_of("patient_id,observed_at,kind,value\n404,2026-03-01,weight_kg,80\n")
    assert header[5:] == ["patient_id", "observed_at", "kind", "original value"]
    assert row[-1] == "80"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula(start: str) -> None:
    _, row, broken = rows_of(f"patient_id,on,text\n{start}1,2026-03-01,{start}cmd()\n{start}1,2\n")
    assert [row[3], row[5], row[7]] == [f"'{start}1", f"'{start}1", f"'{start}cmd()"]
    assert broken[-1] == f"'{start}1,2"
    for cell in (*row, *broken):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_no_problems_give_a_header() -> None:
    assert rows_of("patient_id,on,text\n") == [["line", "outcome", "column", "value", "reason"]]
