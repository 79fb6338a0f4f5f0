"""The page of dosing next: sessions by date, what is open beside them, and nothing that reads like a clearance."""

from ui_pages import column, run, words
from ui_stores import day, make_clinic, patients, phq9

FILES = {
    "patients.csv": patients("ann,AB", "bob,CD"),
    "dosing_sessions.csv": "\n".join(
        [
            "patient_id,started_at,dose_mg,status",
            f"ann,{day(7)}T17:00,100,taken",
            f"ann,{day(-1)}T17:00,,planned",
            f"bob,{day(3)}T17:00,,planned",
        ]
    ),
    "assessments.csv": phq9(("ann", 2, "222222222")),
}


def test_sessions_ahead_and_past_stand_apart(open_page, tmp_path):
    test = open_page("dosing_next", make_clinic(tmp_path, FILES))
    assert [column(test, "who", table)[0][:3] for table in (0, 1)] == ["ann", "bob"]
    assert column(test, "item_9")[0].startswith("OPEN: Item 9 positive (2)")
    assert column(test, "supervisor")[0].startswith("not recorded")
    assert "Past, and nothing recorded since (1)" in words(test)
    assert "is not a clearance" in words(test)


def test_an_empty_list_says_of_which_day(open_page, tmp_path):
    said = words(open_page("dosing_next", make_clinic(tmp_path)))
    assert "is planned on or after" in said


def test_the_demo_has_sessions_ahead_of_every_basis(open_page):
    test = open_page("dosing_next")
    assert any(when.endswith(", planned") for when in column(test, "when"))
    test = run(test.text_input(key="search").set_value("no such patient"))
    assert "that these filters let pass" in words(test)
