"""Looking back on the screen: the day stands in the address and on every page, goes along from page to page, and is let go of."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest
from ui_pages import column, listed_pages, run, unfold, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9, sessions

from lib.clinical.wording import say_day
from lib.services import imports, review, stores
from lib.ui import address, known_on, opening

FILES = {
    "patients.csv": patients("ann,AB"),
    "dosing_sessions.csv": sessions(("ann", 20, 100)),
    "assessments.csv": phq9(("ann", 21, "222222220"), ("ann", 12, "222222220")),
}
THEN = day(5)


# How the buttons begin that write something down.
WRITING = (
    *(
        "Mark as",
        "Close the",
        "Save",
        "Import",
        "Undo",
        "Void",
        "Start review",
        "Take over",
        "Put down",
        "Sign",
        "Add",
    ),
    *(
        "Seen",
        "Snooze",
        "Call it wrong",
        "Take it",
        "Hand",
        "Note",
        "Publish",
        "Enter the absence",
        "Back already",
    ),
)


def labels(test: AppTest) -> set[str]:
    return {button.label for button in test.button}


def said(test: AppTest) -> str:
    return words(test).replace("\\", "")


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> str:
    """Ann's form of six days ago, with an item 9 of 2, arrives today."""
    url = make_clinic(tmp_path_factory.mktemp("clinic"), FILES)
    store = stores.open_store(ACTOR, url)
    imports.import_files(ACTOR, store, [("late.csv", phq9(("ann", 6, "222222222")).encode())])
    return url


@pytest.fixture(scope="module")
def ann(url) -> str:
    return str(review.read_caseload(ACTOR, stores.open_store(ACTOR, url))["patient_key"].iloc[0])


@pytest.mark.parametrize("page", listed_pages())
def test_every_page_says_that_it_looks_back_and_writes_nothing(open_page, url, ann, page):
    test = open_page(page, url, patient=ann, known_on=THEN, section="record")
    assert f"As known on {say_day(dt.date.fromisoformat(THEN))}." in said(test)
    assert not [label for label in labels(test) if label.startswith(WRITING)]
    assert not test.get("file_uploader")


def test_the_dose_review_is_read_and_not_begun_while_looking_back(open_page, url, ann):
    now, then = (
        open_page("patient", url, patient=ann, section="review", **day) for day in ({}, {"known_on": THEN})
    )
    assert "Start review" in labels(now) and not [
        label for label in labels(then) if label.startswith(WRITING)
    ]


@pytest.mark.parametrize("page", listed_pages())
def test_without_a_day_no_page_says_so(open_page, url, ann, page):
    assert "As known on" not in said(open_page(page, url, patient=ann))


def test_the_queue_is_that_of_the_day(open_page, url):
    now, then = open_page("review_queue", url), open_page("review_queue", url, known_on=THEN)
    assert "Item 9 positive (2)" in str(column(now, "reasons"))
    assert "Item 9 positive" not in (str(column(then, "reasons")) if then.dataframe else "")
    assert say_day(dt.date.fromisoformat(THEN)) in said(then)


def test_a_patients_page_says_why_its_flags_were_others(open_page, url, ann):
    test = open_page("patient", url, patient=ann, known_on=THEN)
    arrived = say_day(dt.datetime.now(dt.UTC).date())
    assert f"the PHQ-9 of {say_day(dt.date.fromisoformat(day(6)))} arrived on {arrived}." in said(test)
    assert "came in a first load" in said(test)
    assert "Recorded later (1)" in [one.label for one in test.expander]


def test_back_to_today(open_page, url):
    test = open_page("review_queue", url, known_on=THEN)
    test = run(test.button(key="back-to-today").click())
    assert "As known on" not in said(test)
    assert address.KNOWN_ON not in test.query_params


def test_a_day_is_chosen_in_the_header(open_page, url):
    test = unfold(open_page("review_queue", url), "known-on")
    test = run(test.date_input(key="known-on-day-today").set_value(dt.date.fromisoformat(THEN)))
    assert test.query_params[address.KNOWN_ON] == THEN
    assert "As known on" in said(test)


def test_the_day_goes_along_when_a_link_leaves_the_address_behind(open_page, url):
    test = open_page("review_queue", url, known_on=THEN)
    del test.query_params[address.KNOWN_ON]
    test.switch_page("pages/caseload.py")
    assert "As known on" in said(run(test))
    assert test.query_params[address.KNOWN_ON] == THEN


def test_an_address_without_the_day_on_the_same_page_is_of_today(open_page, url):
    test = open_page("review_queue", url, known_on=THEN)
    del test.query_params[address.KNOWN_ON]
    assert "As known on" not in said(run(test))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [("yesterday", "yesterday is no day"), ("2999-01-01", "is not over yet"), (day(0), "is not over yet")],
)
def test_no_page_shows_today_for_a_day_that_is_none(open_page, url, asked, answer):
    test = open_page("review_queue", url, known_on=asked)
    assert answer in said(test)
    assert not test.dataframe
    test = run(test.button(key="back-to-today").click())
    assert test.dataframe


def test_whoever_was_not_known_has_no_page(open_page, url, ann):
    test = open_page("patient", url, patient=ann, known_on=day(40))
    assert "No patient was found at this address among those known on that day." in said(test)


def test_links_keep_the_day(monkeypatch):
    monkeypatch.setattr(address.st, "query_params", {address.KNOWN_ON: THEN, "search": "ann"})
    assert opening.patient_address(7) == {"patient": "7", "search": "ann", address.KNOWN_ON: THEN}
    assert known_on.address.kept() == {address.KNOWN_ON: THEN}


def test_files_say_the_day(monkeypatch):
    from lib.ui.display import name_file

    assert name_file("caseload.csv") == "caseload.csv"
    monkeypatch.setattr(address.st, "query_params", {address.KNOWN_ON: "2026-03-03"})
    assert name_file("caseload.csv") == "caseload-as-known-on-2026-03-03.csv"
