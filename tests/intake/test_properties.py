"""What holds for every file: it is read back as written, its order does not matter, and no answer to item 9 is lost."""

import csv
import io
from collections.abc import Callable

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.examples import NOW, check, directory

from lib.clinical.frames import KINDS
from lib.intake.check import check_rows
from lib.intake.choices import NeedsChoice
from lib.intake.csv_grid import read_grid
from lib.intake.grid import Grid
from lib.intake.layout import DELIMITERS
from lib.intake.own_files import read_table
from lib.intake.reading import read_file
from lib.intake.table import UnreadableFile
from lib.research.rejected_rows import write_problem_rows

# Files break in more ways than a quick run's examples would show.
MANY = settings(max_examples=max(200, settings.default.max_examples))
WARD = directory(" ".join(f"P{number}@north" for number in range(40)))
# What a clinician may type: any language, marks of CSV, line ends; but no control characters.
LETTERS = st.one_of(st.sampled_from(",;|\"\n\t'= -"), st.characters(exclude_categories=["Cc", "Cs"]))
PROSE = st.text(LETTERS, max_size=30)
WORDS = st.text(st.sampled_from("abc äß,;\"'"), max_size=8)
# Python writes a line feed without quotes where lines end in a carriage return.
ENDS = [
    ("\n", csv.QUOTE_MINIMAL),
    ("\r\n", csv.QUOTE_MINIMAL),
    *((end, csv.QUOTE_ALL) for end in ("\n", "\r\n", "\r")),
]
DIALECTS = st.tuples(st.sampled_from(ENDS), st.sampled_from([",", ";", "\t", "|"])).map(
    lambda said: {"lineterminator": said[0][0], "quoting": said[0][1], "delimiter": said[1]}
)


def write(header: list[str], rows: list[list[str]], **dialect: str) -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, **dialect).writerows([header, *rows])
    return target.getvalue().encode()


# With and without a mark; UTF-16 is read by its mark alone.
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def stripped(text: str) -> str:
    return text.strip().strip("\u200b\u2060\ufeff").strip()


@st.composite
def tables(draw: Callable) -> tuple[list[str], list[list[str]]]:
    """A header and valid rows of one of the kinds in which people write prose."""
    texts = {
        "events": {"patient_id": WORDS.map("P1{}".format), "on": st.just("2026-03-01"), "text": PROSE},
        "dosing_sessions": {
            "patient_id": st.sampled_from(["007", "8"]),
            "started_at": st.dates().map(str),
            "dose_mg": st.sampled_from(["", "100", "62.5"]),
            "lot": WORDS,
            "note": PROSE,
        },
        "adverse_events": {
            "patient_id": st.sampled_from(["007", "8"]),
            "started_at": st.just("2026-03-01T10:00"),
            "term": WORDS,
            "outcome": PROSE,
            "ward of ours": PROSE,
        },
    }
    kind = texts[draw(st.sampled_from(sorted(texts)))]
    header = draw(st.permutations(sorted(kind)))
    return header, draw(st.lists(st.tuples(*(kind[name] for name in header)).map(list), max_size=6))


@MANY
@given(tables(), DIALECTS, ENCODINGS)
def test_what_is_written_is_read_back(
    table: tuple[list[str], list[list[str]]], dialect: dict, encoding: str
) -> None:
    header, rows = table
    read = read_table("written.csv", write(header, rows, **dialect).decode().encode(encoding))
    assert read.broken == []
    assert read.header_cells == tuple(header)
    for position, name in enumerate(header):
        if name in read.cells:
            assert read.cells[name] == [stripped(row[position]) for row in rows]
    assert len(read.lines) == len(rows)


