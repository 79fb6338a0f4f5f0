"""A sheet of an Excel workbook as text: what it shows, one sheet of several, and workbooks that are not opened."""

import io
import warnings
import zipfile
from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.grids import read_as_mapped
from openpyxl import Workbook

from lib.intake.choices import NeedsChoice
from lib.intake.grid import Grid
from lib.intake.unreadable import UnreadableFile
from lib.intake.workbook import read_workbook
from lib.intake.workbook_archive import is_workbook


def save(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def workbook(*rows: list, **formats: str) -> bytes:
    """One sheet of these rows; formats: how a cell is shown, by its place (B2="0%")."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, number_format in formats.items():
        book.active[place].number_format = number_format
    return save(book)


def read(data: bytes, **choices: str) -> Grid:
    return read_workbook("clinic.xlsx", data, choices)


def repacked(data: bytes, change) -> bytes:
    """The same archive with its parts as `change` (of name and bytes) gives them; None leaves a part out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target.getvalue()


CELLS = [
    ("text", "007", "General", "007"),
    ("text with spaces", "\u00a0 a \u200b", "General", "a"),
    ("a whole number", 7, "General", "7"),
    ("a whole number, stored with decimals", 7.0, "General", "7"),
    ("a number", 62.5, "General", "62.5"),
    ("a number of many decimals", 0.1 + 0.2, "0.00", "0.3"),
    ("a number shown with zeros", 7, "000", "007"),
    ("a number shown in percent", 0.98, "0%", "98%"),
    ("a number with a percent sign in words", 98, '0" %"', "98"),
    ("a number of more digits than Excel keeps", 1.25e19, "0", "1.25e+19"),
    ("yes", True, "General", "TRUE"),
    ("no", False, "General", "FALSE"),
    ("a date", date(2026, 4, 3), "dd/mm/yyyy", "2026-04-03"),
    ("a date of the other order", date(2026, 4, 3), "mm/dd/yyyy", "2026-04-03"),
    ("a moment", datetime(2026, 4, 3, 20, 30), "dd/mm/yyyy hh:mm", "2026-04-03T20:30:00"),
    (
        "a moment that a date's format hides",
        datetime(2026, 4, 3, 20, 30),
        "yyyy-mm-dd",
        "2026-04-03T20:30:00",
    ),
    ("midnight", datetime(2026, 4, 3), "yyyy-mm-dd hh:mm", "2026-04-03T00:00:00"),
    (
        "a moment between two seconds",
        datetime(2026, 4, 3, 9, 59, 59, 999_000),
        "yyyy-mm-dd hh:mm",
        "2026-04-03T10:00:00",
    ),
    ("a time", time(9, 30), "hh:mm", "09:30:00"),
    ("an error", "#N/A", "General", "#N/A"),
    ("nothing", None, "General", ""),
    ("a formula that was never worked out", "=1+1", "General", "#NOT CALCULATED"),
]


@pytest.mark.parametrize(
    ("value", "shown", "text"), [case[1:] for case in CELLS], ids=[case[0] for case in CELLS]
)
def test_a_cell_is_the_text_of_what_it_holds(value, shown, text):
    sheet = read(workbook(["mrn", "x"], ["1", value], B2=shown))
    assert sheet.columns == (["1"], [text])


def test_a_formula_counts_by_its_stored_value():
    def store_value(name, content):
        return (
            content.replace(b"<v></v>", b"<v>12</v>").replace(b"<v />", b"<v>12</v>")
            if "sheet1" in name
            else content
        )

    data = repacked(workbook(["a", "b"], ["1", "=6*2"]), store_value)
    assert read(data).columns == (["1"], ["12"])


def test_rows_keep_their_numbers_and_blank_ones_are_left_out():
    sheet = read(workbook([], ["mrn", "date"], [], ["1", "2026-03-01"], [None, ""], ["2", "2026-03-02"]))
    assert (sheet.names, sheet.lines) == (("mrn", "date"), [4, 6])
    assert sheet.read_as == ("sheet Sheet", "header on row 2")


def test_short_rows_are_filled_and_columns_without_name_and_cells_are_left_out():
    sheet = read(workbook(["mrn", None, "b", None], ["1"], ["2", None, "x"]))
    assert (sheet.names, sheet.columns) == (("mrn", "b"), (["1", "2"], ["", "x"]))


def test_a_header_alone_is_a_sheet_of_no_rows():
    sheet = read(workbook(["mrn", "date"]))
    assert (sheet.lines, sheet.columns) == ([], ([], []))
    assert "no rows" in sheet.warnings[0]


def test_merged_cells_of_the_header_name_the_columns_below_them():
    book = Workbook()
    for row in (
        ["Patient", "Date", "PHQ-9", None, None],
        [None, None, "q1", "q2", "q3"],
        ["1", "2026-03-01", 0, 1, 2],
    ):
        book.active.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:E1"):
        book.active.merge_cells(cells)
    sheet = read(save(book))
    assert sheet.names == ("Patient", "Date", "PHQ-9 q1", "PHQ-9 q2", "PHQ-9 q3")
    assert (sheet.lines, sheet.columns[4]) == ([3], ["2"])


def test_a_title_above_the_table_is_asked_about():
    data = workbook(["Clinic export"], [], ["mrn", "date"], ["1", "2026-03-01"])
    with pytest.raises(NeedsChoice) as asked:
        read(data)
    (question,) = asked.value.questions
    assert (question.key, question.suggested) == ("header_line", "3")
    sheet = read(data, header_line="3")
    assert (sheet.names, sheet.lines) == (("mrn", "date"), [4])


def test_several_sheets_are_asked_about_and_a_hidden_one_is_told():
    book = Workbook()
    book.active.append(["mrn"])
    second = book.create_sheet("Doses")
    second.append(["dose"])
    second.append([100])
    hidden = book.create_sheet("Old")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    with pytest.raises(NeedsChoice) as asked:
        read(save(book))
    (question,) = asked.value.questions
    assert (question.key, list(question.options.values())) == ("sheet", ["Sheet", "Doses"])
    doses = list(question.options)[1]
    sheet = read(save(book), sheet=doses)
    assert (sheet.names, sheet.columns) == (("dose",), (["100"],))
    (said,) = sheet.warnings
    assert said.startswith(
        "Sheets that were not read: 1 (1 row), 3 (hidden, 1 row). Offer the workbook again"
    )
    for other in ("Old", "Doses"):
        with pytest.raises(NeedsChoice):
            read(save(book), sheet=other)


def two_sheets(*names: str, hidden: str = "") -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name in names:
        sheet = book.create_sheet(name)
        sheet.append(["mrn"])
        sheet.append([name])
        if name == hidden:
            sheet.sheet_state = "hidden"
    return save(book)


def test_a_sheet_is_chosen_among_the_sheets_that_were_there() -> None:
    with pytest.raises(NeedsChoice) as asked:
        read(two_sheets("GAD-7", "Old"))
    said = next(iter(asked.value.questions[0].options))
    assert read(two_sheets("GAD-7", "Old"), sheet=said).columns == (["GAD-7"],)
    # Another workbook of this source has a PHQ-9 beside it: nobody has said that it is not wanted.
    for other in (
        two_sheets("GAD-7", "PHQ-9"),
        two_sheets("GAD-7", "Old", "PHQ-9"),
        two_sheets("GAD-7", "Old", "PHQ-9", hidden="PHQ-9"),
    ):
        with pytest.raises(NeedsChoice):
            read(other, sheet=said)


def test_a_hidden_sheet_beside_the_only_one_is_named_and_asked_about_where_it_may_hold_answers() -> None:
    (said,) = read(two_sheets("GAD-7", "Lists", hidden="Lists")).warnings
    assert "2 (hidden, 2 rows)" in said
    with pytest.raises(NeedsChoice, match="hidden ones 1 may hold answers") as asked:
        read(two_sheets("GAD-7", "PHQ-9", hidden="PHQ-9"))
    (answer,) = asked.value.questions[0].options
    assert read(two_sheets("GAD-7", "PHQ-9", hidden="PHQ-9"), sheet=answer).columns == (["GAD-7"],)


def test_a_cell_with_control_characters_breaks_its_row_only():
    sheet = read(workbook(["mrn", "x"], ["1", "a\x85b"], ["2", "good"]))
    assert (sheet.lines, sheet.columns[1]) == ([3], ["good"])
    (row,) = sheet.broken
    assert (row.line, row.text) == (2, "1 | a\\x85b")


def bomb() -> bytes:
    """Zeros that unpack to 300 MB, as a sheet. Every process of the tests makes it: the level that is made fastest."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(bytes(1 << 20))
    return target.getvalue()


def with_macros() -> bytes:
    data = io.BytesIO(workbook(["mrn"], ["1"]))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"program")
    return data.getvalue()


ONE = workbook(["mrn"], ["1"])


def far_away(old: bytes, new: bytes) -> bytes:
    return repacked(ONE, lambda name, content: content.replace(old, new) if "sheet1" in name else content)


def without(part: str) -> bytes:
    return repacked(ONE, lambda name, content: None if part in name else content)


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
REFUSED = [
    ("an old workbook", OLD, "old Excel workbook"),
    ("a workbook with a password", OLD + "EncryptedPackage".encode("utf-16-le"), "password"),
    ("a workbook with macros", with_macros(), "macros"),
    ("a bomb", bomb(), "unpacks to more"),
    ("an empty workbook", save(Workbook()), "no sheet"),
    ("a workbook cut off", workbook(["mrn"], ["1"])[:-100], "damaged"),
    ("a workbook without its sheet", without("sheet1"), "no sheet"),
    ("a sheet that is no XML", repacked(ONE, lambda name, content: b"<a" if "sheet1" in name else content), "damaged"),
    ("an archive without a workbook", without("xl/workbook.xml"), "damaged"),
    ("a row beyond every sheet", far_away(b'<row r="2"', b'<row r="99999999999"'), "more rows"),
    ("a cell beyond every sheet", far_away(b'r="A2"', b'r="ZZZZ2"'), "damaged"),
    ("two columns of one name", workbook(["total", "Total"], ["1", "2"]), "more than one column total"),
    ("two columns of one foreign name", workbook(["mrn", "MRN"], ["1", "2"]), "one name for columns 1 and 2"),
    ("a cell in no column", workbook(["mrn", None, "x"], ["1", "2", "3"]), "column B has a cell in row 2 and no name"),
    ("a cell beside the table", workbook(["mrn", "x"], ["1", None, "a note"]), "column C has a cell in row 2"),
    ("too many columns", workbook([f"c{number}" for number in range(1_001)]), "1,001 columns"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_workbook_that_is_not_opened_says_why(data, words):
    with pytest.raises(UnreadableFile, match=words) as refused:
        read(data)
    assert str(refused.value).startswith("clinic.xlsx: ")


def test_a_workbook_by_the_name_of_a_csv_file_stays_refused():
    with pytest.raises(UnreadableFile, match="Excel workbook"):
        read_workbook("clinic.csv", workbook(["mrn"], ["1"]), {})


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (workbook(["a"]), True),
        (OLD, True),
        (b"PK\x03\x04 a zip of something else", False),
        (b"mrn,date\n", False),
        (b"", False),
    ],
)
def test_a_workbook_is_known_by_its_content(data, is_one):
    assert is_workbook(data) == is_one


SMALL = workbook(["mrn", "date", "phq9_total"], ["1", date(2026, 3, 1), 12], ["2", "x", "=A1"])


@settings(max_examples=max(60, settings.default.max_examples // 10))
@given(
    st.one_of(
        st.binary(max_size=200), st.tuples(st.integers(0, len(SMALL)), st.binary(min_size=1, max_size=9))
    )
)
def test_any_bytes_are_a_sheet_or_a_refusal(change):
    data = (
        b"PK\x03\x04xl/" + change
        if isinstance(change, bytes)
        else SMALL[: change[0]] + change[1] + SMALL[change[0] + len(change[1]) :]
    )
    with suppress(UnreadableFile, NeedsChoice):
        assert isinstance(read(data), Grid)


PARTS = st.sampled_from(
    ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
)


@settings(max_examples=max(60, settings.default.max_examples // 10))
@given(
    PARTS,
    st.floats(0, 1),
    st.sampled_from([b"<", b'"', b"9", b"-", b"<f>", b"r=", b"999999999", b"\x00", b"e400"]),
)
def test_a_sheet_with_any_part_changed_is_a_sheet_or_a_refusal(part, place, piece):
    def change(name, content):
        at = int(place * len(content))
        return content[:at] + piece + content[at:] if name == part else content

    with suppress(UnreadableFile, NeedsChoice):
        assert isinstance(read(repacked(SMALL, change)), Grid)


def test_the_warnings_of_the_library_stay_with_it():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(workbook(["mrn", "day"], ["1", -5], B2="yyyy-mm-dd"))


def test_a_workbook_of_a_clinic_is_mapped_like_any_table():
    data = workbook(
        ["MRN", "Visit date", "PHQ-9 total", "Dose (mg)"], ["007", datetime(2026, 3, 1, 9), 14, 62.5]
    )
    tables = read_as_mapped(read(data))
    assert tables["PHQ-9"].cells["total"] == ["14"]
    assert tables["dosing sessions"].cells == {
        "patient_id": ["007"],
        "started_at": ["2026-03-01T09:00:00"],
        "dose_mg": ["62.5"],
    }
