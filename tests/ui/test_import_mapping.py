"""What the columns of another system's table mean: looked at, changed, confirmed, remembered, and looked at when they change."""

import pytest
from ui_foreign import ITEMS, NAMES, write_export
from ui_pages import run, upload, words
from ui_stores import ACTOR, make_clinic, patients

from lib.services import imports, mappings, stores

ROSTER = {"patients.csv": patients("01,AB", "02,CD", "03,EF")}


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, ROSTER)


def press(test, label):
    return run(next(button for button in test.button if button.label == label).click())


def offered(open_page, clinic, data=None, name="north 2026-02-20.csv"):
    """The page with the file, its encoding said where it is asked."""
    test = upload(open_page("import_records", clinic), {name: data or write_export()})
    labels = [button.label for button in test.button]
    is_encoding = "Read it like this" in labels and "encoding" in words(test)
    return press(test, "Read it like this") if is_encoding else test


def means(test, source):
    return next(box for box in test.selectbox if box.label.replace("\\", "") == f"What {source} means")


def reads(test, source):
    return next(box for box in test.selectbox if box.label == f"How {source} is read")


def asked(test, word):
    return next(one for one in test.radio if word in one.label)


def settle(test):
    """Every column confirmed, and what that leaves open said."""
    asked(test, "Dose").set_value("mg")
    press(test, "These columns mean this")
    return press(test, "Read it like this") if test.radio else test


def test_unknown_columns_stand_first_and_items_are_folded(open_page, clinic):
    test = offered(open_page, clinic)
    labels = [box.label for box in test.selectbox if box.label.startswith("What ")]
    assert labels[:2] == ["What Größe means", "What ward means"]
    assert "Columns of which nothing is known (2)" in words(test).replace("\\", "")
    assert [fold.label.replace("\\", "") for fold in test.expander[:1]] == ["PHQ-9: items (9)"]
    assert means(test, "MRN").value == ("every record", "patient_id")
    assert means(test, "Visit date").value == ("every record", "date")
    assert "a known name" in words(test) and "Süd" in words(test)


def test_nothing_of_a_dose_is_chosen_beforehand(open_page, clinic):
    test = offered(open_page, clinic)
    assert asked(test, "Dose").value is None
    press(test, "These columns mean this")
    assert asked(test, "Dose").value is None and test.button(key="import").disabled


def test_confirmed_columns_are_imported_and_remembered(open_page, clinic):
    test = settle(offered(open_page, clinic))
    assert "Read as confirmed by" in words(test) and "in this dry run" in words(test)
    run(test.button(key="import").click())
    said = words(test).replace("\\", "")
    assert "Asked: What do its columns mean? Answered: confirmed by" in said
    kinds = imports.read_imports(ACTOR, stores.open_store(ACTOR, clinic))["kind"].tolist()
    assert kinds[:2] == ["dosing_sessions", "assessments"]
    again = offered(open_page, clinic, write_export(until=1), "north 2026-02-21.csv")
    assert not again.radio and "To be answered" not in words(again)
    run(again.button(key="import").click())
    said = words(again).replace("\\", "")
    assert "answered for an earlier file of its source: encoding windows-1252; " in said
    assert "date_order:Visit date dmy" in said


def test_a_column_that_is_chosen_is_read_in_its_usual_way(open_page, clinic):
    test = offered(open_page, clinic)
    means(test, "Größe").set_value(("weight", "value"))
    reads(test, "Dose").set_value("mg")
    press(test, "These columns mean this")
    (unit,) = [one for one in test.radio if "have no unit" in one.label]
    assert "Größe" in unit.label and unit.value is None


NO_HEADER = b"01,Sam Quill,2026-01-05,cried about her brother,1\n02,Ann Moor,2026-01-12,told me all,0\n"


def test_columns_without_names_are_shown_by_their_place(open_page, clinic):
    test = offered(open_page, clinic, NO_HEADER)
    labels = [box.label.replace("\\", "") for box in test.selectbox if box.label.startswith("What ")]
    assert labels == [f"What column {place} means" for place in ("1 (A)", "2 (B)", "3 (C)", "4 (D)", "5 (E)")]
    assert "no header" in words(test) and "no-header" not in str([button.key for button in test.button])
    for place, meant in {"1 (A)": ("every record", "patient_id"), "3 (C)": ("every record", "date")}.items():
        means(test, f"column {place}").set_value(meant)
    means(test, "column 2 (B)").set_value(("not taken", ""))
    means(test, "column 4 (D)").set_value(("events", "text"))
    press(test, "These columns mean this")
    assert "column 5 (E)” looks like an item of a form" in words(test).replace("\\", "")
    means(test, "column 5 (E)").set_value(("not taken", ""))
    press(test, "These columns mean this")
    run(test.button(key="import").click())
    assert imports.read_imports(ACTOR, stores.open_store(ACTOR, clinic))["n_new"].iloc[0] == 2


