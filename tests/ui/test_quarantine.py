"""The quarantine on the import page: whose rows, correcting one and all that are like it, setting it aside."""

import pytest
from ui_pages import column, run, words
from ui_stores import ACTOR, day, make_clinic, patients

from lib.services import quarantine, stores

ITEMS = ",".join(f"item_{n}" for n in range(1, 10))
HEADER = f"patient_id,instrument,assessed_at,{ITEMS}\n"


@pytest.fixture
def url(tmp_path):
    """Three rows of one unknown id, two with a date in another order, and one that may hold an item 9."""
    rows = [f"a-nn,GAD-7,{day(n)},1,1,1,1,1,1,1,," for n in (3, 4, 5)]
    rows += [f"ann,GAD-7,{text},1,1,1,1,1,1,1,," for text in ("03/04/2026", "25/04/2026")]
    rows.append(f"ann,PHQ-9,{day(2)},1,1,1,1,1,1,1,1,x")
    # Where most dates of a column are plain, the others are slips of single rows, and nobody is asked.
    rows += [f"ann,GAD-7,{day(n)},1,1,1,1,1,1,1,," for n in range(10, 30)]
    files = {"patients.csv": patients("ann,AB"), "assessments.csv": HEADER + "\n".join(rows)}
    return make_clinic(tmp_path, files)


def choose(test, key):
    """The first of the rows that are offered."""
    box = test.multiselect(key=key)
    run(box.select(box.options[0]))


def waiting(url):
    return quarantine.read_quarantine(ACTOR, stores.open_store(ACTOR, url))


def lines(test):
    table = next(table.value for table in test.dataframe if "Why it waits" in table.value)
    return table["Line"].tolist()


def open_row(open_page, url, line: int):
    key = waiting(url).set_index("line").loc[line, "id"]
    return key, open_page("import_records", url, held=str(key))


def test_the_rows_by_who_looks_after_them(open_page, url):
    test = open_page("import_records", url)
    assert "Rows that wait (6)" in words(test) and "1 row may hold an item 9" in words(test)
    assert lines(test) == ["2", "3", "4", "5", "6", "7"]
    key, test = open_row(open_page, url, 2)
    run(test.button(key=f"take-held-{key}").click())
    assert waiting(url).set_index("line")["owner"].to_dict() == {2: "Dr Test"} | dict.fromkeys(
        range(3, 8), ""
    )
    assert lines(open_page("import_records", url, waiting="mine")) == ["2"]
    assert lines(open_page("import_records", url, waiting="nobodys")) == ["3", "4", "5", "6", "7"]
    assert lines(open_page("import_records", url, waiting="item9")) == ["7"]


def test_all_rows_with_the_same_id_are_corrected_with_one_press(open_page, url):
    key, test = open_row(open_page, url, 2)
    assert "No patient with this patient\\_id is known" in words(test)
    run(test.checkbox(key=f"alike-{key}").check())
    run(test.text_input(key=f"cell-{key}-patient_id").set_value("ann"))
    run(test.text_input(key=f"why-held-{key}").set_value("asked the clinic"))
    assert "Of 3 rows 3 would be taken" in words(test)
    assert len(waiting(url)) == 6
    run(test.button(key=f"correct-held-{key}").click())
    assert waiting(url)["line"].tolist() == [5, 6, 7]
    assert test.success[0].value == "Of 3 rows 3 were taken\\."


def test_dates_are_read_in_an_order_that_somebody_chooses(open_page, url):
    key, test = open_row(open_page, url, 5)
    run(test.checkbox(key=f"alike-{key}").check())
    run(test.selectbox(key=f"order-{key}").select("month/day/year"))
    assert "Of 2 rows 1 would be taken" in words(test) and "1 would wait on" in words(test)
    run(test.selectbox(key=f"order-{key}").select("day/month/year"))
    run(test.text_input(key=f"why-held-{key}").set_value("the export is British"))
    run(test.button(key=f"correct-held-{key}").click())
    assert waiting(url)["line"].tolist() == [2, 3, 4, 7]


def test_what_stands_against_it_is_said(open_page, url):
    key, test = open_row(open_page, url, 2)
    run(test.button(key=f"correct-held-{key}").click())
    assert "Say why the cells are changed" in words(test)
    run(test.button(key=f"aside-held-{key}").click())
    assert "Say why these rows are left out" in words(test)
    assert len(waiting(url)) == 6


def test_a_row_is_set_aside_and_put_back(open_page, url):
    key, test = open_row(open_page, url, 5)
    run(test.text_input(key=f"why-aside-{key}").set_value("a test form"))
    run(test.button(key=f"aside-held-{key}").click())
    table = next(table.value for table in test.dataframe if "Set aside" in table.value)
    assert "Dr Test" in table["Set aside"].iloc[0] and "a test form" in table["Set aside"].iloc[0]
    choose(test, "put-back-which")
    run(test.button(key="put-back").click())
    assert len(waiting(url)) == 6


def test_a_row_that_may_hold_an_item_9_has_no_way_aside(open_page, url):
    key, test = open_row(open_page, url, 7)
    assert "closed by a clinician, in the review queue" in words(test)
    assert not [button for button in test.button if button.key == f"aside-held-{key}"]
    assert "x" in column(test, "As it was read", len(test.dataframe) - 1)
