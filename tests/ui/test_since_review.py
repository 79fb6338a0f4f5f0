"""The strip above the chart: what is new since the reader's own review, and what a press of the button covers."""

import pytest
from ui_pages import run, unfold, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9, sessions

from lib.services import imports, records, review, stores
from lib.services import patients as patients_service
from lib.ui.record_words import say_difference, say_record

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD"),
    "dosing_sessions.csv": sessions(("ann", 20, 100)),
    "assessments.csv": phq9(("ann", 21, "222222220")),
}


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, FILES)


def key_of(url, who="ann"):
    people = review.read_caseload(ACTOR, stores.open_store(ACTOR, url)).set_index("patient_id")
    return int(people.loc[who, "patient_key"])


def send(url, name, text):
    imports.import_files(ACTOR, stores.open_store(ACTOR, url), [(name, text.encode())])


def said(test):
    return words(test).replace("\\", "")


@pytest.fixture
def open_ann(open_page, clinic):
    return lambda: open_page("patient", clinic, patient=str(key_of(clinic)))


def mark(test, clinic):
    return run(test.button(key=f"mark-reviewed-{key_of(clinic)}").click())


def test_before_a_first_review_nothing_is_called_unchanged(open_ann):
    test = open_ann()
    assert "You have not marked this patient as reviewed yet: nothing here is marked as new." in said(test)
    assert "no record has arrived" not in said(test)


def test_after_the_press_it_says_since_when(open_ann, clinic):
    test = mark(open_ann(), clinic)
    assert "Since your review on " in said(test)
    assert "no record has arrived, changed or been withdrawn." in said(test)


def test_what_arrived_is_counted_by_its_kind_and_listed(open_ann, clinic):
    mark(open_ann(), clinic)
    send(clinic, "new.csv", phq9(("ann", 3, "11111111 "), ("ann", 10, "111111111"), ("ann", 21, "222222221")))
    send(clinic, "dose.csv", sessions(("ann", 6, 150)))
    send(clinic, "life.csv", f"patient_id,on,text\nann,{day(5)},moved house\n")
    test = open_ann()
    assert ": 2 forms, 1 dosing session, 1 other record, 1 corrected record." in said(test)
    unfold(test, f"changes-{key_of(clinic)}")
    table = next(one.value for one in test.dataframe if "Change" in one.value)
    assert list(table["Change"]) == ["corrected", "new", "new", "new", "new"]
    assert list(table["What"]) == [
        "Total: 16 → 17; Item 9: 0 → 1",
        "PHQ-9, total 9, item 9: not answered",
        "Event: moved house",
        "150 mg, taken",
        "PHQ-9, total 9, item 9: 1 of 3",
    ]
    assert table["By"].iloc[0].startswith("Dr Test, ") and table["By"].iloc[0].endswith(" UTC, new.csv")


def test_a_withdrawn_record_is_told_with_its_reason(open_ann, clinic):
    mark(open_ann(), clinic)
    store = stores.open_store(ACTOR, clinic)
    record = int(
        patients_service.read_patient(ACTOR, store, key_of(clinic)).history.dosing_sessions["record"].iloc[0]
    )
    records.void_record(ACTOR, store, "dosing_sessions", record, "[x](http://tracker.invalid)")
    test = open_ann()
    assert ": 1 withdrawn record." in said(test)
    unfold(test, f"changes-{key_of(clinic)}")
    table = next(one.value for one in test.dataframe if "Change" in one.value)
    assert table["What"].iloc[0] == "had said: 100 mg, taken. Reason: [x](http://tracker.invalid)"


def test_a_row_that_was_not_taken_is_not_passed_over(open_ann, clinic):
    mark(open_ann(), clinic)
    send(
        clinic,
        "odd.csv",
        phq9(("ann", 3, "111111111")).replace(",1,1,1,1,1,1,1,1,1", ",1,1,1,1,1,1,1,1,often"),
    )
    assert ": 1 row not taken, listed below." in said(open_ann())


def test_what_arrives_while_the_page_is_read_stays_new_after_the_press(open_ann, clinic):
    test = open_ann()
    send(clinic, "dose.csv", sessions(("ann", 6, 150)))
    mark(test, clinic)
    assert ": 1 dosing session." in said(open_ann())


def test_a_mark_is_of_one_patient(open_page, open_ann, clinic):
    mark(open_ann(), clinic)
    other = open_page("patient", clinic, patient=str(key_of(clinic, "bob")))
    assert "You have not marked this patient" in said(other)


FORM = {f"item_{n}": 1 for n in range(1, 10)}


@pytest.mark.parametrize(
    ("kind", "record", "words_"),
    [
        (
            "assessments",
            {"instrument": "PHQ-9", "computed_total": 0, **FORM, "item_9": 0},
            "PHQ-9, total 0, item 9: 0 of 3",
        ),
        (
            "assessments",
            {"instrument": "PHQ-9", "computed_total": 9, **dict.fromkeys(FORM)},
            "PHQ-9, total 9, item 9: not collected",
        ),
        (
            "assessments",
            {"instrument": "PCL-5", "computed_total": 41, **dict.fromkeys(FORM)},
            "PCL-5, total 41",
        ),
        ("dosing_sessions", {"dose_mg": None, "status": None}, "dose not recorded, status not recorded"),
        (
            "adverse_events",
            {"term": "Nausea", "severity": None, "is_serious": None},
            "Nausea, severity not recorded, serious: not recorded",
        ),
        ("observations", {"kind": "weight_kg", "value": "80"}, "Observation: weight_kg, Value: 80"),
        ("medications", {"ended_on": None}, "no value"),
    ],
)
def test_a_record_in_words(kind, record, words_):
    assert say_record(kind, record) == words_


@pytest.mark.parametrize(
    ("was", "now", "words_"),
    [
        ({"item_9": 0}, {"item_9": None}, "Item 9: 0 → not answered"),
        ({"swallowed": None}, {"swallowed": False}, "Swallowed: not recorded → no"),
        ({"dose_mg": 100.0}, {"dose_mg": 150.0}, "Dose taken (mg): 100 → 150"),
        ({"dose_mg": 100.0}, {"dose_mg": 100.0}, "withdrawn, then sent again with the same values"),
    ],
)
def test_a_difference_in_words(was, now, words_):
    kind = "assessments" if "item_9" in was else "dosing_sessions"
    assert say_difference(kind, was, now) == words_