def test_a_first_row_of_words_is_asked_about_and_names_may_be_data(open_page, clinic):
    test = offered(open_page, clinic, b"Sam Quill,cried\nAnn Moor,told me all\n")
    (question,) = test.radio
    assert question.value is None and not {"Quill", "cried", "told"} & set(" ".join(question.options).split())
    assert "Quill" not in words(test) and "line 1: words, words" in str([block.value for block in test.code])
    question.set_value(question.options[0])
    press(test, "Read it like this")
    assert means(test, "Sam Quill")
    press(test, "These are no names, but data")
    assert means(test, "column 1 (A)") and "What Sam Quill means" not in [box.label for box in test.selectbox]


def test_items_that_a_form_does_not_have_are_said_not_to_be_collected(open_page, clinic):
    test = offered(open_page, clinic, write_export(without="phq9_4"))
    assert "PHQ-9 has no column for item_4" in words(test).replace("\\", "")
    test.multiselect[0].set_value(["item_4"])
    settle(test)
    assert not test.button(key="import").disabled


@pytest.mark.parametrize(
    ("data", "table"),
    [
        (write_export(extra=("lot",)), [("New", "lot", "")]),
        (write_export(without="ward"), [("Gone", "", "ward")]),
        (write_export(extra=("WARD ",), without="ward"), [("Renamed, it seems", "WARD", "ward")]),
    ],
    ids=["new", "gone", "renamed"],
)
def test_what_has_changed_since_is_shown(open_page, clinic, data, table):
    test = settle(offered(open_page, clinic))
    run(test.button(key="import").click())
    test = offered(open_page, clinic, data, "north 2026-02-22.csv")
    changes = next(one.value for one in test.dataframe if "Before" in one.value)
    assert [tuple(row) for row in changes.to_numpy()] == table
    assert "have changed since dr" in words(test).lower() and test.button(key="import").disabled
    press(test, "Read it by the same mapping")
    assert not test.button(key="import").disabled


def test_a_column_that_is_gone_opens_the_mapping_of_before(open_page, clinic):
    test = settle(offered(open_page, clinic))
    run(test.button(key="import").click())
    test = offered(open_page, clinic, write_export(without="Dose", extra=("Dosis",)), "north 2026-02-22.csv")
    assert "has no column Dose" in words(test) and means(test, "MRN").value == ("every record", "patient_id")
    changes = next(one.value for one in test.dataframe if "Before" in one.value)
    assert set(changes["What"]) == {"New", "Gone"}
    means(test, "Dosis").set_value(("dosing_sessions", "dose_mg"))
    press(test, "These columns mean this")
    # The doses of that file are no doses, and wait.
    assert "To be answered" not in words(test) and not test.button(key="import").disabled
    assert "Rows that are not taken (45)" in words(test).replace("\\", "")


def test_many_columns_come_forty_at_a_time(open_page, clinic):
    extra = tuple(f"x{number}" for number in range(60))
    test = offered(open_page, clinic, write_export(2, extra=extra))
    first = [box.label for box in test.selectbox if box.label.startswith("What ")]
    assert len(first) == 40
    means(test, "x5").set_value(("dosing_sessions", "lot"))
    press(test, "Keep these, show the next columns")
    second = [box.label for box in test.selectbox if box.label.startswith("What ")]
    assert len(second) == len((*NAMES, *extra)) - 40 and not set(first) & set(second)
    press(test, "Keep these, show the next columns")
    assert means(test, "x5").value == ("dosing_sessions", "lot")


def test_the_columns_are_read_with_their_examples_and_without_a_mapping_for_our_own(clinic):
    store = stores.open_store(ACTOR, clinic)
    said = {"encoding": "windows-1252"}
    found = mappings.read_columns(ACTOR, store, "north.csv", write_export(), said)
    assert {row.source for row in found.rows} == set(NAMES) and len(found.examples["Visit date"]) == 3
    assert {row.source for row in found.rows if row.record == "PHQ-9"} == set(ITEMS)
    assert mappings.read_columns(ACTOR, store, "p.csv", ROSTER["patients.csv"].encode()) is None
    assert mappings.read_columns(ACTOR, store, "p.pdf", b"%PDF-1.7") is None


def test_what_was_confirmed_for_an_earlier_file_can_be_changed(open_page, clinic):
    test = offered(open_page, clinic)
    means(test, "ward").set_value(("dosing_sessions", "lot"))
    settle(test)
    run(test.button(key="import").click())
    test = offered(open_page, clinic, write_export(until=1), "north 2026-02-21.csv")
    press(test, "Change")
    press(test, "Read it like this")
    # As it was confirmed, not as the names suggest.
    assert means(test, "ward").value == ("dosing_sessions", "lot")
    means(test, "ward").set_value(("not taken", ""))
    settle(test)
    run(test.button(key="import").click())
    found = mappings.read_columns(
        ACTOR, stores.open_store(ACTOR, clinic), "north 2026-02-22.csv", write_export()
    )
    assert next(row.record for row in found.rows if row.source == "ward") == "not taken"
