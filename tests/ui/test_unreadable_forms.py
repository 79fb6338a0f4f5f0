"""A form that nobody could read may hold an item 9: every screen of its patient says so, and none reads as a pass."""

import pytest
from ui_pages import column, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9

from lib.clinical.rules.catalogue import ITEM_9_RULES
from lib.services import review, review_card, stores
from lib.services.patients import read_patient

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD"),
    "assessments.csv": phq9(("ann", 9, "111111110"), ("bob", 9, "111111110")),
    "late.csv": phq9(("ann", 2, "11111111x")),
}
SAID = "1 form waits in the review queue: an item 9 on it may be unread"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    return make_clinic(tmp_path_factory.mktemp("unreadable"), FILES)


@pytest.fixture(scope="module")
def people(clinic):
    return review.read_caseload(ACTOR, stores.open_store(ACTOR, clinic)).set_index("patient_id")


@pytest.mark.parametrize("page", ["patient", "case_conference"])
def test_a_page_of_the_patient_says_so_and_of_nobody_else(open_page, clinic, people, page):
    said = {
        who: words(open_page(page, clinic, patient=str(int(people.loc[who, "patient_key"]))))
        for who in people.index
    }
    assert SAID in said["ann"].replace("\\", "") and "may be unread" not in said["bob"]


@pytest.mark.parametrize(("who", "state"), [("ann", "partly assessed"), ("bob", "assessed")])
def test_a_rule_on_item_9_has_not_read_it(clinic, people, who, state):
    store = stores.open_store(ACTOR, clinic)
    covered = read_patient(ACTOR, store, int(people.loc[who, "patient_key"])).coverage
    assert [one.state for one in covered if one.rule in ITEM_9_RULES] == [state] * 2


def test_the_review_card_has_it_among_the_scores(clinic, people):
    card = review_card.read_review_card(
        ACTOR, stores.open_store(ACTOR, clinic), int(people.loc["ann", "patient_key"])
    )
    assert f"Unreadable: {SAID}" in card.points[0].lines


# Whether the form's patient has a row of their own on the page.
@pytest.mark.parametrize("answers", ["000000000", "111111111"], ids=["the form alone", "a flag beside it"])
def test_a_row_of_the_queue_says_that_its_patient_died(open_page, tmp_path, answers):
    header, *rows = patients("ann,AB", "bob,CD").split("\n")
    died = [f"{header},died_on", f"{rows[0]},{day(1)}", f"{rows[1]},"]
    files = {"patients.csv": "\n".join(died), "assessments.csv": phq9(("ann", 9, answers))}
    files["late.csv"] = phq9(("ann", 2, "11111111x"), ("bob", 2, "11111111x"))
    listed = column(open_page("review_queue", make_clinic(tmp_path, files, f"died-{answers}")), "who")
    of_ann = [who for who in listed if who.startswith("ann")]
    assert len(of_ann) == (2 if "1" in answers else 1) and all(", died on " in who for who in of_ann)
    assert len(listed) > len(of_ann) and not any("died" in who for who in listed if who.startswith("bob"))
