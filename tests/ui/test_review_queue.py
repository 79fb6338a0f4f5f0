"""The review queue: cards, filters, order, pages, and what it says when it is empty."""

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, patients, phq9

from lib.clinical.rules.catalogue import RULES
from lib.services import merging, review, stores
from lib.ui import listed_rows, queue_table
from lib.ui.filters import SLUGS

UNREADABLE = "patient_id,instrument,assessed_at,item_9\nnobody,PHQ-9,{},2\n"


@pytest.fixture(scope="module")
def queue(demo_url):
    return review.read_queue(ACTOR, stores.open_store(ACTOR, demo_url))


def test_cards_count_what_the_queue_counts(open_page, queue):
    test = open_page()
    for card in queue.cards:
        assert f"**{card.label}** patients" in test.button(key=f"card-{SLUGS[card.name]}").label


def test_a_card_filters_and_is_let_go_of(open_page, queue):
    test = open_page()
    everyone = column(test, "who")
    run(test.button(key="card-watch").click())
    assert test.query_params["card"] == "watch"
    assert "shown below" in test.button(key="card-watch").label
    # A card counts everybody: of what another filter leaves out it does not say that it is shown.
    test.query_params["clinic"] = queue.rows["clinic_id"].iloc[0]
    assert "filtered below" in run(test).button(key="card-watch").label
    test.query_params.pop("clinic")
    run(test)
    watched = queue.rows[["Watch" in cards for cards in queue.rows["cards"]]]
    assert [who.split(" ")[0] for who in column(test, "who")] == watched["patient_id"].head(25).tolist()
    run(test.button(key="card-watch").click())
    assert "card" not in test.query_params
    assert column(test, "who") == everyone


def test_the_order_is_the_services_and_a_page_has_25_rows(open_page, queue):
    test = open_page()
    assert [who.split(" ")[0] for who in column(test, "who")] == queue.rows["patient_id"].head(25).tolist()
    assert f"1–25 of {len(queue.rows)} in this list" in words(test)
    assert "Safety first, then deterioration" in words(test)


def test_pages_follow_the_address(open_page, queue):
    test = open_page(page="2")
    assert [who.split(" ")[0] for who in column(test, "who")] == queue.rows["patient_id"][25:50].tolist()
    run(test.text_input(key="search").set_value("lakeside"))
    assert "page" not in test.query_params


def test_filters_are_in_the_address_and_come_from_it(open_page):
    test = open_page(clinic="lakeside", clinician="dr-tanaka", search="relapse")
    assert test.selectbox(key="clinic").value == "lakeside"
    assert test.text_input(key="search").value == "relapse"
    assert column(test, "who") and all(
        "lakeside, " in who and "dr-tanaka" in who for who in column(test, "who")
    )
    assert all(
        any("elapse" in reason for reason in reasons) for reasons in test.dataframe[0].value["reasons"]
    )
    clear = next(button for button in test.button if button.label == "Clear filters")
    run(clear.click())
    assert test.query_params == {}


@pytest.mark.parametrize(
    "address",
    [
        {"clinic": "nowhere"},
        {"card": "nothing"},
        {"page": "999999999999999999"},
        {"page": "-1"},
        {"page": "٣"},
    ],
)
def test_an_address_that_means_nothing_shows_everything(open_page, queue, address):
    assert f"of {len(queue.rows)} in this list" in words(open_page(**address))


def test_an_empty_card_says_what_is_true(open_page, tmp_path):
    url = make_clinic(
        tmp_path, {"patients.csv": patients("calm,AB"), "assessments.csv": phq9(("calm", 1, "111111110"))}
    )
    test = open_page("review_queue", url, card="safety-now")
    assert f"No patient in this card as of {int(day(0)[-2:])} " in words(test)
    assert "well" not in words(test)


