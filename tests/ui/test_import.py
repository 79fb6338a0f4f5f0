"""The import page: dry run, rows that are not taken, receipt, undo; and the demo, which takes no files."""

import io

import pytest
from intake.fhir_examples import as_bytes, bundle, patient
from intake.sheets import grid, write_xpt
from openpyxl import Workbook
from ui_pages import run, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9

from lib.services import imports, stores


@pytest.fixture
def empty(tmp_path):
    return make_clinic(tmp_path)


def upload(test, **files):
    """Files by name without .csv."""
    box = test.file_uploader[0]
    box.set_value(
        [
            (f"{name}.csv", data if isinstance(data, bytes) else data.encode(), "text/csv")
            for name, data in files.items()
        ]
    )
    return run(test)


def write_workbook(rows):
    book = Workbook()
    book.active.title = "Patients"
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table_with(test, heading):
    return next(table.value for table in test.dataframe if heading in table.value)


def test_the_demo_takes_no_files_and_says_what_to_do(open_page):
    test = upload(open_page("import_records"), patients=patients("new,AB"))
    assert "python -m lib init" in words(test) and "demo store" in words(test)
    assert table_with(test, "Repeated")["New"].tolist() == [1]
    assert test.button(key="import").disabled


def test_a_dry_run_counts_and_saves_nothing(open_page, empty):
    rows = phq9(("known", 3, "222222220"), ("unknown", 3, "222222221"))
    test = upload(open_page("import_records", empty), patients=patients("known,AB"), assessments=rows)
    counted = table_with(test, "Repeated").set_index("File")
    assert counted.loc["patients.csv", ["Rows", "New", "Held"]].tolist() == [1, 1, 0]
    assert counted.loc["assessments.csv", ["Rows", "New", "Held"]].tolist() == [2, 1, 1]
    problem = table_with(test, "Outcome").iloc[0]
    assert (problem["File"], problem["Lines"], problem["Column"], problem["Values"]) == (
        "assessments.csv",
        "3",
        "patient_id",
        "unknown",
    )
    assert imports.read_imports(ACTOR, stores.open_store(ACTOR, empty)).empty


def test_an_import_gives_a_receipt_and_empties_the_uploader(open_page, empty):
    test = upload(open_page("import_records", empty), patients=patients("known,AB"))
    run(test.button(key="import").click())
    said = words(test)
    assert "Receipt" in said and "SHA\\-256" in said and "offered by Dr Test on" in said
    assert table_with(test, "Repeated")["New"].tolist() == [1]
    assert not test.file_uploader[0].value
    assert "Past imports (1)" in said
    again = upload(open_page("import_records", empty), patients=patients("known,AB"))
    assert "already imported on" in words(again)


@pytest.mark.parametrize(
    "rubbish", [b"\x00\x01\x02", b"", b"hello", b"\xff\xfe\x00", b"a,b\n1,2\n", b"%PDF-1.7"]
)
def test_rubbish_gets_a_sentence(open_page, empty, rubbish):
    test = upload(open_page("import_records", empty), rubbish=rubbish)
    said = [one.value for one in (*test.error, *test.warning)]
    assert "rubbish\\.csv" in words(test) and len(said[0]) > 40
    assert test.button(key="import").disabled == bool(test.subheader)


@pytest.mark.parametrize(
    ("name", "data", "read_as"),
    [
        ("p.tsv", b"patient_id\tinitials\n7,A\tAB\n", "tab"),
        ("p.txt", b"patient_id|initials\n7,A|AB\n", "pipe"),
        ("p.xlsx", write_workbook([["patient_id", "initials"], ["7", "AB"]]), "sheet Patients"),
        ("dm.xpt", write_xpt(grid("USUBJID,SEX,BRTHDTC,DTHDTC\nP0001,F,1980,")), "CDISC SDTM"),
        ("bundle.json", as_bytes(bundle(patient())), "FHIR"),
        ("bundle.csv", as_bytes(bundle(patient())), "FHIR"),
    ],
)
def test_what_a_file_is_its_content_shows(open_page, empty, name, data, read_as):
    test = open_page("import_records", empty)
    test.file_uploader[0].set_value([(name, data, "application/octet-stream")])
    row = table_with(run(test), "Warnings").iloc[0]
    assert (row["File"], row["Kind"]) == (name, "patients") and read_as in row["Read as"]


def test_changed_lines_are_listed(open_page, empty):
    run(
        upload(open_page("import_records", empty), patients=patients("a,AB", "b,CD"))
        .button(key="import")
        .click()
    )
    test = upload(open_page("import_records", empty), patients=patients("a,AB", "b,XY"))
    assert table_with(test, "Repeated")[["Changed", "Unchanged"]].iloc[0].tolist() == [1, 1]
    assert "Lines that change a record: 3" in words(test).replace("\\", "")


def test_an_undo_asks_why_and_is_listed(open_page, empty):
    test = run(
        upload(open_page("import_records", empty), patients=patients("a,AB")).button(key="import").click()
    )
    key = test.selectbox(key="undo-which").options
    assert len(key) == 1
    run(test.selectbox(key="undo-which").select_index(0))
    run(test.button(key="undo").click())
    assert "Say why this import is undone" in words(test).replace("\\", "")
    test.text_input(key="undo-why").set_value("wrong export")
    run(test.button(key="undo").click())
    assert "undone by Dr Test" in table_with(test, "State")["State"].iloc[0]
    assert "wrong export" in table_with(test, "State")["State"].iloc[0]


def test_rows_that_wait_are_counted(open_page, tmp_path):
    row = f"patient_id,instrument,assessed_at,item_9\nnobody,PHQ-9,{day(1)},3\n"
    said = words(open_page("import_records", make_clinic(tmp_path, {"assessments.csv": row})))
    assert "Rows that wait (1)" in said and "1 row may hold an item 9" in said


def test_a_file_that_shrank_is_said_before_it_is_held(open_page, empty):
    many = patients(*(f"p{number},AB" for number in range(20)))
    run(upload(open_page("import_records", empty), patients=many).button(key="import").click())
    test = upload(open_page("import_records", empty), patients=patients("p1,AB"))
    assert "has 1 rows" in words(test) and "95 % fewer" in words(test)
