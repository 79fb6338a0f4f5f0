"""The caseload: everyone, once, with a status that says how old it is."""

import io

import pandas as pd
import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, make_clinic, patients

from lib.services import audit, review, stores
from lib.ui import access, listed_rows
from lib.ui.people_table import describe_for_file
from lib.ui.status_marks import CATEGORIES, read_status


@pytest.fixture(scope="module")
def people(demo_url):
    return review.read_caseload(ACTOR, stores.open_store(ACTOR, demo_url))


@pytest.fixture(scope="module")
def listed(demo_url, people):
    return review.read_listed(ACTOR, stores.open_store(ACTOR, demo_url), people["patient_key"].tolist())


def test_everyone_stands_there_once(open_page, people):
    test = open_page("caseload")
    assert f"{len(people)} patients" in words(test)
    seen = []
    for number in range(1, -(-len(people) // 25) + 1):
        test.query_params["page"] = str(number)
        seen += [who.split(" · ")[0] for who in column(run(test), "who")]
    assert seen == people["patient_id"].tolist()


def test_an_old_status_is_the_last_known_one_with_its_age(open_page):
    row = open_page("caseload", search="0042").dataframe[0].value.iloc[0]
    assert row["phq9_status"] == "last known: remission, 79 days ago"
    assert row["phq9_mark"].startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_status_can_be_asked_for(open_page, category):
    test = open_page("caseload", status=category)
    assert all(category in words for words in column(test, "phq9_status"))


def test_a_status_is_found_by_what_is_shown_of_it(people, listed):
    shown = [
        read_status(words).category if isinstance(words, str) else None for words in listed["phq9_category"]
    ]
    found = people["phq9_category"].astype(object).where(people["phq9_category"].notna(), None)
    assert found.tolist() == shown


def test_who_is_shown_stands_in_the_order_that_was_asked_for(demo_url, people, listed):
    asked = people["patient_key"].iloc[::-7].tolist()
    again = review.read_listed(ACTOR, stores.open_store(ACTOR, demo_url), asked)
    expected = listed.iloc[::-7].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, expected, check_dtype=False)


def test_a_card_of_the_queue_filters_nothing_here(open_page, people):
    assert f"of {len(people)} patients" in words(open_page("caseload", card="safety-now"))


def test_a_search_that_finds_nobody_says_so(open_page):
    assert "No patient is recorded that these filters let pass." in words(
        open_page("caseload", search="nobody")
    )


def test_the_file_has_units_and_every_patient(people, listed):
    file = describe_for_file(listed)
    assert len(file) == len(people) and not [heading for heading in file if "_" in heading]
    assert {
        "Last dose taken (mg)",
        "PHQ-9 change (%)",
        "GAD-7 valid forms (n)",
        "Since last score (days)",
    } <= set(file)
    text = file.to_csv(index=False)
    assert pd.read_csv(io.StringIO(text), dtype=str)["Patient"].tolist() == people["patient_id"].tolist()


def test_a_file_with_names_is_written_down_when_it_leaves(tmp_path, monkeypatch):
    url = make_clinic(tmp_path, {"patients.csv": patients("ann,AB", "bob,CD")})
    store = stores.open_store(ACTOR, url)
    monkeypatch.setattr(access, "actor", lambda: ACTOR)
    monkeypatch.setattr(access, "store", lambda: store)
    read = listed_rows.read_listed_later(review.read_caseload(ACTOR, store)["patient_key"], "caseload")

    def written_down() -> int:
        return audit.search_audit(ACTOR, store, audit.Asked(act="export records"))[1]

    before = written_down()
    assert len(read()) == 2 and written_down() == before + 1