def test_over_stale_data_a_count_is_not_0(open_page, tmp_path):
    rows = phq9(("silent", 90, "111111112"))
    test = open_page(
        "review_queue",
        make_clinic(tmp_path, {"patients.csv": patients("silent,AB"), "assessments.csv": rows}),
    )
    assert "**≥ 1**" in test.button(key="card-safety-now").label
    assert "**?**" in test.button(key="card-watch").label
    assert "silent 90 days" in words(test)


def test_a_search_that_finds_nobody_says_so(open_page):
    assert "No patient matches these filters" in words(open_page(search="nobody-of-this-name"))


def test_reasons_fit_their_row(open_page):
    test = open_page(search="")
    for number in range(1, 7):
        test.query_params["page"] = str(number)
        run(test)
        assert all(1 <= len(reasons) <= 2 for reasons in test.dataframe[0].value["reasons"])


def test_every_number_has_its_unit_and_n(open_page):
    row = open_page(search="P-0108").dataframe[0].value.iloc[0]
    assert row["phq9"].replace("\u00a0", " ") == "27 → 8, n 23, −19 (−70 %)"
    assert row["dose"].replace("\u00a0", " ") == "150 mg (2.9 mg/kg), 13 sessions"
    assert row["waiting"].endswith("d") and row["age"].endswith("d ago")
    assert row["trend"].startswith("data:image/svg+xml;base64,")


def test_an_unreadable_form_stands_in_the_queue_and_can_be_read(open_page, tmp_path):
    url = make_clinic(tmp_path, {"assessments.csv": UNREADABLE.format(day(1))})
    test = open_page("review_queue", url)
    row = test.dataframe[0].value.iloc[0]
    assert list(row["reasons"]) == ["Unreadable form"] and row["open"].endswith("Read")
    assert row["who"].startswith("nobody") and row["phq9"] == row["gad7"] == row["dose"] == "–"
    assert "waiting, 1 form unreadable" in test.button(key="card-safety-now").label
    test.session_state["opened_row"] = (
        review.read_queue(ACTOR, stores.open_store(ACTOR, url)).rows["row_id"].iloc[0]
    )
    run(test)
    facts = dict(zip(test.dataframe[1].value["What"], test.dataframe[1].value["As it was read"], strict=True))
    assert facts["File"] == "assessments.csv" and facts["Line"] == "2" and "patient" in facts["Reason"]


def test_every_reason_of_the_queue_has_the_colour_of_its_kind():
    kinds = [rule for rules in queue_table._COLOURS.values() for rule in rules]
    item_9 = {"suicidality_item_9", "item_9_not_answered"}
    on_no_card = {"stale_baseline", "integration_missed", "in_person_due"}
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) == set(RULES) - item_9 - on_no_card


def test_whoever_left_since_the_list_was_read_is_unknown_and_not_without_a_score(
    open_page, tmp_path, monkeypatch
):
    files = {"patients.csv": patients("ann,AB", "bob,CD"), "assessments.csv": phq9(("ann", 2, "333333333"))}
    files["more.csv"] = phq9(("bob", 2, "333333333"))
    url = make_clinic(tmp_path, files)
    store = stores.open_store(ACTOR, url)
    keys = review.read_caseload(ACTOR, store).set_index("patient_id")["patient_key"][["bob", "ann"]].tolist()
    read = listed_rows.read_queue_page

    def merge_before(patient_keys):
        drawn = merging.read_pair(ACTOR, store, *keys)
        merging.merge_patients(ACTOR, store, *keys, "one person", drawn=drawn)
        return read(patient_keys)

    with monkeypatch.context() as patch:
        patch.setattr(listed_rows, "read_queue_page", merge_before)
        test = open_page("review_queue", url)
    said = dict(zip([who[:3] for who in column(test, "who")], column(test, "phq9"), strict=True))
    assert said["bob"] == "unknown" and said["ann"].startswith("no baseline")
    assert [who[:3] for who in column(run(test), "who")] == ["ann"]
