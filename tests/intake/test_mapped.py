"""Tables of other systems, read by their mapping: exports as they come, and that no answer to item 9 is lost."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.grids import check_table, grid, items, questions_of, read_as_mapped

from lib.clinical.frames import ITEM_COLUMNS, KINDS
from lib.intake.answering import choose_mapping
from lib.intake.choices import NeedsChoice
from lib.intake.gathered import BrokenRow
from lib.intake.grid import Grid
from lib.intake.mapped import read_mapped
from lib.intake.mapping import WAYS, Mapping, RecordMapping, Take, parse_mapping, write_mapping
from lib.intake.open_points import answers_again, find_open_points
from lib.intake.own_files import read_table
from lib.intake.reading import read_file
from lib.intake.suggesting import suggest_mapping
from lib.intake.texts import Texts

PHQ9 = ",".join(f"phq9_{n}" for n in range(1, 10))
GAD7 = ",".join(f"sc_gad{n}" for n in range(1, 8))
REDCAP = f"""
record_id,redcap_event_name,phq9_date,{PHQ9},phq9_difficulty,phq9_complete,gad7_date,{GAD7},sc_gad_complete
1,baseline,2026-03-01,{items("012301231")},2,2,2026-03-01,{items("1111111")},2
2,baseline,2026-03-01,{items("000000002")},,0,,,,,,,,,0
3,baseline,2026-03-01,{items("000000000")},1,1,,,,,,,,,
4,baseline,,,,,,,,,,,,0,,,,,,,,,0
5,week 1,2026-03-08,,,,,,,,,,,2,,,,,,,,,0
"""
IAPTUS = f"""
IAPTUS ID,Appointment Date,{",".join(f"PHQ9 Q{n}" for n in range(1, 10))},PHQ9 Total,GAD7 Total,WSAS Total
1,03-Apr-2026,{items("000000001")},1,4,10
2,13-Apr-2026,{items("333333333")},27,21,
"""
NHANES = f"""
SEQN,when,{",".join(f"DPQ0{n}0" for n in range(1, 10))},DPQ100
1,2026-03-01,0.0,1.0,2.0,3.0,0.0,7.0,9.0,1.0,2.0,1.0
2,2026-03-01,{items("000000079")},
"""
FORM_WORDS = ["Not at all", "Several days", "More than half the days", "Nearly every day"]
STEM = "Over the last 2 weeks … "
QUESTIONS = [
    "Little interest or pleasure in doing things",
    "Feeling down, depressed, or hopeless",
    "Trouble falling or staying asleep, or sleeping too much",
    "Feeling tired or having little energy",
    "Poor appetite or overeating",
    "Feeling bad about yourself — or that you are a failure",
    "Trouble concentrating on things",
    "Moving or speaking so slowly that other people could have noticed",
    "Thoughts that you would be better off dead",
]
CLINIC = "\n".join(
    [
        ",".join(
            [
                "Patient",
                "Visit Date",
                *(f'"{n}. {STEM}{words}"' for n, words in enumerate(QUESTIONS, 1)),
                "Dose (mg)",
                "Weight (lb)",
            ]
        ),
        ",".join(["1", "31/03/2026", *FORM_WORDS, *FORM_WORDS, "several days", "62.5", "154"]),
        ",".join(["2", "01/04/2026", *["Not at all"] * 8, "sometimes", "35 mg --> 40 mg", "700"]),
        ",".join(["3", "02/04/2026", *["2 - More than half the days"] * 9, "1/2 troche 200", ""]),
    ]
)


def cells(table, name):
    return table.cells[name]


def outcomes(table):
    """Of every row, by its line: accepted, or how and why not."""
    checked = check_table(table)
    found = {int(line): "accepted" for line in checked.accepted["line"]}
    found |= {
        int(row["line"]): f"{row['outcome']} {row['code']}" for row in checked.problems.to_dict("records")
    }
    return found


def test_a_redcap_export_gives_its_forms():
    tables = read_as_mapped(grid(REDCAP))
    phq9, gad7 = tables["PHQ-9"], tables["GAD-7"]
    assert (phq9.lines, gad7.lines) == ([2, 3, 4, 6], [2])
    assert [cells(phq9, name)[0] for name in ITEM_COLUMNS] == list("012301231")
    assert (cells(phq9, "difficulty")[0], cells(gad7, "item_7")) == ("2", ["1"])
    # Said to be incomplete: held for a person; said to be complete and empty: no form.
    assert outcomes(phq9) == {
        2: "accepted",
        3: "held form-incomplete",
        4: "held form-incomplete",
        6: "rejected empty-form",
    }
    assert any("line 5" in words for words in phq9.warnings)


def test_item_9_of_an_incomplete_form_is_read():
    problems = check_table(read_as_mapped(grid(REDCAP))["PHQ-9"]).problems
    assert dict(zip(problems["line"], problems["item_9"].fillna(-1), strict=True)) == {3: 2, 4: 0, 6: -1}


def test_an_iaptus_export_gives_both_forms_by_its_own_dates():
    tables = read_as_mapped(grid(IAPTUS))
    assert cells(tables["PHQ-9"], "assessed_at") == ["2026-04-03", "2026-04-13"]
    assert cells(tables["GAD-7"], "total") == ["4", "21"]
    assert tables["PHQ-9"].unknown_columns == ("WSAS Total",)
    assert {name: set(outcomes(table).values()) for name, table in tables.items()} == {
        "PHQ-9": {"accepted"},
        "GAD-7": {"accepted"},
    }


def test_refused_and_dont_know_are_missing_in_nhanes_and_never_points():
    table = read_as_mapped(grid(NHANES), {"column:PHQ-9.assessed_at": "when"})["PHQ-9"]
    assert [cells(table, name)[0] for name in ITEM_COLUMNS] == ["0", "1", "2", "3", "0", "", "", "1", "2"]
    assert [cells(table, name)[1] for name in ITEM_COLUMNS] == [*"0000000", "", ""]


def test_a_clinics_own_sheet_gives_forms_doses_and_weights():
    sheet = grid(CLINIC)
    assert set(questions_of(sheet)) == {"date_order:Visit Date"}
    tables = read_as_mapped(sheet, {"date_order:Visit Date": "dmy"})
    assert cells(tables["PHQ-9"], "assessed_at") == ["2026-03-31", "2026-04-01", "2026-04-02"]
    assert [cells(tables["PHQ-9"], name)[0] for name in ITEM_COLUMNS] == list("012301231")
    # What is no answer stays as it is written, and the form stands in the queue.
    assert cells(tables["PHQ-9"], "item_9") == ["1", "sometimes", "2"]
    assert outcomes(tables["PHQ-9"]) == {2: "accepted", 3: "rejected not-a-whole-number", 4: "accepted"}
    assert check_table(tables["PHQ-9"]).problems["may_hold_item_9"].tolist() == [True]
    assert outcomes(tables["dosing sessions"]) == {2: "accepted", 3: "held dose-text", 4: "held dose-text"}
    assert cells(tables["dosing sessions"], "dose_mg") == ["62.5", "35 mg --> 40 mg", "1/2 troche 200"]
    assert outcomes(tables["weight_kg"]) == {2: "accepted", 3: "rejected off-scale"}
    assert cells(tables["weight_kg"], "value")[0] == "69.9"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("mrn,date,dose mg/kg\n1,2026-03-01,0.5", "rejected dose-per-kg"),
        ("mrn,date,dose mg/kg,weight_kg\n1,2026-03-01,0.5,", "rejected dose-per-kg"),
        ("mrn,date,dose mg/kg,weight_kg\n1,2026-03-01,0.5,70", "held dose-per-kg"),
        ("mrn,date,dose\n1,2026-03-01,0.5 mg/kg", "rejected dose-per-kg"),
        ("mrn,date,dose\n1,2026-03-01,0.1 g", "accepted"),
        ("mrn,date,dose\n1,2026-03-01,100mg", "accepted"),
        ("mrn,date,dose\n1,2026-03-01,2 x 150", "held dose-text"),
        ("mrn,date,dose mg\n1,2026-03-01,100", "accepted"),
        ("mrn,date,dose mg\n1,2026-03-01,", "rejected no-dose"),
        ("mrn,date,dose mg,status\n1,2026-03-01,,missed", "accepted"),
        ("mrn,date,dose mg\n1,2026-02-30,100", "rejected no-such-date"),
        ("mrn,date,dose mg\n99,2026-03-01,100", "held unknown-patient"),
        ("mrn,date,dose mg\n99,2026-03-01,2 x 50", "held dose-text"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_session(text, outcome):
    assert list(outcomes(read_as_mapped(grid(text))["dosing sessions"]).values()) == [outcome]


FROM_1 = " of a form that counts from 1"


@pytest.mark.parametrize(
    ("answer", "cell"),
    [("1", "0"), ("4", "3"), ("4.0", "3"), ("Not at all", "0"), ("0", f"0{FROM_1}"), ("5", f"5{FROM_1}"), ("", "")],
)  # fmt: skip
def test_a_form_that_counts_from_one_is_brought_to_ours(answer, cell):
    header = ",".join(["mrn", "date", *(f"phq9_{n}" for n in range(1, 10))])
    mapping = suggest_mapping(grid(f"{header}\n1,2026-03-01,{items('1' * 9)}"))
    (record,) = mapping.records
    takes = tuple(
        Take(take.column, take.source, "points 1-4" if take.reads == "answer" else take.reads)
        for take in record.takes
    )
    sheet = grid(f"{header}\n1,2026-03-01,{items('1' * 8)},{answer}")
    said = Mapping((RecordMapping(record.kind, takes, record.constants),))
    insisted = dict(zip(("points 0-3", "points 1-4"), answers_again(said.records[0], sheet), strict=True))
    choices = {"points:PHQ-9!": insisted["points 1-4"]} if answer == "0" else {}
    table = read_as_mapped(sheet, choices, said)["PHQ-9"]
    assert cells(table, "item_9") == [cell]
    if "counts" in cell:
        assert check_table(table).problems["may_hold_item_9"].tolist() == [True]


def test_a_missing_code_is_missing_where_the_mapping_says_so_and_an_error_where_not():
    text = "mrn,date,item_1,item_2,item_3,instrument\n1,2026-03-01,-9,Refused,1,PHQ-2"
    sheet = grid(text)
    mapping = parse_mapping(
        '{"records": [{"kind": "assessments", "constants": {"instrument": "Other"}, "columns": ['
        '{"column": "patient_id", "source": "mrn"}, {"column": "assessed_at", "source": "date", "reads": "date"},'
        '{"column": "item_1", "source": "item_1", "reads": "answer", "missing": ["-9", "99"]},'
        '{"column": "item_2", "source": "item_2", "reads": "answer", "missing": ["refused"]},'
        '{"column": "item_3", "source": "item_3", "reads": "answer"}]}], "not_taken": {"instrument": "always the same"}}'
    )
    table = read_as_mapped(sheet, mapping=mapping)["Other"]
    assert [cells(table, f"item_{n}") for n in (1, 2, 3)] == [[""], [""], ["1"]]
    assert table.unknown_columns == ("instrument",)


def test_a_broken_row_is_told_once_and_where_an_item_9_may_be():
    sheet = grid("mrn,date,dose mg,phq9_total\n1,2026-03-01,100,4")
    broken = [BrokenRow(3, "1,2,3,4,5", "The row has 5 cells.")]
    tables = read_as_mapped(Grid(sheet.file_name, sheet.names, sheet.columns, sheet.lines, broken))
    assert {name: table.broken for name, table in tables.items()} == {"PHQ-9": broken, "dosing sessions": []}


OURS = """patient_id,instrument,assessed_at,item_1,item_2,item_9,total,mode,recorded_at,ward
1,PHQ-9,2026-03-01T10:00,0,1,3,,app,2026-03-01T10:05+01:00,x
2,phq9,2026-03-02,,,,14,,,
3,,2026-03-02,7,,,,,,
"""


def test_our_own_names_are_read_as_they_are():
    own = read_table("own.csv", OURS.encode())
    (mapped,) = read_mapped(grid(OURS), suggest_mapping(grid(OURS)), {})
    assert (mapped.kind, mapped.cells, mapped.lines) == (own.kind, own.cells, list(own.lines))
    assert mapped.unknown_columns == own.unknown_columns == ("ward",)


ANSWERS = st.sampled_from(["", "0", "1", "2", "3", "Several days", "Nearly every day", "yes", "9", "3.0"])


ROWS = st.lists(st.lists(ANSWERS, min_size=9, max_size=9), min_size=1, max_size=5)
NAMES = ("mrn", "date", *PHQ9.split(","))


def columns_of(rows: list[list[str]]) -> list[Texts]:
    return [
        Texts.of(str(n + 1) for n in range(len(rows))),
        Texts.same("2026-03-01", len(rows)),
        *map(Texts.of, zip(*rows, strict=True)),
    ]


@given(ROWS, st.permutations(range(11)))
def test_shuffled_columns_give_the_same_rows(rows, order):
    columns = columns_of(rows)

    def read(places):
        lines = list(range(2, len(rows) + 2))
        sheet = Grid("x.csv", tuple(NAMES[p] for p in places), tuple(columns[p] for p in places), lines, [])
        (table,) = read_as_mapped(sheet).values()
        return table.cells, table.lines, table.doubts

    if not questions_of(Grid("x.csv", NAMES, tuple(columns), list(range(len(rows))), [])):
        assert read(order) == read(range(11))


@given(ROWS, st.sampled_from(["", "0", "1", "2"]))
def test_no_answer_to_item_9_is_lost(rows, status):
    """A row whose item 9 says something is accepted with it, or stands among the problems as one that says it or may hide it."""
    points = {"0": 0, "1": 1, "2": 2, "3": 3, "Several days": 1, "Nearly every day": 3, "3.0": 3}
    columns = (*columns_of(rows), Texts.same(status, len(rows)))
    sheet = Grid("x.csv", (*NAMES, "phq9_complete"), columns, list(range(len(rows))), [])
    checked = check_table(read_as_mapped(sheet)["PHQ-9"])
    both = [*checked.accepted.to_dict("records"), *checked.problems.to_dict("records")]
    found = {row["line"]: row for row in both}
    for line, answer in enumerate(row[8] for row in rows):
        if answer in points:
            assert found[line]["item_9"] == points[answer]
        elif answer:
            assert found[line]["may_hold_item_9"]


WAYS_OF_ANY = st.sampled_from(WAYS)
CELLS = st.sampled_from(
    ["", "1", "2", "4", "9", "Several days", "2026-03-01", "03/04/2026", "100 mg", "1/2", "0.5 mg/kg", "x"]
)


@given(st.data())
def test_any_mapping_of_any_table_is_read_or_asked_about(data):
    """Nothing else than NeedsChoice is raised, and every row is accepted or listed."""
    kind = KINDS[data.draw(st.sampled_from(["assessments", "dosing_sessions", "observations", "patients"]))]
    names = ("a", "b", "c", "d")
    columns = tuple(Texts.of(data.draw(st.lists(CELLS, min_size=3, max_size=3))) for _ in names)
    ours = st.sampled_from([column.name for column in kind.columns])
    takes = [Take(data.draw(ours), name, data.draw(WAYS_OF_ANY)) for name in names]
    takes += [Take(name, "a", "date" if name.endswith("_at") else "text") for name in kind.required]
    once = {take.column: take for take in takes}
    constants = data.draw(
        st.dictionaries(ours, st.sampled_from(["", "PHQ-9", "GAD-7", "weight_kg"]), max_size=2)
    )
    mapping = Mapping((RecordMapping(kind.name, tuple(once.values()), tuple(constants.items())),))
    with suppress(NeedsChoice):
        for table in read_mapped(Grid("x.csv", names, columns, [2, 3, 4], []), mapping, {}):
            checked = check_table(table)
            assert len(checked.accepted) + len(checked.problems) + checked.n_repeated == len(table.lines)


def test_a_mapping_that_travelled_as_an_answer_reads_the_same():
    sheet = grid(IAPTUS)
    mapping = suggest_mapping(sheet)
    assert choose_mapping(sheet, {"mapping": write_mapping(mapping)}) == mapping


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (f"patient_id,visit_date,{PHQ9}", f"1,2026-03-01,{items('000000003')}"),
        ("patient_id,phq9_total,date", "1,14,2026-03-01"),
        (f"patient_id,started_at,dose_mg,{PHQ9}", f"1,2026-03-01,100,{items('000000003')}"),
        ("patient_id,sex,dose", "1,f,100 mg"),
    ],
)
def test_answers_beside_our_own_names_are_never_left_unread(header, row):
    with pytest.raises(NeedsChoice):
        read_file("export.csv", f"{header}\n{row}\n".encode())


@pytest.mark.parametrize(
    "header", ["patient_id,sex,ward", "patient_id,started_at,dose_mg,weight", "patient_id,GP"]
)
def test_an_unknown_column_beside_our_own_names_is_listed_as_before(header):
    row = ",".join("2026-03-01" if name == "started_at" else "1" for name in header.split(","))
    (table,) = read_file("own.csv", f"{header}\n{row}\n".encode()).tables
    assert table.unknown_columns == (header.split(",")[-1],)


OWN = "patient_id,instrument,assessed_at,total"


@pytest.mark.parametrize(
    "name",
    ["q9", "item9_score", "item_9_score", "suicidal_ideation", "Suicide item", "phq_q9", "Q9 (self-harm)", "si",
     "item nine", "9th item", "Better off dead", "phq9 comment", "how often", "thoughts"],
)  # fmt: skip
@pytest.mark.parametrize("answer", ["3", "0", "Nearly every day"])
def test_an_answer_beside_our_own_columns_is_asked_about(name, answer):
    data = f"{OWN},{name}\n1,PHQ-9,2026-03-01,12,{answer}\n".encode()
    with pytest.raises(NeedsChoice, match="Nothing was taken") as asked:
        read_file("own.csv", data)
    assert any(name in question.text + question.suggested for question in asked.value.questions)


def test_a_column_that_is_said_to_be_no_item_is_left_out_and_named():
    data = f"{OWN},q9\n1,PHQ-9,2026-03-01,12,3\n".encode()
    (table,) = read_file("own.csv", data, {"not_taken:q9": "not an item"}).tables
    assert table.unknown_columns == ("q9",)
    with pytest.raises(NeedsChoice):
        read_file("own.csv", data, {"not_taken:q9": ""})


def test_a_ninth_question_beside_eight_of_our_items_is_asked_about_before_the_form():
    header = f"{OWN},{','.join(f'item_{n}' for n in range(1, 9))},Question 9"
    data = f"{header}\n1,PHQ-9,2026-03-01,,{items('111111113')}\n".encode()
    with pytest.raises(NeedsChoice, match="Question 9"):
        read_file("own.csv", data, {"phq_form": "PHQ-8"})


@pytest.mark.parametrize("name", ["week", "session_no", "ward"])
def test_a_column_of_no_form_in_a_file_of_sessions_is_left_out_without_a_question(name):
    (table,) = read_file(
        "own.csv", f"patient_id,started_at,dose_mg,{name}\n1,2026-03-01,100,3\n".encode()
    ).tables
    assert table.unknown_columns == (name,)


@pytest.mark.parametrize(
    "names",
    [
        [f"phq9_{n}_wk4" for n in range(1, 10)],
        [f"wk4 a{n}" for n in range(1, 8)],
        ["GAD7 note"],
        ["phq_9 (old)"],
    ],
)
def test_a_family_of_columns_beside_what_is_known_is_asked_about(names):
    sheet = grid(f"mrn,visit_date,weight_kg,{','.join(names)}\n1,2026-03-01,70,{items('1' * len(names))}")
    assert names[-1] in " ".join(
        question.text
        for question in find_open_points(suggest_mapping(sheet), sheet)
        if question.key == "mapping"
    )


ODD = [
    ("a contact of the kind of a weight", "contacts", {"kind": "weight_kg"}, [("patient_id", "mrn", "text"),
     ("at", "date", "date")]),
    ("a weight that every row has", "observations", {"kind": "weight_kg", "value": "70"}, [("patient_id", "mrn", "text"),
     ("observed_at", "date", "date")]),
    ("a form's status for the patient", "assessments", {"instrument": "PHQ-9"}, [("patient_id", "mrn", "complete"),
     ("assessed_at", "date", "date"), ("total", "x", "number")]),
    ("a form's status for the instrument", "assessments", {}, [("patient_id", "mrn", "text"),
     ("instrument", "x", "complete"), ("assessed_at", "date", "date")]),
    ("a form's status beside the patient", "assessments", {"instrument": "PHQ-9"}, [("patient_id", "mrn", "text"),
     ("patient_id", "x", "complete"), ("assessed_at", "date", "date")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "constants", "takes"), [case[1:] for case in ODD], ids=[case[0] for case in ODD]
)
def test_an_odd_mapping_is_read_or_asked_about(kind, constants, takes):
    record = RecordMapping(kind, tuple(Take(*take) for take in takes), tuple(constants.items()))
    said = write_mapping(Mapping((record,)))
    with suppress(NeedsChoice):
        for table in read_file("x.csv", b"mrn,date,x\n1,2026-03-01,2\n", {"mapping": said}).tables:
            check_table(table)


@pytest.mark.parametrize(
    "said", [{"constants": {"item_9": "0"}}, {"reads": "complete"}], ids=["for all", "status"]
)
def test_an_answer_is_what_the_patient_said(said):
    """Neither a number that somebody says of every row, nor the status of the form."""
    sheet = grid(f"mrn,date,{PHQ9}\n1,2026-03-01,{items('111111113')}")
    mapping = json.loads(write_mapping(suggest_mapping(sheet)))
    (record,) = mapping["records"]
    record["constants"] |= said.get("constants", {})
    (last,) = (one for one in record["columns"] if one["column"] == "item_9")
    last |= {"reads": said.get("reads", "answer")}
    with pytest.raises(NeedsChoice, match=r"in every row|form's status"):
        read_as_mapped(sheet, {"mapping": json.dumps(mapping)})


@pytest.mark.parametrize("is_in_the_mapping", [True, False], ids=["in the mapping", "as an answer"])
def test_points_from_1_are_asked_about_again_where_the_file_has_a_0(is_in_the_mapping):
    sheet = grid(f"mrn,date,{PHQ9}\n1,2026-03-01,{items('012301231')}")
    said = {"points:PHQ-9": "points 1-4", "mapping": write_mapping(suggest_mapping(sheet))}
    if is_in_the_mapping:
        said["mapping"] = said["mapping"].replace('"answer"', '"points 1-4"')
        del said["points:PHQ-9"]
    else:
        # Asked and answered of an earlier file.
        early = grid(f"mrn,date,{PHQ9}\n1,2026-03-01,{items('123412341')}\n2,2026-03-01,{items('111111111')}")
        assert set(questions_of(early)) == {"points:PHQ-9"}
        assert cells(read_as_mapped(early, said)["PHQ-9"], "item_9") == ["0", "0"]
        total = grid(
            f"mrn,date,{PHQ9},phq9_total\n1,2026-03-01,{items('123412341')},\n2,2026-03-01,{',' * 8},18"
        )
        totals = {**said, "mapping": write_mapping(suggest_mapping(total))}
        assert [doubt.row for doubt in read_as_mapped(total, totals)["PHQ-9"].doubts] == [1]
    with pytest.raises(NeedsChoice, match="some are 0") as asked:
        read_as_mapped(sheet, said)
    (question,) = asked.value.questions
    from_0, from_1 = question.options
    assert question.key == "points:PHQ-9!"
    assert cells(read_as_mapped(sheet, {**said, question.key: from_0})["PHQ-9"], "item_9") == ["1"]
    insisted = read_as_mapped(sheet, {**said, question.key: from_1})["PHQ-9"]
    assert cells(insisted, "item_9") == ["0"]
    assert outcomes(insisted) == {2: "rejected not-a-whole-number"}
    # What was said of this file is not said of the next.
    later = grid(f"mrn,date,{PHQ9}\n1,2026-03-01,{items('012301232')}")
    with pytest.raises(NeedsChoice):
        read_as_mapped(later, {**said, question.key: from_1})


def test_a_mapping_that_says_the_other_order_of_dates_is_asked_about_again():
    sheet = grid("mrn,date,phq9_total\n1,04/13/2026,3\n2,05/26/2026,4\n3,03/05/2026,5")
    said = {"mapping": write_mapping(suggest_mapping(sheet)).replace('"reads": "date"', '"reads": "dmy"')}
    with pytest.raises(NeedsChoice) as asked:
        read_as_mapped(sheet, said)
    (question,) = asked.value.questions
    assert question.key == "date_order:date!"
    tables = read_as_mapped(sheet, {**said, question.key: question.suggested})
    assert cells(tables["PHQ-9"], "assessed_at") == ["2026-04-13", "2026-05-26", "2026-03-05"]
