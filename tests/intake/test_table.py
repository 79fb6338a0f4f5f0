"""Bytes to rows: which file is read, what of it, and where nothing may be read."""

import gzip
import io
import zipfile
from itertools import product

import pytest
from intake.examples import cases, read

from lib.intake.choices import NeedsChoice
from lib.intake.csv_grid import read_grid
from lib.intake.own_files import read_table
from lib.intake.reading import read_file
from lib.intake.table import UnreadableFile, order_files

EVENT = "patient_id,on,text"


def events(*rows: str) -> str:
    return "\n".join((EVENT, *rows)) + "\n"


KINDS = cases(r"""
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
    tabs                 | patient_id\ton\ttext                         | events
    pipes                | patient_id/on/text                           | events
    other spellings      | Patient ID,Instrument,Assessed-At,Item 9     | assessments
    quoted names         | «patient_id»,«on»,«text»                     | events
    common columns       | patient_id,started_on,clinic_id,recorded_at  | courses
""")


@pytest.mark.parametrize(("header", "kind"), KINDS)
def test_the_kind_is_told_by_the_header_alone(header: str, kind: str) -> None:
    header = header.replace("/", "|").replace("\\t", "\t")
    assert read(header + "\n").kind.name == kind


REFUSED = cases("""
    a column missing           | patient_id,instrument,total,item_9           | missing column assessed_at
    patients by the letter, assessments by intent | patient_id,instrument,date,item_1 | missing column assessed_at
    no patient                 | on,text                                      | missing column patient_id
    no column name at all      | 008,2026-03-02,y                             | no column name of any kind
    two kinds alike            | patient_id,name,started_on,ended_on,end_reason | courses and medications equally well
    a column twice             | patient_id,on,text,Text                      | more than one column text
    one name, two spellings    | patient_id,on,text,item_9,Item 9             | more than one column item_9
    an answer in another file  | patient_id,on,text,Item9                     | an answer of a questionnaire
    a column without name      | patient_id,on,text,                          | column 4 of the header has no name
    mixed delimiters           | patient_id,instrument,assessed_at,item_8;item_9 | mixes delimiters
    open quote                 | «patient_id,on,text                          | quotes do not close
""")


@pytest.mark.parametrize(("header", "found"), REFUSED)
def test_a_header_that_leaves_a_doubt_is_refused(header: str, found: str) -> None:
    with pytest.raises(UnreadableFile, match=found) as refused:
        read(f"{header}\n007,2026-03-01,x\n", "scores.csv")
    assert str(refused.value).startswith("scores.csv: ")


FREE_TEXT = "John Smith wants to die"
WORDLESS = [
    pytest.param(f"{FREE_TEXT}\nx\n", id="one column without a header"),
    pytest.param(f"{FREE_TEXT},{FREE_TEXT},x\n1,2,3\n", id="a repeated cell"),
    pytest.param(f"{FREE_TEXT}\nMRN,Date,Note\n7,2026-03-01,x\n", id="a banner"),
    pytest.param(f"patient_id;on;text;{FREE_TEXT},patient_id,on,text\n", id="two delimiters"),
    pytest.param(f"P1,{FREE_TEXT},PHQ-9\nP2,x,PHQ-9\n", id="a record instead of a header"),
]


@pytest.mark.parametrize("text", WORDLESS)
def test_no_question_and_no_refusal_says_the_words_of_a_line_that_may_be_a_record(text: str) -> None:
    with pytest.raises((NeedsChoice, UnreadableFile)) as told:
        read_file("file.csv", text.encode())
    examples = [words for asked in getattr(told.value, "questions", ()) for words in asked.examples]
    assert all(FREE_TEXT not in words for words in (str(told.value), *examples))


ASKED = cases(r"""
    banner above the header      | Export of 1 March\npatient_id,on,text      | header_line | 2
    banner with empty cells      | Export of 1 March,,\n\npatient_id,on,text  | header_line | 3
    comment above a foreign one  | # by North, today\nMRN,Date,Note           | header_line | 2
    banner above a foreign one   | Export of 1 March\nMRN,Date,Note           | header_line | 2
    two ways to read it          | patient_id;on;text;x,patient_id,on,text    | delimiter   | comma
""")


@pytest.mark.parametrize(("header", "key", "suggested"), ASKED)
def test_a_doubt_about_the_whole_file_is_asked(header: str, key: str, suggested: str) -> None:
    data = unescape(f"{header}\n007,2026-03-01,x\n").encode()
    with pytest.raises(NeedsChoice, match="Nothing was taken") as asked:
        read_grid("scores.csv", data)
    (question,) = asked.value.questions
    assert (question.key, question.suggested) == (key, suggested)
    assert suggested in question.options
    answered = read_grid("scores.csv", data, {key: suggested})
    assert len(answered.lines) + len(answered.broken) == 1


