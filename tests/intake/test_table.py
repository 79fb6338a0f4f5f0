"""Bytes to rows: which file is read, what of it, and where nothing may be read."""

import gzip
import io
import zipfile
from itertools import product

import pytest
from intake.examples import cases, read

from lib.intake.table import UnreadableFile, order_files, read_table

EVENT = "patient_id,on,text"


def events(*rows: str) -> str:
    return "\n".join((EVENT, *rows)) + "\n"


KINDS = cases("""
    patients, id alone   | patient_id                                   | patients
    courses              | patient_id,started_on                        | courses
    sessions             | patient_id,started_at                        | dosing_sessions
    adverse events       | patient_id,started_at,term                   | adverse_events
    assessments          | patient_id,instrument,assessed_at            | assessments
    risk assessments     | patient_id,assessed_at,tool,result           | risk_assessments
    contacts             | patient_id,at,kind                           | contacts
    observations         | patient_id,observed_at,kind,value            | observations
    medications          | patient_id,name,class,started_on,ended_on    | medications
    diagnoses            | patient_id,code,onset_on                     | diagnoses
    orders               | patient_id,ordered_at,dose_mg                | dose_orders
    dispensing           | patient_id,dispensed_on,tablets              | dispensing
    another order, extra | extra,Started_On , PATIENT_ID                | courses
    semicolons           | patient_id;on;text                           | events
    quoted names         | «patient_id»,«on»,«text»                     | events
    common columns       | patient_id,started_on,clinic_id,recorded_at  | courses
""")


@pytest.mark.parametrize(("header", "kind"), KINDS)
def test_the_kind_is_told_by_the_header_alone(header: str, kind: str) -> None:
    assert read(header + "\n").kind.name == kind


REFUSED = cases("""
    a column missing           | patient_id,instrument,total,item_9           | missing column assessed_at
    patients by the letter, assessments by intent | patient_id,instrument,date,item_1 | missing column assessed_at
    no patient                 | on,text                                      | missing column patient_id
    no column name at all      | 007,PHQ-9,2026-03-01                         | no column name of any kind
    banner above the header    | Export of 1 March                            | no column name of any kind
    two kinds alike            | patient_id,name,started_on,ended_on,end_reason | courses and medications equally well
    a column twice             | patient_id,on,text,Text                      | more than one column text
    a column without name      | patient_id,on,text,                          | column 4 of the header has no name
    nearly a known column      | patient_id,instrument,assessed_at,Item 9     | looks like item_9
    item 9 without its line    | patient_id,instrument,assessed_at,item9      | looks like item_9
    mixed delimiters           | patient_id,instrument,assessed_at,item_8;item_9 | mixes delimiters
    two ways to read it        | patient_id;on;text;x,patient_id,on,text      | can be read by comma and by semicolon
    open quote                 | «patient_id,on,text                          | quotes do not close
    pipes                      | patient_id/on/text                           | no column name of any kind
""")


@pytest.mark.parametrize(("header", "found"), REFUSED)
def test_a_header_that_leaves_a_doubt_is_refused(header: str, found: str) -> None:
    header = header.replace("/", "|")
    with pytest.raises(UnreadableFile, match=found) as refused:
        read(f"{header}\n007,2026-03-01,x\n", "scores.csv")
    assert str(refused.value).startswith("scores.csv: ")


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, events("007,2026-03-01,x"))
    return target.getvalue()


NOT_CSV = [
    pytest.param(b"", "is empty", id="no bytes"),
    pytest.param(b"\xef\xbb\xbf", "is empty", id="a byte order mark alone"),
    pytest.param(b"\n \r\n\n", "is empty", id="blank lines alone"),
    pytest.param(zipped("events.csv"), "compressed file", id="zip"),
    pytest.param(zipped("xl/workbook.xml"), "Excel workbook", id="Excel workbook"),
    pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook", id="old Excel workbook"),
    pytest.param(gzip.compress(events("007,2026-03-01,x").encode()), "gzip", id="gzip"),
    pytest.param(events("007,2026-03-01,x").encode("utf-16"), "UTF-16", id="UTF-16"),
    pytest.param(events("007,2026-03-01,x").encode("utf-16-le"), "UTF-16", id="UTF-16 without mark"),
    pytest.param(b"%PDF-1.7 \xe2\xe3", "PDF", id="PDF"),
    pytest.param(b"<!DOCTYPE html><title>Sign in</title>", "web page", id="sign-in page"),
    pytest.param(b"patient_id,on,te\xe9xt\n", "the header", id="header not in UTF-8"),
    pytest.param(b"patient_id,on,text\0\n", "the header", id="NUL in the header"),
]


