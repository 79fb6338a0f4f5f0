"""Whether a first row names the columns: a table of cases, every file that has a header, and that no word of a record is said."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from intake.corpus import CASES, read_case
from intake.examples import cases
from openpyxl import Workbook
from ui_foreign import write_export

from lib.intake import header_row
from lib.intake.choices import Choices, NeedsChoice, Question
from lib.intake.first_row import NAMES, RECORD, UNSURE, judge_first_row
from lib.intake.mapping import Mapping, RecordMapping, Take, write_mapping
from lib.intake.reading import read_file
from lib.intake.unreadable import UnreadableFile

ROOT = Path(__file__).resolve().parents[2]
# Rows are parted by a slash.
JUDGED = cases(r"""
    our names                    | patient_id,on,text / 7,2026-03-01,x                         | names
    our names, nothing below     | patient_id,on,text                                          | names
    known names                  | MRN,Visit date,Note / 7,2026-03-01,x / 8,2026-03-02,y       | names
    known names, nothing below   | MRN,Visit date,Note                                         | names
    words above values           | Name,Datum,Punkte / Jane Doe,2026-03-01,12 / Bob,2026-03-02,9 | names
    items called by numbers      | MRN,1,2,3,4 / 7,0,1,2,3 / 8,1,1,0,2                         | names
    whole questions              | MRN,Feeling down depressed or hopeless / 7,Several days     | names
    answers in words             | MRN,q1,q2,q3 / 7,Several days,Not at all,Not at all         | names
    names with digits            | MRN,q1,q2,q3 / P7,1,1,1 / P8,1,1,1                          | names
    an index without a name      | ,MRN,Dose,Note / 0,7,100,x / 1,8,50,y                       | names
    a name among many values     | MRN,Date,phq9_1,phq9_2,7 / 7,2026-03-01,1,2,7               | names
    a date, an id and a score    | P001,2026-03-01,12 / P002,2026-03-02,9                      | record
    one row                      | P001,2026-03-01,12                                          | record
    a name, a date, free text    | Jane Doe,2026-03-01,feels low / Bob Ray,2026-03-08,better   | record
    a birth date as it is spoken | Jane,Doe,3 May 1980,12 / Bob,Ray,9 Jul 1971,9               | record
    blank cells, and one twice   | P1,2026-03-01,,0,0,1 / P2,2026-03-02,1,,1,1                 | record
    a questionnaire in each row  | P1,2026-03-01,PHQ-9,12 / P2,2026-03-01,GAD-7,9              | record
    answers in words             | P1,Several days,Not at all / P2,Not at all,Not at all       | record
    long texts                   | {long},{long},P1 / {long}x,{long}y,P2                       | record
    a word among numbers         | P1,2026-03-01,1,2,refused,1 / P2,2026-03-02,1,1,2,1         | record
    identifiers of a system      | 0f8fad5b-d9cb-469f-a165-70867728950e,a / 7c9e6679-7425-40de-944b-e07fc1f90ae7,b | record
    words alone                  | Jane,feels low,x / Bob,better,y                             | unsure
    words alone, nothing below   | Jane Doe,feels low                                          | unsure
    words where others have values | Jane Doe,went well,told me / Bob Ray,2026-03-01,12        | unsure
    free text with a known name  | Jane Doe,weight,low / Bob Ray,fine,good                     | unsure
    free text with a question    | Jane Doe,says she is better off dead / Bob Ray,fine         | unsure
    days as names                | Name,2026-03-01,2026-03-08 / Jane,12,9 / Bob,9,7            | unsure
    one column                   | told me all / fine                                          | record
    one known column             | phq9_total / 12                                             | names