def test_the_delimiter_is_told_by_the_rows_where_the_header_has_two() -> None:
    data = b"MRN;Over the last 2 weeks, how often;Note\n007;2;x, y\n8;3;z\n"
    grid = read_grid("scores.csv", data)
    assert grid.names == ("MRN", "Over the last 2 weeks, how often", "Note")
    assert grid.columns == (["007", "8"], ["2", "3"], ["x, y", "z"])
    assert grid.read_as == ("UTF-8", "cells parted by semicolon")


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
    pytest.param(events("007,2026-03-01,x").encode("utf-16-le"), "UTF-16", id="UTF-16 without mark"),
    pytest.param(b"%PDF-1.7 \xe2\xe3", "PDF", id="PDF"),
    pytest.param(b"<!DOCTYPE html><title>Sign in</title>", "web page", id="sign-in page"),
    pytest.param(b"patient_id,on,text\0\n", "NUL", id="NUL in the header"),
    pytest.param(b"patient_id,on,text\x1b\n", "the header", id="escape in the header"),
    pytest.param(b"patient_id,on,text\n7,2026-03-01,a\xffb\n", "byte 34 .hexadecimal FF", id="a bad byte"),
    pytest.param(b"patient_id,on,text\n7,2026-03-01,Jos\xc3\xa9 Ren\xe9\n", "byte 42", id="damaged UTF-8"),
    pytest.param(b"patient_id,on,text\n7,2026-03-01,\xed\xa0\x80\n", "byte 33", id="half a character"),
    pytest.param(b"\xff\xfep\0a\0\x00\xd8,\0", "UTF-16", id="damaged UTF-16"),
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
    text after a quote         | 007,2026-03-01,«x» y\n8,2026-03-01,y  | 8/2026-03-01/y@3 | 2 quotes
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


SWALLOWED = cases(r"""
    open quote                 | 007,2026-03-01,«x\n8,2026-03-01,y\n9,2026-03-01,z | quote is opened in line 2
    open quote in the last row | 007,2026-03-01,x\n8,2026-03-01,«y                 | quote is opened in line 3
    two stray quotes pair up   | 007,2026-03-01,«x\n8,2026-03-01,y\n9,2026-03-01,z« | quote is opened in line 2
    stray quotes around an id  | «007,2026-03-01,x\n8«,2026-03-01,y                | quote is opened in line 2
    a date is never two lines  | 007,«2026-03-01\n2»,x                            | quote is opened in line 2
    quotes that pair far below | 7,2026-03-01,«x\n8,2026-03-01,y\n9,2026-03-01,z«\n7,2026-03-02,x | in line 2
    NUL                        | 007,2026-03-01,x\0\n8,2026-03-01,y                | line 2 has a NUL
    every row one cell longer  | 007,2026-03-01,x,1\n8,2026-03-01,y,2             | every row has 4 cells
    every row one cell shorter | 007,2026-03-01\n8,2026-03-01                     | every row has 2 cells
    two exports                | 007,2026-03-01,x\nPATIENT_ID,on,text\n8,2026-03-01,y | line 3 is a second header
    another export below       | 007,2026-03-01,x\npatient_id,on\n8,2026-03-01    | line 3 is a second header
""")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=ascii)
@pytest.mark.parametrize(("text", "found"), SWALLOWED)
def test_rows_that_cannot_be_told_apart_refuse_the_file(text: str, found: str, line_end: str) -> None:
    with pytest.raises(UnreadableFile, match=found):
        read(unescape(f"{EVENT}\n{text}\n").replace("\n", line_end))


def test_a_row_by_another_delimiter_refuses_the_file() -> None:
    with pytest.raises(UnreadableFile, match="line 3 by pipe"):
        read(events("007,2026-03-01,x", "8|2026-03-01|y"))


def test_a_damaged_line_inside_quotes_is_not_left_out_of_its_text() -> None:
    table = read(b'patient_id,on,text\n007,2026-03-01,"a\n\x1b\nb"\n8,2026-03-01,y\n')
    assert [row.line for row in table.broken] == [2, 3, 4]
    assert list(table.lines) == [5]


def test_a_quoted_text_may_have_many_lines_but_not_a_whole_page() -> None:
    text = "\n".join(f"line {number}" for number in range(50))
    assert read(events(f'007,2026-03-01,"{text}"')).cells["text"] == [text]
    with pytest.raises(UnreadableFile, match="quote is opened in line 2"):
        read(events(f'007,2026-03-01,"{text}\none more"', "8,2026-03-01,y"))


