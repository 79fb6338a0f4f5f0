"""Export: what would be in the files stands on the page before anything is made; the file comes when it is pressed."""

import csv
import io
from zipfile import ZipFile

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, make_demo

from lib.research.criteria import Criteria
from lib.services import cohorts, saved_cohorts, stores
from lib.services.access import Actor, Permission
from lib.ui import access
from lib.ui.exporting import building


def press(test):
    return run(test.button(key="build-export").click())


def read_zip(test) -> ZipFile:
    return ZipFile(io.BytesIO(test.session_state[building._DONE].data))


def test_identified_rows_are_seen_first_and_made_when_pressed(open_page):
    test = open_page("research_export", **{"class": "identified", "tables": "patients.items"})
    assert "404 of 404 patients" in words(test)
    assert column(test, "Table") == ["patients", "items"]
    assert column(test, "Rows")[0] == "404" and building._DONE not in test.session_state
    notes = test.dataframe[1].value
    assert len(notes) == 19 + 7 and notes["risk"].str.len().gt(0).all()
    assert len(test.dataframe[2].value) == 20
    test = press(test)
    archive = read_zip(test)
    assert archive.namelist() == ["records/patients.csv", "derived/items.csv", "dictionary.csv", "README.txt"]
    lines = list(csv.reader(io.TextIOWrapper(archive.open("derived/items.csv"), "utf-8")))
    assert f"{len(lines) - 1:,}" == column(test, "Rows")[1]


def test_a_release_asks_for_a_cohort_and_for_whom_it_is(open_page, tmp_path):
    url = make_demo(tmp_path)
    test = open_page("research_export", url)
    assert "Choose a saved cohort" in words(test) and not test.button
    store = stores.open_store(ACTOR, url)
    saved_cohorts.save_cohort(ACTOR, store, Criteria(()), "Everybody who agreed")
    key = str(saved_cohorts.list_cohorts(ACTOR, store)["cohort_key"].iloc[0])
    test = open_page("research_export", url, of=key, tables="patients.assessments")
    people = cohorts.read_cohort(ACTOR, store, Criteria(()))
    assert f"{len(people.patients)} of 404 patients" in words(test)
    # No row of anybody before it is de-identified.
    assert len(test.dataframe) == 2
    test = press(test)
    assert "says its project" in words(test)
    for name in ("project", "why", "recipient", "agreement"):
        test = run(test.text_input(key=f"export-{name}").set_value(f"said {name}"))
    test = press(test)
    assert "stands in the register" in test.success[0].value
    assert not {"patient_id", "birth_date"} & {
        cell
        for name in read_zip(test).namelist()
        if name.endswith("patients.csv")
        for cell in read_zip(test).read(name).decode().splitlines()[0].split(",")
    }


@pytest.mark.parametrize(
    "rights", [{Permission.SEE_RESEARCH}, {Permission.EXPORT_RECORDS, Permission.SEE_RESEARCH}]
)
def test_who_may_not_see_patients_cannot_ask_for_identified_rows(rights, open_page, monkeypatch):
    monkeypatch.setattr(
        access, "actor", lambda: Actor("a researcher", frozenset({Permission.SEE_FRESHNESS, *rights}))
    )
    test = open_page("research_export", **{"class": "identified"})
    if Permission.EXPORT_RECORDS in rights:
        assert "Identified" not in test.selectbox(key="class").options
        assert "Choose a saved cohort" in words(test)
    else:
        assert not test.multiselect