@pytest.mark.parametrize(("data", "found"), NOT_CSV)
def test_another_format_is_refused_by_content(data: bytes, found: str) -> None:
    with pytest.raises(UnreadableFile, match=found):
        read(data)


def test_a_file_name_cannot_write_more_than_itself() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(b"", "..\n\u202e=" + "x" * 300)
    assert "\n" not in str(refused.value)
    assert "\u202e" not in str(refused.value)
    assert len(str(refused.value)) < 200


ROWS = cases(r"""
    plain                      | 007,2026-03-01,x                      | 007/2026-03-01/x@2
    no line end                | 007,2026-03-01,x~                     | 007/2026-03-01/x@2
    spaces at the edges        | ␣007 ,␣2026-03-01,␣x␣                 | 007/2026-03-01/x@2
    quoted delimiter           | 007,2026-03-01,«a, b»                 | 007/2026-03-01/a, b@2
    quoted quote               | 007,2026-03-01,«5'10«« tall»          | 007/2026-03-01/5'10" tall@2
    quote inside plain text    | 007,2026-03-01,5'10«                  | 007/2026-03-01/5'10"@2
    line end in quotes         | 007,2026-03-01,«a\nb»\n8,2026-03-01,y | 007/2026-03-01/a\nb@2 8/2026-03-01/y@4
    blank lines                | \n\n007,2026-03-01,x\n\n␣␣\n8,2026-03-01,y | 007/2026-03-01/x@4 8/2026-03-01/y@7
    empty rows of spreadsheets | 007,2026-03-01,x\n,,\n,,,,\n8,2026-03-01,y | 007/2026-03-01/x@2 8/2026-03-01/y@5
    too few cells              | 007,2026-03-01\n8,2026-03-01,y        | 8/2026-03-01/y@3 | 2 fewer
    too many cells             | 007,2026-03-01,x,y\n8,2026-03-01,y    | 8/2026-03-01/y@3 | 2 more
    decimal comma              | 007,2026-03-01,12,5                   |                  | 2 more
    cut off in the middle      | 007,2026-03-01,x\n8,2026-             | 007/2026-03-01/x@2 | 3 fewer
    open quote                 | 007,2026-03-01,«x\n8,2026-03-01,y\n9,2026-03-01,z | 8/2026-03-01/y@3 9/2026-03-01/z@4 | 2 quotes
    open quote in the last row | 007,2026-03-01,x\n8,2026-03-01,«y     | 007/2026-03-01/x@2 | 3 quotes
    text after a quote         | 007,2026-03-01,«x» y\n8,2026-03-01,y  | 8/2026-03-01/y@3 | 2 quotes
    two stray quotes pair up   | 007,2026-03-01,«x\n8,2026-03-01,y\n9,2026-03-01,z« | 8/2026-03-01/y@3 9/2026-03-01/z"@4 | 2 quote
    stray quotes around an id  | «007,2026-03-01,x\n8«,2026-03-01,y    | 8"/2026-03-01/y@3 | 2 quote
    a date is never two lines  | 007,«2026-03-01\n2»,x                 |                  | 2 quote, 3 fewer
    NUL                        | 007,2026-03-01,x\0\n8,2026-03-01,y    | 8/2026-03-01/y@3 | 2 U+0000
    escape sequence            | 007,2026-03-01,\x1b[31m\n8,2026-03-01,y | 8/2026-03-01/y@3 | 2 U+001B
    a number's own text        | 1E5,2026-03-01,NA\nnull,2026-03-01,=1+1 | 1E5/2026-03-01/NA@2 null/2026-03-01/=1+1@3
    space of no width          | \ufeff007\u200b,2026-03-01,\u00a0x    | 007/2026-03-01/x@2
""")


