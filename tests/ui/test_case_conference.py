"""The case conference: one patient of the queue at a time, notes typed live, and the minutes of the day."""

from datetime import UTC, datetime

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, make_clinic, patients, phq9

from lib.services import conference, entries, review, stores
from lib.services.access import Actor, Permission
from lib.services.entries import DrawnForm
from lib.services.errors import NotFoundError, StoreError
from lib.ui.conference import describe_minutes

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD", "well,EF"),
    "assessments.csv": phq9(("ann", 3, "222222222"), ("bob", 2, "111111111"), ("well", 2, "111111110")),
}


@pytest.fixture
def clinic(tmp_path):
    return make_clinic(tmp_path, FILES)


def keys(url):
    people = review.read_caseload(ACTOR, stores.open_store(ACTOR, url)).set_index("patient_id")["patient_key"]
    return {str(name): int(key) for name, key in people.items()}


def note_of(test):
    return test.text_area[0]


def test_it_begins_with_the_first_of_the_queue_and_next_leads_on(open_page, clinic):
    test = open_page("case_conference", clinic)
    assert (
        "ann" in test.title[0].value
        and "1 of 2 in the queue" in words(test)
        and "Review does not mean raise." in words(test)
    )
    following = next(one for one in test.button if one.label == "Next")
    test = run(following.click())
    assert "bob" in test.title[0].value and test.query_params["patient"] == str(keys(clinic)["bob"])


def test_a_note_is_kept_with_who_and_when_and_the_field_is_empty_again(open_page, clinic):
    test = open_page("case_conference", clinic)
    note_of(test).input("**sleep** first; =call on Friday")
    test = run(next(one for one in test.button if one.label.startswith("Add to the minutes")).click())
    assert column(test, "Discussed") == ["**sleep** first; =call on Friday"] and column(test, "By") == [
        "Dr Test"
    ]
    assert column(test, "Patient") == ["ann · AB"] and column(test, "Reasons") == ["Item 9 positive (2)"]
    assert note_of(test).value == ""


def test_an_empty_note_is_refused(open_page, clinic):
    test = open_page("case_conference", clinic)
    test = run(next(one for one in test.button if one.label.startswith("Add to the minutes")).click())
    assert "Write what was said" in test.error[0].value.replace(
        "\\", ""
    ) and "Nothing has been noted today." in words(test)


def test_what_is_typed_for_one_patient_is_never_kept_of_another(open_page, clinic):
    test = open_page("case_conference", clinic)
    note_of(test).input("of ann")
    test = run(next(one for one in test.button if one.label == "Next").click())
    assert note_of(test).value == ""


def test_a_page_that_was_drawn_for_somebody_else_is_refused(clinic):
    store, found = stores.open_store(ACTOR, clinic), keys(clinic)
    drawn = entries.read_entry_form(ACTOR, store, found["ann"], "events").draw()
    with pytest.raises(StoreError, match="This form was drawn for"):
        conference.note_discussed(ACTOR, store, found["bob"], "of ann", drawn)
    assert conference.read_minutes(ACTOR, store).rows.empty


def test_minutes_hold_the_readers_clinics_and_the_day(clinic):
    store, found = stores.open_store(ACTOR, clinic), keys(clinic)
    drawn = entries.read_entry_form(ACTOR, store, found["ann"], "events").draw()
    conference.note_discussed(ACTOR, store, found["ann"], " agreed ", drawn)
    minutes = conference.read_minutes(ACTOR, store)
    assert describe_minutes(minutes)[["Patient", "Discussed"]].to_numpy().tolist() == [["ann · AB", "agreed"]]
    elsewhere = Actor("else", frozenset(Permission), frozenset({"other"}))
    assert conference.read_minutes(elsewhere, store).rows.empty
    assert conference.read_minutes(ACTOR, store, datetime(2020, 1, 1, tzinfo=UTC).date()).rows.empty
    with pytest.raises(NotFoundError, match="No patient was found"):
        conference.note_discussed(
            elsewhere, store, found["ann"], "x", DrawnForm(found["ann"], drawn.identity)
        )


def test_an_empty_list_says_so(open_page, clinic):
    test = open_page("case_conference", clinic, card="watch")
    assert "No patient of this list stands in the queue today." in words(test)
