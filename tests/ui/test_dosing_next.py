"""The page of dosing next: sessions by date, what is open beside them, and nothing that reads like a clearance."""

import pandas as pd
import pytest
from ui_pages import column, run, words
from ui_stores import day, make_clinic, patients, phq9

from lib.services.dosing_next import PLANNED
from lib.ui import display, dosing_next, next_cells

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


def test_each_of_the_two_lists_has_pages_of_its_own(open_page, tmp_path):
    """Of a large clinic hundreds of sessions have passed of which nobody recorded anything."""
    plans = [
        f"{when}-{n:02d},{day(ago)}T{n % 24:02d}:00,,planned"
        for when, ago in (("past", 3), ("next", -3))
        for n in range(30)
    ]
    who = [f"{when}-{n:02d},AB" for when in ("past", "next") for n in range(30)]
    files = {
        "patients.csv": patients(*who),
        "dosing_sessions.csv": "\n".join(["patient_id,started_at,dose_mg,status", *plans]),
    }
    test = open_page("dosing_next", make_clinic(tmp_path, files))

    def listed() -> list[list[str]]:
        return [[said.split(" ")[0] for said in column(test, "who", table)] for table in (0, 1)]

    assert [len(one) for one in listed()] == [25, 25]
    first = {*listed()[0], *listed()[1]}
    test.query_params["page"] = test.query_params["page_below"] = "2"
    test = run(test)
    assert [len(one) for one in listed()] == [5, 5]
    second = {*listed()[0], *listed()[1]}
    assert len(first | second) == 60 and all("next" in one for one in listed()[0])
    test.query_params.pop("page_below")
    test = run(test)
    assert [len(one) for one in listed()] == [5, 25]
    test = run(test.button(key="page_below-Next 25").click())
    assert test.query_params["page_below"] == "2" and [len(one) for one in listed()] == [5, 5]
    assert test.button(key="page_below-Next 25").disabled
    # Another list begins at its first pages.
    test = run(test.text_input(key="search").set_value("next"))
    assert "page_below" not in test.query_params and "page" not in test.query_params


def test_an_empty_list_says_of_which_day(open_page, tmp_path):
    said = words(open_page("dosing_next", make_clinic(tmp_path)))
    assert "is planned on or after" in said


def test_the_demo_has_sessions_ahead_of_every_basis(open_page):
    test = open_page("dosing_next")
    assert any(when.endswith(", planned") for when in column(test, "when"))
    test = run(test.text_input(key="search").set_value("no such patient"))
    assert "that these filters let pass" in words(test)


def test_what_was_signed_stands_beside_when_the_session_is(open_page, tmp_path):
    """A list that is wider than the window shows its first columns."""
    names = list(open_page("dosing_next", make_clinic(tmp_path, FILES)).dataframe[0].value.columns)
    assert names[:4] == ["open", "who", "when", "decision"]


ROW = {
    "adverse_flag": "Nausea, moderate, on 27 Nov 2026",
    "other_flags": pd.NA,
    "adverse_events": pd.NA,
    "ae_asked": pd.NA,
    "last_on": pd.Timestamp("2026-11-28").date(),
    "on": pd.Timestamp("2026-11-30").date(),
    "basis": PLANNED,
    "second": pd.NA,
    "decision": pd.NA,
}


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "{}. Session 28 Nov: none recorded, not known if asked"),
        ({"ae_asked": True}, "{}. Session 28 Nov: none recorded, asked"),
        ({"adverse_events": "Nausea, mild"}, "{}. Since session 28 Nov: Nausea, mild"),
        ({"last_on": pd.NA}, "{}. No session yet"),
    ],
)
def test_what_is_open_is_told_from_what_the_last_session_says(known, said):
    assert next_cells._say_adverse(ROW | known) == said.format("OPEN: Nausea, moderate, on 27 Nov 2026")


PERSISTS = "Item 9 persisting: 2 forms (1 at 1), last assessed 20 Nov 2026"
ITEM_9 = {
    "item_9": pd.NA,
    "item_9_on": pd.Timestamp("2026-11-28").date(),
    "has_items": True,
    "n_unreadable": 0,
    "n_unreadable_closed": 0,
    "item_9_flag": pd.NA,
    "persisting": PERSISTS,
}


@pytest.mark.parametrize(
    ("latest", "said"),
    [
        ({"item_9": 1}, "1 on 28 Nov 2026"),
        ({"item_9": 0}, "0 on 28 Nov 2026 (not a risk assessment)"),
        ({}, "not answered on 28 Nov 2026"),
        ({"item_9_on": pd.NA}, "no PHQ-9 recorded"),
    ],
)
def test_item_9_that_nobody_has_closed_is_said_whatever_the_latest_form_says(latest, said):
    assert next_cells._say_item_9(ITEM_9 | latest) == f"{said}, not closed: {PERSISTS}"


CLOSED = "; unknown on 1 form that nobody could read, closed"


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ({"n_unreadable_closed": 1, "item_9_on": pd.NA}, f"no PHQ-9 that could be read{CLOSED}"),
        ({"n_unreadable": 2, "item_9_on": pd.NA}, "no PHQ-9 that could be read; 2 forms unreadable"),
        (
            {"n_unreadable": 2, "n_unreadable_closed": 1, "item_9_on": pd.NA},
            f"no PHQ-9 that could be read; 2 forms unreadable{CLOSED}",
        ),
        ({"n_unreadable_closed": 1, "item_9": 0}, f"0 on 28 Nov 2026 (not a risk assessment){CLOSED}"),
    ],
)
def test_a_form_that_nobody_could_read_is_unknown_and_not_missing(forms, said):
    assert next_cells._say_item_9(ITEM_9 | {"persisting": pd.NA} | forms) == said


def test_rows_are_as_high_as_what_is_open_asks_for():
    def measure(adverse: str, is_open: str = "") -> int:
        cells = {"when": "Mon 30 Nov 2026, planned", "decision": "none signed", "adverse": adverse}
        height = dosing_next.measure_height([cells, cells | {"adverse": "none recorded"}], [is_open, ""])
        return (height - display.WRAPPED) // 14

    event = "Nausea, moderate, on 27 Nov 2026"
    listed = "OPEN: " + "; ".join([event] * 6)
    assert measure(f"{event}, {event}") == 0, "not open"
    assert measure(next_cells._say_adverse(ROW), f"OPEN: {event}") == 3
    assert measure(f"{listed}. Session 28 Nov: none recorded", listed) >= 10, "every one of them is seen"