@pytest.mark.parametrize(
    "style", [*product(("", "\ufeff"), (",", ";", "\t"), ("\n", "\r\n", "\r"))], ids=ascii
)
@pytest.mark.parametrize(("text", "good", "broken"), ROWS)
def test_rows(text: str, good: str, broken: str, style: tuple[str, str, str]) -> None:
    mark, delimiter, line_end = style
    file = f"{mark}{EVENT}\n{unescape(text)}\n".replace("~\n", "")
    table = read(file.replace(",", delimiter).replace("\n", line_end))
    rows = zip(*table.cells.values(), table.lines, strict=True)
    read_back = " ".join(f"{'/'.join(cells)}@{line}" for *cells, line in rows)
    assert read_back == unescape(good).replace(",", delimiter).replace("\n", line_end)
    expected = [part.strip().split(" ") for part in broken.split(",") if part]
    assert [row.line for row in table.broken] == [int(line) for line, _ in expected]
    for row, (_, word) in zip(table.broken, expected, strict=True):
        assert word in row.reason


def unescape(text: str) -> str:
    """The escapes of the table above, and no others."""
    for escape, character in {r"\n": "\n", r"\0": "\0", r"\x1b": "\x1b"}.items():
        text = text.replace(escape, character)
    return text.replace(r"\ufeff", "\ufeff").replace(r"\u200b", "\u200b").replace(r"\u00a0", "\u00a0")


def test_bytes_that_are_not_utf_8_cost_their_row_only() -> None:
    table = read(b"patient_id,on,text\n007,2026-03-01,Jos\xe9\n8,2026-03-01,Jos\xc3\xa9\n")
    assert table.cells["text"] == ["José"]
    (broken,) = table.broken
    assert (broken.line, broken.text) == (2, r"007,2026-03-01,Jos\xe9")
    assert "UTF-8" in broken.reason


def test_a_damaged_line_inside_quotes_is_not_left_out_of_its_text() -> None:
    table = read(b'patient_id,on,text\n007,2026-03-01,"a\n\xff\nb"\n8,2026-03-01,y\n')
    assert [row.line for row in table.broken] == [2, 3, 4]
    assert table.lines == [5]


def test_a_quoted_text_may_have_many_lines_but_not_a_whole_page() -> None:
    text = "\n".join(f"line {number}" for number in range(50))
    assert read(events(f'007,2026-03-01,"{text}"')).cells["text"] == [text]
    table = read(events(f'007,2026-03-01,"{text}\none more"', "8,2026-03-01,y"))
    assert (len(table.broken), table.cells["patient_id"]) == (51, ["8"])


def test_a_stray_quote_in_every_row_ends_soon_and_swallows_none() -> None:
    table = read(events(*['007,2026-03-01,"' + "x" * 50] * 20_000))
    assert len(table.broken) == 20_000


def test_stray_quotes_in_a_column_before_the_date_swallow_no_row() -> None:
    rows = ['"x,007,2026-03-01', "y,8,2026-03-02", 'z",9,2026-03-03']
    table = read("\n".join(["text,patient_id,on", *rows, '"a\nb, c",007,2026-03-04']))
    assert table.cells["patient_id"] == ["8", "9", "007"]
    assert [row.line for row in table.broken] == [2]


def test_a_cell_longer_than_any_text_breaks_its_row() -> None:
    table = read(events(f"007,2026-03-01,{'x' * 200_000}", "8,2026-03-01,y"))
    assert [row.line for row in table.broken] == [2]
    assert table.lines == [3]


def test_columns_are_found_by_name_and_unknown_ones_are_named() -> None:
    table = read("Text ,Ward,ON,patient_id,Bed no.\nx,3,2026-03-01,007,12\n")
    assert table.cells == {"text": ["x"], "on": ["2026-03-01"], "patient_id": ["007"]}
    assert table.unknown_columns == ("Ward", "Bed no.")
    assert table.header_cells == ("Text", "Ward", "ON", "patient_id", "Bed no.")


def test_blank_lines_above_the_header_are_counted() -> None:
    assert read("\n\n" + events("007,2026-03-01,x")).lines == [4]


def test_a_header_alone_has_no_rows() -> None:
    table = read(EVENT + "\n")
    assert (table.lines, table.broken, table.cells) == ([], [], {"patient_id": [], "on": [], "text": []})


def test_files_are_checked_in_the_order_of_what_they_refer_to() -> None:
    headers = ["patient_id,on,text", "patient_id,started_on", "patient_id,at,kind", "patient_id"]
    tables = [read_table(f"{number}.csv", header.encode()) for number, header in enumerate(headers)]
    assert [table.file_name for table in order_files(tables)] == ["3.csv", "1.csv", "0.csv", "2.csv"]