def test_stray_quotes_in_a_column_before_the_date_swallow_no_row() -> None:
    rows = ['"x,007,2026-03-01', "y,8,2026-03-02", 'z",9,2026-03-03']
    with pytest.raises(UnreadableFile, match="quote is opened in line 2"):
        read("\n".join(["text,patient_id,on", *rows]))
    assert read('text,patient_id,on\n"a\nb, c",007,2026-03-04').cells["patient_id"] == ["007"]


def test_a_table_of_any_columns_is_told_from_its_rows_by_its_dates() -> None:
    rows = ["9,x,03/04/2026", '7,"see\nbelow, 2 of 3",04/04/2026', "8,y,05/04/2026"]
    assert list(read_grid("any.csv", "\n".join(["MRN,Note,Date", *rows]).encode()).lines) == [2, 3, 5]
    swallowed = ['9,"x,03/04/2026', '8,y",05/04/2026', "7,z,06/04/2026"]
    with pytest.raises(UnreadableFile, match="quote is opened in line 2"):
        read_grid("any.csv", "\n".join(["MRN,Note,Date", *swallowed]).encode())


def test_a_total_below_the_table_is_no_record() -> None:
    table = read(events("007,2026-03-01,x", "Total hip pain,2026-03-01,y", "Grand total,,"))
    assert (list(table.lines), [row.line for row in table.broken]) == ([2, 3], [4])


def test_utf_16_with_a_mark_is_read_and_said() -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        table = read(("\ufeff" + events("007,2026-03-01,José 😀")).encode(codec))
        assert table.cells["text"] == ["José 😀"]
        assert "UTF-16" in table.read_as[0]
        assert "UTF-16" in table.warnings[0]


ENCODINGS = [
    pytest.param("José Núñez", "cp1252", "windows-1252", "sé Núñ", id="Western"),
    pytest.param("“so–so”", "cp1252", "windows-1252", "“s o–s o”", id="typography"),
    pytest.param("山田 たろう", "cp932", "shift-jis", "山田 たろう", id="Japanese"),
    pytest.param("张三 李四 复查", "gb18030", "gb18030", "张三 李四 复查", id="Chinese"),
    pytest.param("José will hang himself", "cp1252", "windows-1252", "sé", id="a sentence"),
]


@pytest.mark.parametrize(("text", "codec", "suggested", "shown"), ENCODINGS)
def test_an_encoding_is_asked_for_and_suggested(text: str, codec: str, suggested: str, shown: str) -> None:
    data = events(f"007,2026-03-01,{text}").encode(codec)
    with pytest.raises(NeedsChoice, match="encoding") as asked:
        read(data)
    (question,) = asked.value.questions
    # The odd letters with their neighbours tell the encoding; the line is nobody's to read.
    assert (question.suggested, " ".join(question.examples)) == (suggested, shown)
    assert text not in str(asked.value)
    table = read_table("file.csv", data, {"encoding": suggested})
    assert table.cells["text"] == [text]


def test_letters_that_were_decoded_twice_are_said() -> None:
    table = read(events("007,2026-03-01,José".encode().decode("cp1252")))
    assert table.cells["text"] == ["JosÃ©"]
    assert "line 2" in table.warnings[0]


def test_a_cell_longer_than_any_text_breaks_its_row() -> None:
    table = read(events(f"007,2026-03-01,{'x' * 200_000}", "8,2026-03-01,y"))
    assert [row.line for row in table.broken] == [2]
    assert list(table.lines) == [3]


def test_columns_are_found_by_name_and_unknown_ones_are_named() -> None:
    table = read("Text ,Ward,ON,patient_id,Bed no.\nx,3,2026-03-01,007,12\n")
    assert table.cells == {"text": ["x"], "on": ["2026-03-01"], "patient_id": ["007"]}
    assert table.unknown_columns == ("Ward", "Bed no.")
    assert table.header_cells == ("Text", "Ward", "ON", "patient_id", "Bed no.")


def test_blank_lines_above_the_header_are_counted() -> None:
    assert list(read("\n\n" + events("007,2026-03-01,x")).lines) == [4]


def test_a_header_alone_has_no_rows() -> None:
    table = read(EVENT + "\n")
    assert (list(table.lines), table.broken, table.cells) == (
        [],
        [],
        {"patient_id": [], "on": [], "text": []},
    )


def test_files_are_checked_in_the_order_of_what_they_refer_to() -> None:
    headers = ["patient_id,on,text", "patient_id,started_on", "patient_id,at,kind", "patient_id"]
    tables = [read_table(f"{number}.csv", header.encode()) for number, header in enumerate(headers)]
    assert [table.file_name for table in order_files(tables)] == ["3.csv", "1.csv", "0.csv", "2.csv"]
