"""Dose and outcome of a clinic: the sentence that stands in the figure, and parts that say what the map says."""

import json
import re

import pytest
from filled_controls import filled_with_a_dose
from ui_pages import run, words
from ui_stores import ACTOR, copy_store

from lib.charts.clinic.dose_steps import BANNER
from lib.services import stores
from lib.ui.outcomes import naming


@pytest.fixture
def open_dose(open_page):
    return lambda **chosen: open_page("clinic_outcomes", section="dose", period="all", **chosen)


def notes(test, title: str) -> list[str]:
    """What is written in the figure that a heading is over."""
    figures = [json.loads(one.proto.spec) for one in test.get("plotly_chart")]
    found = [[note["text"] for note in one["layout"]["annotations"]] for one in figures]
    return next(one for one in found if any(title in text for text in one))


def parts(test) -> dict[str, str]:
    """By button: the count, and the per cent where it is told."""
    return {
        one.key.removeprefix("part-"): re.search(r"\*\*(.*?)\*\*", one.label)[1].replace("\\", "")
        for one in test.button
        if str(one.key).startswith("part-")
    }


def test_the_banner_stands_in_the_figures_own_data_and_no_dose_is_named(open_dose):
    test = open_dose()
    assert BANNER in notes(test, "against the last total")
    said = "\n".join([words(test), *notes(test, "against the last total")])
    assert "some rebound is expected" in said and not re.search(r"\d ?mg", said)
    assert filled_with_a_dose(test) == []


def test_the_parts_say_what_the_map_says_and_a_line_that_is_moved_counts_anew(open_dose):
    test = open_dose()
    told = parts(test)
    assert {f"<b>{one}</b>" for one in told.values()} <= set(notes(test, "against <b>PHQ-9"))
    slider = next(one for one in test.select_slider if one.key == "burden-cut")
    moved = run(slider.set_value(next(one for one in slider.options if one != slider.value)))
    assert parts(moved) != told
    assert {f"<b>{one}</b>" for one in parts(moved).values()} <= set(notes(moved, "against <b>PHQ-9"))
    assert moved.query_params["burden-cut"] != [str(slider.value)]


def test_people_of_a_part_are_named_once_somebody_has_said_what_for(open_page, demo_url, tmp_path):
    url = copy_store(stores.open_store(ACTOR, demo_url), tmp_path)
    hidden = open_page("clinic_outcomes", url, section="dose", period="all", part="better-lighter")
    assert "Names are hidden" in words(hidden) and not hidden.dataframe
    stops = len(hidden.select_slider[0].options)
    hidden.session_state[naming.PURPOSE] = "a look at those who did well"
    named = run(hidden)
    assert len(named.dataframe[0].value) == int(parts(named)["better-lighter"].split()[0]) > 10
    assert len(named.select_slider[0].options) > stops, "with names no place is too telling"
    named.query_params["burden-cut"], named.query_params["part"] = "10", "not-better-heavier"
    assert "Nobody." in words(run(named))
