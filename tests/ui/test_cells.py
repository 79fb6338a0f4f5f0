"""Words of cells: units, unknowns, and text that a spreadsheet must not run."""

import re

import pandas as pd
import pytest

from lib.charts.theme import DARK, LIGHT
from lib.ui import display, record_cells, wording
from lib.ui.status_marks import CATEGORIES, draw_mark, read_status

NOTHING = pd.NA
ROW = {f"phq9_{name}": NOTHING for name in ("baseline", "latest", "change", "percent", "n")}


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "no form"),
        ({"n": 2}, "no baseline, n 2"),
        ({"latest": 9, "n": 2}, "no baseline → 9, n 2"),
        ({"baseline": 18, "n": 1}, "18 → no score since, n 1"),
        ({"baseline": 18, "latest": 9, "change": -9, "percent": -50.0, "n": 5}, "18 → 9, n 5, −9 (−50 %)"),
        ({"baseline": 0, "latest": 9, "change": 9, "n": 2}, "0 → 9, n 2, +9"),
        ({"baseline": 9, "latest": 9, "change": 0, "percent": 0.0, "n": 2}, "9 → 9, n 2, 0 (0 %)"),
        ({"baseline": 9, "latest": 0, "change": -9, "percent": -100.0, "n": 2}, "9 → 0, n 2, −9 (−100 %)"),
    ],
)
def test_scores(known, said):
    row = ROW | {f"phq9_{name}": value for name, value in known.items()}
    cell = wording.say_scores(row, "phq9")
    assert plain(cell) == said
    # Eleven letters fit the column of a narrow screen; a longer word is cut within, and so would a number be.
    assert max(len(word) for word in cell.split(" ")) <= 11


def test_doses():
    taken = {"dose_mg": 150.0, "dose_mg_per_kg": 2.14, "n_dosing_sessions": 1}
    assert plain(wording.say_dose(taken)) == "150 mg (2.1 mg/kg), 1 session"
    assert plain(wording.say_dose(taken | {"dose_mg_per_kg": NOTHING})) == "150 mg (no weight), 1 session"
    assert wording.say_dose(taken | {"dose_mg": NOTHING}) == "no dose taken"


FORM = {
    "instrument": "PHQ-9",
    "total": 9,
    "total_low": 9,
    "total_high": 9,
    "n_missing": 0,
    "is_prorated": False,
    "entered_by": "patient",
}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "9 of 27"),
        ({"total": 0, "total_low": 0, "total_high": 0}, "0 of 27"),
        ({"is_prorated": True, "total_low": 8, "total_high": 11, "n_missing": 1}, "9 of 27, prorated 8–11"),
        ({"total": NOTHING, "n_missing": 4}, "no total, 4 items blank"),
        ({"total": NOTHING, "n_missing": NOTHING}, "no total"),
        ({"instrument": "WHO-5", "total": 13}, "13"),
        ({"entered_by": "staff"}, "9 of 27, s"),
        ({"entered_by": NOTHING}, "9 of 27"),
    ],
)
def test_totals(form, said):
    assert record_cells.say_total(FORM | form) == said


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"instrument": "PHQ-9", "item_9": 0, "has_items": True}, "0 of 3"),
        ({"instrument": "PHQ-9", "item_9": NOTHING, "has_items": True}, "not answered"),
        ({"instrument": "PHQ-9", "item_9": NOTHING, "has_items": False}, "not collected"),
        ({"instrument": "GAD-7", "item_9": NOTHING, "has_items": True}, "–"),
    ],
)
def test_item_9_is_never_0_where_it_is_unknown(form, said):
    assert record_cells.say_item_9(form) == said


def test_a_reading_that_is_half_known():
    row = {f"{kind}_{when}_mmhg": NOTHING for kind in ("sbp", "dbp") for when in ("pre", "40", "120")}
    assert record_cells.say_pressure(row) == "not recorded"
    assert (
        plain(record_cells.say_pressure(row | {"sbp_pre_mmhg": 140, "dbp_40_mmhg": 80}))
        == "140/? before, ?/80 at 40 min"
    )


@pytest.mark.parametrize(
    "text",
    [
        "![x](http://h/p.png)",
        "[a](b)",
        "<img src=x>",
        "**b**",
        "$x$",
        ":red[a]",
        "`a`",
        "a_b_c",
        "# h",
        "1. a",
        "a@b.example",
        "&lt;",
    ],
)
def test_text_from_data_is_made_harmless_and_loses_nothing(text):
    escaped = display.escape(text)
    assert escaped.replace("\\", "").replace(display.JOINER, "") == text
    assert not [mark for mark in "![]()<>*$`_#@&" if mark in escaped.replace(f"\\{mark}", "")]


def test_an_address_in_text_from_data_is_no_link():
    """Streamlit makes links of addresses after it has read the escapes: tests/browser/test_beacons.py has it from a browser."""
    linked = re.compile(r"https?://|www\.|[-.\w+]@[-\w]+\.", re.IGNORECASE)
    for text in (
        "see http://h/x",
        "HTTPS://h.example",
        "www.h.example",
        "a.b+c@h.example",
        "https://a@b.example",
    ):
        assert linked.search(text) and not linked.search(display.escape(text).replace("\\", ""))


def test_a_file_runs_no_formula():
    rows = pd.DataFrame({"Note": ["=1+1", "+49 1", "-5", "@a", "fine", None], "mg": [1.5, -2, 3, 4, 5, None]})
    text = display._write_file(rows).decode("utf-8-sig")
    assert text.splitlines()[1:5] == ["'=1+1,1.5", "'+49 1,-2.0", "'-5,3.0", "'@a,4.0"]


@pytest.mark.parametrize(
    ("words", "category", "is_stale"),
    [
        ("response?", "response", False),
        ("last known: no response, 80 days ago", "no response", True),
        ("last known: remission?, 80 days ago", "remission", True),
        ("not assessable: too early", "not assessable", False),
        ("no form", "not assessable", False),
    ],
)
def test_a_status_is_read_from_its_words(words, category, is_stale):
    status = read_status(words)
    assert (status.category, status.is_stale) == (category, is_stale)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_provisional_status_differs_in_shape_from_a_firm_one_and_from_every_other(theme):
    firm = {draw_mark(category, theme) for category in CATEGORIES}
    provisional = {draw_mark(f"{category}?", theme) for category in CATEGORIES}
    assert len(provisional) == len(CATEGORIES) and not provisional & firm
    assert all("stroke-dasharray" in mark for mark in provisional)
    assert f'fill="{theme.categories["response"]}" stroke=' not in draw_mark("response?", theme)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_status_has_a_shape_of_its_own_and_a_stale_one_no_colour(theme):
    bare = {category: draw_mark(category, theme) for category in CATEGORIES}
    assert len(set(bare.values())) == len(CATEGORIES)
    for category in CATEGORIES:
        stale = draw_mark(f"last known: {category}, 80 days ago", theme)
        assert stale != bare[category]
        assert theme.categories[category] not in stale or theme.categories[category] == theme.paper


def test_marks_that_turn_the_direction_of_a_text_are_shown():
    assert display.mark_direction("a\u202eb\u202c") == "a⟨U+202E⟩b⟨U+202C⟩"
    assert display.mark_direction(7) == 7
    assert "\u202e" not in display.escape("a\u202eb")