""")


def part(text: str) -> list[list[str]]:
    long = "She cried and said that nothing of it had helped her at all"
    return [[cell.strip() for cell in row.split(",")] for row in text.replace("{long}", long).split("/")]


@pytest.mark.parametrize(("rows", "judged"), JUDGED)
def test_a_first_row_is_told_by_its_cells_and_those_below(rows: str, judged: str) -> None:
    first, *below = part(rows)
    assert judge_first_row(first, below) == judged


def with_header() -> Iterator[tuple[str, bytes, Choices]]:
    """Every file of the repository that has a header: the corpus, the made-up clinic's, and another system's."""
    for case in CASES:
        if not case.get("upload") and not case.get("zipped"):
            yield case.get("called", case["file"]), read_case(case), case.get("choices", {})
    for path in sorted((ROOT / "data" / "demo").glob("*.csv")):
        yield path.name, b"".join(path.read_bytes().splitlines(keepends=True)[:200]), {}
    yield "export.csv", write_export(), {"encoding": "windows-1252"}
    yield "gold.csv", (ROOT / "tests" / "clinical" / "gold.csv").read_bytes(), {}


def test_no_file_with_a_header_is_taken_for_one_without_or_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[str] = []

    def judge(*rows: list) -> str:
        judged.append(judge_first_row(*rows))
        return judged[-1]

    monkeypatch.setattr(header_row, "judge_first_row", judge)
    for file in with_header():
        with suppress(NeedsChoice, UnreadableFile):
            read_file(*file)
    assert len(judged) > 100 and set(judged) == {NAMES}


def test_a_file_of_the_clinic_without_its_header_is_known_as_one() -> None:
    for path in sorted((ROOT / "data" / "demo").glob("*.csv")):
        _, first, *below = list(csv.reader(io.StringIO(path.read_text("utf-8"))))[:100]
        assert judge_first_row(first, below) == RECORD, path.name


PEOPLE = [
    "Jane Doe",
    "Bob Ray",
    "Zoë Weiß",
    "O'Neil, Ann",
    "Lee",
    "Ana María Cruz",
    "山田 太郎",
    "client seven",
]
NOTES = [
    "cried about her brother",
    "weight",
    "says she'd be better off dead",
    "total loss; no score",
    "fine.",
    "Sleep",
]
NOTES += [
    "",
    "refused",
    "Told me all of it: the fire, her sister, and what the neighbours had said to the police",
]
VALUES = {
    "id": st.integers(1, 9999).map("P{:04}".format),
    "who": st.sampled_from(PEOPLE),
    "born": st.dates(date(1920, 1, 1)).map("{:%d/%m/%Y}".format),
    "on": st.dates(date(1920, 1, 1)).map(str),
    "form": st.sampled_from(["PHQ-9", "GAD-7"]),
    "item": st.sampled_from([*"01230123012301230123", "", "refused"]),
    "words": st.sampled_from(["Not at all", "Several days", "Nearly every day"]),
    "dose": st.sampled_from(["100", "62.5", "100 mg", ""]),
    "note": st.sampled_from(NOTES),
}


@st.composite
def records(draw: Callable) -> list[list[str]]:
    """Rows of one table without a header: who, and in any order what else a clinic writes down."""
    kinds = [
        *draw(st.permutations(["who", "note"])),
        *draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=9)),
    ]
    order = draw(st.permutations(kinds))
    return draw(st.lists(st.tuples(*(VALUES[kind] for kind in order)).map(list), min_size=1, max_size=8))


def write(rows: list[list[str]], *, is_workbook: bool) -> tuple[str, bytes]:
    if not is_workbook:
        target = io.StringIO(newline="")
        csv.writer(target).writerows(rows)
        return "export.csv", target.getvalue().encode()
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(file)
    return "export.xlsx", file.getvalue()


def tell(rows: list[list[str]], *, is_workbook: bool) -> Iterator[str]:
    """Everything that is said of a table, until its columns are to be mapped, and when they are."""
    file, answers = write(rows, is_workbook=is_workbook), {}
    for _ in range(4):
        try:
            reading = read_file(*file, answers)
        except UnreadableFile as error:
            yield str(error)
            return
        except NeedsChoice as asked:
            yield str(asked)
            for question in asked.questions:
                yield from say(question)
            if asked.grid:
                yield from (*asked.grid.names, *asked.grid.read_as, *asked.grid.warnings)
                assert len(asked.grid.lines) + len(asked.grid.broken) == len(rows)
                answers["mapping"] = write_mapping(name_people(asked.grid.names))
            answers |= {one.key: "none" for one in asked.questions if one.key == "header_line"}
            answers |= {one.key: "comma" for one in asked.questions if one.key == "delimiter"}
        else:
            yield from reading.names
            for table in reading.tables:
                yield from (*table.header_cells, *table.unknown_columns, *table.read_as, *table.warnings)
            return


def say(question: Question) -> Iterator[str]:
    yield from (question.key, question.text, question.suggested, *question.examples)
    yield from (*question.options.keys(), *question.options.values())


def name_people(names: tuple[str, ...]) -> Mapping:
    """Their ids are in the first column, whatever stands there; nothing else is taken."""
    return Mapping(
        (RecordMapping("patients", (Take("patient_id", names[0]),)),),
        tuple((name, "not asked for") for name in names[1:]),
    )


@given(records(), st.booleans())
@example([["Jane Doe", "weight", "PHQ-9"]], False)
@example([["Jane Doe", "told me all"], ["Bob Ray", "12"]], True)
def test_no_word_of_a_record_without_a_header_is_said(rows: list[list[str]], is_workbook: bool) -> None:
    first, *below = rows
    assert judge_first_row(first, below) != NAMES
    said = list(tell(rows, is_workbook=is_workbook))
    words = {cell for row in rows for cell in row if len(cell) > 2 and cell in (*PEOPLE, *NOTES)} - {
        "weight",
        "refused",
    }
    assert not [text for text in said for word in words if word in text]
    assert any("column 1 (A)" in text or "cannot be read" in text for text in said) or len(said) == 1


def test_answers_hold_for_the_names_that_were_seen_and_for_any_data() -> None:
    def asked(text: str, answers: Choices) -> Question | None:
        try:
            read_file("export.csv", text.encode(), answers)
        except NeedsChoice as error:
            return next((one for one in error.questions if one.key == "header_line"), None)
        return None

    words, others = "Jane,low\nBob,well\n", "Ann,well\nBob,well\n"
    question = asked(words, {})
    assert question is not None and next(iter(question.options.values())) == "the names of the columns"
    names, none = question.options
    assert asked(words, {"header_line": names}) is None and asked(others, {"header_line": names}) is not None
    assert asked(words, {"header_line": none}) is None and asked(others, {"header_line": none}) is None
    assert UNSURE not in question.text
    # A header that comes later is asked about, and what is said then holds for it alone.
    headed = asked("MRN,Date\n7,2026-03-01\n", {"header_line": none})
    assert headed is not None
    for answer in headed.options:
        assert asked("MRN,Date\n7,2026-03-01\n", {"header_line": answer}) is None
        again = asked("MRN,Day\n7,2026-03-01\n", {"header_line": answer})
        assert (again is not None) == answer.startswith("none")
    # A line that was said to be the header of another file may be data in this one.
    moved = asked("Export of May\nP1,2026-03-01,x\nP2,2026-03-02,y\n", {"header_line": "2"})
    assert moved is not None and {"1", "3", "none"} < set(moved.options)