FOREIGN_NAMES = [
    "MRN",
    "Visit date",
    "How often, in the last 2 weeks?",
    "Ward; bed",
    "phq9_1",
    "Größe",
    "a|b",
]
# One line, as the cells of most exports have it.
SHORT = st.text(
    st.one_of(st.sampled_from(",;|'= -"), st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
)


@st.composite
def foreign_tables(draw: Callable) -> tuple[list[str], list[list[str]]]:
    header = draw(st.lists(st.sampled_from(FOREIGN_NAMES), min_size=2, unique=True))
    ids = st.integers(1, 10**6).map("X{}".format)
    cells = st.tuples(ids, *(SHORT for _ in header[1:])).map(list)
    return header, draw(st.lists(cells, min_size=3, max_size=6))


def read_answered(data: bytes, word: str) -> Grid:
    """Names that hold delimiters can make two readings of one header, and few names are like data: then somebody says which."""
    choices: dict[str, str] = {}
    for key in ("delimiter", "header_line", ""):
        try:
            return read_grid("written.csv", data, choices)
        except NeedsChoice as asked:
            (question,) = asked.questions
            assert question.key in (key, "header_line")
            said = word if question.key == "delimiter" else next(iter(question.options))
            assert said in question.options
            choices[question.key] = said
    raise AssertionError(choices)


@MANY
@given(foreign_tables(), DIALECTS, ENCODINGS)
def test_a_table_of_any_names_is_read_back(
    table: tuple[list[str], list[list[str]]], dialect: dict, encoding: str
) -> None:
    header, rows = table
    data = write(header, rows, **dialect).decode().encode(encoding)
    grid = read_answered(data, DELIMITERS[dialect["delimiter"]])
    assert (grid.names, grid.broken) == (tuple(header), [])
    assert [list(row) for row in zip(*grid.columns, strict=True)] == [
        list(map(stripped, row)) for row in rows
    ]


ANSWERS = st.lists(st.sampled_from(["", "0", "1", "2", "3", "02", "x", "4"]), min_size=9, max_size=9)
FORMS = st.tuples(
    st.sampled_from(["P1", "P2", "P3", "404"]),
    st.sampled_from(["PHQ-9", "phq9", "GAD-7", "PCL-5", "PHQ-9 x"]),
    st.sampled_from(["2026-03-01", "2026-03-01T10:00", "2026-03-01T15:00Z", "2026-13-01"]),
    ANSWERS,
    st.sampled_from(["", "9", "12"]),
    st.sampled_from(["", "2026-03-02", "2026-03-03T10:00"]),
)
HEADER = [
    "patient_id",
    "instrument",
    "assessed_at",
    *(f"item_{number}" for number in range(1, 10)),
    "total",
    "recorded_at",
]


@MANY
@given(st.lists(FORMS, max_size=12).flatmap(lambda forms: st.tuples(st.just(forms), st.permutations(forms))))
def test_the_order_of_rows_does_not_matter(orders: tuple[list, list]) -> None:
    first, second = (
        check_rows(read_table("forms.csv", write(HEADER, rows), {"item_scale": "0-3"}), WARD, NOW)
        for rows in ([[*form[:3], *form[3], *form[4:]] for form in forms] for forms in orders)
    )
    facts = ["key_hash", "value_hash", "patient_key", "item_9", "total", "recorded_at"]
    assert multiset(first.accepted[facts]) == multiset(second.accepted[facts])
    assert multiset(first.problems.drop(columns="line")) == multiset(second.problems.drop(columns="line"))
    assert first.n_repeated == second.n_repeated


def multiset(frame: pd.DataFrame) -> list[str]:
    return sorted(map(repr, frame.astype(object).values.tolist()))


HEADERS = st.sampled_from(
    [",".join(column.name for column in kind.columns).encode() for kind in KINDS.values()]
)
NOISE = st.lists(
    st.sampled_from([b",", b";", b'"', b"\n", b"\r", b"P1", b"2026-03-01", b"3", b"\xff", b"\0", b"x"])
)
BODIES = st.one_of(st.binary(max_size=200), NOISE.map(b"".join))
STARTS = st.sampled_from(
    [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"{", b"[{", b"HEADER RECORD*", b"MRN,Date\n"]
)


@MANY
@given(
    st.one_of(
        st.tuples(STARTS, BODIES).map(b"".join), st.tuples(HEADERS, st.just(b"\n"), BODIES).map(b"".join)
    )
)
def test_no_bytes_do_more_than_be_read_asked_about_or_refused(data: bytes) -> None:
    try:
        tables = read_file("noise.csv", data).tables
    except (UnreadableFile, NeedsChoice):
        return
    for raw in tables:
        checked = check_rows(raw, WARD, NOW)
        n_seen = len(checked.accepted) + len(checked.problems) + checked.n_repeated
        assert n_seen == len(raw.lines) + len(raw.broken)
        write_problem_rows(checked.problems)


SECRET = "Ms Brown"  # pragma: allowlist secret
NOTES = st.lists(
    st.sampled_from(
        [f"P1,2026-03-01,{SECRET}", f'P1,2026-03-01,"{SECRET}', f'P1,"{SECRET}",x', f"P1,{SECRET}", SECRET]
    )
)
ENDINGS = st.sampled_from(["\n", "\r\n", "\x1b\n", ",\n", '"\n', "\n\n", ";\n"])


@MANY
@given(NOTES, ENDINGS)
def test_no_message_has_a_word_of_a_cell(lines: list[str], ending: str) -> None:
    data = "".join(f"{line}{ending}" for line in ["patient_id,on,text", *lines]).encode()
    try:
        raw = read_table("notes.csv", data)
    except (UnreadableFile, NeedsChoice) as error:
        assert SECRET not in str(error)
        return
    checked = check_rows(raw, WARD, NOW)
    said = [*raw.read_as, *raw.warnings, *checked.warnings, *checked.problems["reason"]]
    assert SECRET not in " ".join(said)


LANGUAGES = ["en", "de, ch", 'say "en"']
FORM_HEADER = [*HEADER[:12], "total", "mode", "language"]
JUNK = [
    "",
    "x",
    "-1",
    "99",
    "2.5",
    "2026-02-30",
    "404",
    "=1+1",
    "yes",
    "PHQ-9 DE",
    "phq9",
    "GAD-7",
    "PCL-5",
    "ü",
]


@st.composite
def damaged_lines(draw: Callable, number: int) -> tuple[int, bytes]:
    """A PHQ-9 line with an item 9 from 1 to 3, and what one mishap made of it."""
    item_9 = draw(st.integers(1, 3))
    cells = [
        f"P{number}",
        "PHQ-9",
        f"2026-03-{number % 28 + 1:02}",
        *"12301230",
        str(item_9),
        "",
        "web",
        "en",
    ]
    mishap = draw(st.sampled_from(["none", "cell", "item 9", "drop", "add", "insert", "insert", "cut"]))
    place = draw(st.integers(0, len(cells) - 1))
    if mishap == "cell" and FORM_HEADER[place] != "item_9":
        cells[place] = draw(st.sampled_from(JUNK))
    elif mishap == "item 9":
        cells[11] = draw(st.sampled_from(["{}.0", "{}x", "0{}", "({})", "{} of 3", "1{}", "-{}"])).format(
            item_9
        )
    elif mishap == "drop" and FORM_HEADER[place] != "item_9":
        del cells[place]
    elif mishap == "add":
        cells.insert(place, draw(st.sampled_from(["", "2", "x"])))
    line = ",".join(cells).encode()
    at = draw(st.integers(0, len(line)))
    if mishap == "insert":
        line = (
            line[:at]
            + draw(st.sampled_from([b'"', b'"', b'""', b"\xff", b"\0", b"\xc2\xa0", b" ", b"x"]))
            + line[at:]
        )
    elif mishap == "cut" and at < line.rindex(b",,"):
        line = line[:at]
    return item_9, line


@MANY
@given(st.data())
def test_no_damage_hides_an_item_9(data: st.DataObject) -> None:
    lines = [data.draw(damaged_lines(number)) for number in range(data.draw(st.integers(1, 12)))]
    file = b"\n".join([",".join(FORM_HEADER).encode(), *(line for _, line in lines)])
    try:
        checked = check(file, WARD)
    except (UnreadableFile, NeedsChoice):
        # The whole file stands among those that could not be read.
        return
    accepted = dict(zip(checked.accepted["line"], checked.accepted["item_9"], strict=True))
    problems = {problem["line"]: problem for problem in checked.problems.to_dict("records")}
    for line, (item_9, text) in enumerate(lines, start=2):
        if text.strip():
            listed = problems.get(line, {"item_9": None, "may_hold_item_9": False})
            assert accepted.get(line) == item_9 or listed["item_9"] == item_9 or listed["may_hold_item_9"]
