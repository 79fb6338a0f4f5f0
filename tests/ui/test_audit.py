"""The page of the audit, and when a look at a patient is a row of it."""

import sqlite3
from contextlib import closing

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9

from lib.services import audit, stores
from lib.services.audit import Asked

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD"),
    "assessments.csv": phq9(("ann", 21, "222222220"), ("bob", 20, "111111110")),
}


@pytest.fixture
def clinic(tmp_path) -> str:
    return make_clinic(tmp_path, FILES)


def looks(url: str) -> list[str]:
    rows, _ = audit.search_audit(ACTOR, stores.open_store(ACTOR, url), Asked(act="view patient"))
    return rows["patient_id"].tolist()


def test_a_look_is_one_row_however_often_the_page_is_drawn(open_page, clinic):
    test = open_page("patient", clinic, patient="1")
    assert looks(clinic) == ["ann"]
    for _ in range(2):
        run(test)
    assert looks(clinic) == ["ann"]
    test.query_params["patient"] = "2"
    run(test)
    assert looks(clinic) == ["bob", "ann"]
    # Away and back is another look; so is the same patient in a conference.
    run(test.switch_page("pages/review_queue.py"))
    test.query_params["patient"] = "2"
    run(test.switch_page("pages/patient.py"))
    assert looks(clinic) == ["bob", "bob", "ann"]
    test.query_params["patient"] = "2"
    run(test.switch_page("pages/case_conference.py"))
    assert looks(clinic) == ["bob", "bob", "bob", "ann"]


def test_nobody_is_written_down_who_was_not_shown(open_page, clinic):
    open_page("patient", clinic, patient="99")
    open_page("caseload", clinic)
    assert looks(clinic) == []


def test_another_look_asks_nothing_again_of_the_records(open_page, clinic):
    store = stores.open_store(ACTOR, clinic)
    open_page("patient", clinic, patient="1")
    before = store.read_state()
    open_page("patient", clinic, patient="2")
    assert store.read_state() == before


def test_the_page_finds_by_patient_and_by_person(open_page, clinic):
    open_page("patient", clinic, patient="1")
    test = open_page("audit", clinic)
    assert column(test, "Act")[0] == "view patient" and column(test, "Who")[0] == "Dr Test (local)"
    assert "import file" in column(test, "Act") and "rows 2" in " ".join(column(test, "What"))
    test = open_page("audit", clinic, about="ann")
    assert column(test, "Patient") == ["ann"]
    test = open_page("audit", clinic, about="nobody")
    assert "Nothing of this kind was done." in words(test)
    test = open_page("audit", clinic, first=day(-1))
    assert "Nothing of this kind was done." in words(test)


def test_verify_says_in_words_what_does_not_fit(open_page, clinic):
    test = run(open_page("audit", clinic).button(key="verify-audit").click())
    # The store of this test was copied without its anchor file.
    assert "there is no anchor file" in " ".join(column(test, "Found"))
    path = clinic.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER audit_entry_stays")
        connection.execute("UPDATE audit_entry SET actor = 'Dr B' WHERE seq = 2")
    test = run(open_page("audit", clinic).button(key="verify-audit").click())
    assert "row 2 was changed, or is not the one that was written there." in column(test, "Found")
    assert "the audit is not shown to be whole" in str(test.error[0].value).replace("\\", "")


def test_whoever_may_not_read_it_gets_neither_page_nor_link(open_page, clinic, monkeypatch):
    from lib.services.access import Actor, Permission
    from lib.ui import access

    reader = Actor("Dr Test", frozenset(Permission) - {Permission.SEE_AUDIT})
    monkeypatch.setattr(access, "actor", lambda: reader)
    # Not in the navigation, it is no page: the first one comes in its place.
    assert open_page("audit", clinic).title[0].value == "Review queue"
    assert "Who looked" not in str(open_page("patient", clinic, patient="1"))
    assert looks(clinic) == ["ann"]
