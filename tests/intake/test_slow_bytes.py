"""Bytes that are made to take a program long: each is dealt with in the time that its size deserves."""

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from lib.clinical.frames import KINDS
from lib.intake.choices import NeedsChoice
from lib.intake.reading import read_file
from lib.intake.unreadable import UnreadableFile
from lib.intake.values import UnreadableCell, parse_cell

_SESSIONS = b"patient_id,started_at,dose_mg\na,2026-01-01,"
# Each took 15 seconds, or for ever.
_LONGEST_S = 5
_FILES = {
    "quotes-without-an-end": ("a.json", b'{"resourceType":"Bundle","' + b'\\"' * 100_000),
    "an-arrow-without-a-head": ("a.csv", _SESSIONS + b"1 a" + b"-" * 100_000 + b"\n"),
    "a-name-of-many-numbers": ("a.csv", b"patient_id,visit," + b"1." * 60_000 + b"\na,2026-01-01,3\n"),
}


def _workbook(part: str, of: bytes, by: bytes) -> bytes:
    """A table of one row, with something else written into one of its parts."""
    book, plain, changed = Workbook(), io.BytesIO(), io.BytesIO()
    for row in (("patient_id", "sex"), ("a", "f")):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, content.replace(of, by, 1) if name == part else content)
    return changed.getvalue()


@pytest.mark.parametrize("case", _FILES)
def test_a_text_takes_no_longer_than_it_is_long(case):
    begun = time.monotonic()
    try:
        read_file(*_FILES[case])
    except (UnreadableFile, NeedsChoice) as said:
        assert len(str(said)) < 500
    assert time.monotonic() - begun < _LONGEST_S


def test_a_number_with_a_long_text_behind_it_is_none():
    begun = time.monotonic()
    with pytest.raises(UnreadableCell):
        parse_cell(KINDS["dosing_sessions"].column("hold_min"), f"1{'a' * 100_000}\nb")
    assert time.monotonic() - begun < _LONGEST_S


def test_a_workbook_has_no_part_that_keeps_the_others_waiting():
    sheet, styles = "xl/worksheets/sheet1.xml", "xl/styles.xml"
    remark = b"<!--" + b"<mergeCell " * 100_000 + b"--><sheetData>"
    begun = time.monotonic()
    (table,) = read_file("a.xlsx", _workbook(sheet, b"<sheetData>", remark)).tables
    assert table.cells["patient_id"] == ["a"]
    with pytest.raises(UnreadableFile, match=styles):
        read_file(
            "a.xlsx", _workbook(styles, b"<fonts", b"<fonts>" + b"<font/>" * 600_000 + b"</fonts><fonts")
        )
    assert time.monotonic() - begun < _LONGEST_S
