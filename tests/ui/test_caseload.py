"""The caseload: everyone, once, with a status that says how old it is."""

import io

import pandas as pd
import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR

from lib.services import review, stores
from lib.ui.people_table import describe_for_file
from lib.ui.status_marks import CATEGORIES


@pytest.fixture(scope="module")
def people(demo_url):
    return review.read_caseload(ACTOR, stores.open_store(ACTOR, demo_url))


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


def test_a_card_of_the_queue_filters_nothing_here(open_page, people):
    assert f"of {len(people)} patients" in words(open_page("caseload", card="safety-now"))


def test_a_search_that_finds_nobody_says_so(open_page):
    assert "No patient is recorded that these filters let pass." in words(
        open_page("caseload", search="nobody")
    )


def test_the_file_has_units_and_every_patient(people):
    file = describe_for_file(people)
    assert len(file) == len(people) and not [heading for heading in file if "_" in heading]
    assert {
        "Last dose taken (mg)",
        "PHQ-9 change (%)",
        "GAD-7 valid forms (n)",
        "Since last score (days)",
    } <= set(file)
    text = file.to_csv(index=False)
    assert pd.read_csv(io.StringIO(text), dtype=str)["Patient"].tolist() == people["patient_id"].tolist()
