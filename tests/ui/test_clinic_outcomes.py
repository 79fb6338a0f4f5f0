"""Clinic outcomes: every rate with its denominator, coverage and bounds; names for a stated purpose alone."""

import json
import re

import pandas as pd
import pytest
from sqlalchemy import text
from ui_pages import column, run, words
from ui_stores import ACTOR, copy_store

from lib.charts.text import NOT_SHOWN
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.measures import MISSING_FAILS, PAIRED, REACHED, STARTED
from lib.clinical.outcomes.times import time_event
from lib.services import outcomes, stores
from lib.services.access import ROLES, Actor, Permission, Role
from lib.services.outcomes import Period
from lib.ui import access
from lib.ui.outcomes.sections import SECTIONS

MANAGER = Actor("a manager", ROLES[Role.MANAGER])
MEASURES = ("response", "remission", "reliable_improvement", "deterioration")


@pytest.fixture(scope="module")
def store(demo_url):
    return stores.open_store(ACTOR, demo_url)


@pytest.mark.parametrize("denominator", [MISSING_FAILS, PAIRED, REACHED, STARTED])
def test_a_tile_says_what_the_command_line_says_and_never_a_rate_alone(open_page, store, denominator):
    rows = outcomes.read_outcomes(ACTOR, store, Period(), denominator)
    rows = rows[(rows["instrument"] == "PHQ-9") & (rows["time_point"] == "session_4")].set_index("measure")
    test = open_page("clinic_outcomes", period="all", of=denominator)
    said = words(test)
    for tile, name in zip(test.metric, MEASURES, strict=True):
        row = rows.loc[name]
        is_small = 0 < row["numerator"] < 11
        assert tile.value == (f"{row['rate']:.0f} %" if not is_small else tile.value)
        counts = (
            f"<11 of {row['denominator']:,}" if is_small else f"{row['numerator']} of {row['denominator']:,}"
        )
        apart = {abs(row[column] - rows.loc["response", column]) for column in ("denominator", "due")}
        # Beside the response's denominator this one would tell how few are in one and not in the other.
        is_told = not any(0 < n < 11 for n in apart)
        assert (f"**{counts}**" in said) == is_told
        due = f"{row['due']:,} due" if is_told else "those due"
        assert f"{row['coverage']:.0f} % of {due} have the score · worst case" in said


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("at", ["week_12", "latest"])
def test_every_section_is_drawn_for_every_kind_of_time_point(open_page, section, at):
    test = open_page(
        "clinic_outcomes",
        period="all",
        section=section,
        at=at,
        instrument="GAD-7",
        rate="nhs_recovery-latest",
    )
    assert "courses with a first dose" in words(test)


def test_completers_of_a_group_stand_with_coverage_and_worst_case(open_page):
    """The rate of those with both scores is highest where most have left: no site is shown without how many."""
    test = open_page("clinic_outcomes", period="all", of=PAIRED, section="groups")
    said = test.get("plotly_chart")[0].proto.alt
    sites = said.partition("By site: ")[2].partition(". By clinician")[0].split("; ")
    told = [one for one in sites if NOT_SHOWN not in one]
    assert len(told) >= 2
    assert all(re.search(r"\d+/\d+, \d+ % · known >?\d+ %, worst [≥≤]?\d+ %", one) for one in told)


def test_a_period_without_courses_says_nobody_and_divides_by_nothing(open_page):
    dates = {"period": "own", "from": "2020-01-01", "to": "2020-02-01"}
    for section in SECTIONS:
        test = open_page("clinic_outcomes", section=section, **dates)
        assert "0 courses with a first dose" in words(test)
    test = open_page("clinic_outcomes", **dates)
    assert {tile.value for tile in test.metric} == {"–"} and "nobody is due yet" in words(test)


def test_names_are_shown_for_a_purpose_that_is_kept(open_page, store, tmp_path):
    url = copy_store(store, tmp_path)
    test = open_page("clinic_outcomes", url, period="all", behind="response", who="response.missing")
    assert (
        "Names are hidden" in str(test.main) or not test.dataframe[-1].value.columns.isin(["Patient"]).any()
    )
    assert "−<11" in column(test, "Courses", len(test.dataframe) - 1)
    test.text_input("outcome-purpose-said").set_value("too few")
    test = run(test.button("show-names").click())
    assert "Say what the names are needed for" in words(test)
    test.text_input("outcome-purpose-said").set_value("weekly huddle: call those without a score")
    test = run(test.button("show-names").click())
    people = column(test, "Patient", len(test.dataframe) - 1)
    rows = outcomes.read_outcomes(ACTOR, stores.open_store(ACTOR, url), Period())
    row = rows[(rows["measure"] == "response") & (rows["time_point"] == "session_4")].iloc[0]
    assert len(people) == row["due"] - row["with_outcome"] > 0
    with stores.open_store(ACTOR, url).read() as connection:
        kept = connection.execute(text("select actor, purpose, what, n_patients from list_opening")).all()
    assert [row.actor for row in kept] == ["Dr Test"] * 2
    assert kept[1].what == "Response, PHQ-9: a score is missing" and kept[1].n_patients == len(people)


def test_a_manager_sees_rates_and_can_ask_for_no_name(open_page, monkeypatch):
    monkeypatch.setattr(access, "actor", lambda: MANAGER)
    test = open_page("clinic_outcomes", period="all", behind="response", who="response.missing")
    assert len(test.metric) == 4
    assert not [one for one in test.button if one.key == "show-names"]
    assert "Patient" not in test.dataframe[-1].value.columns


def test_a_store_of_an_earlier_release_gives_the_same_rates_and_nobody_elses(store, tmp_path):
    """Its courses have not been worked out yet."""
    old = stores.open_store(ACTOR, copy_store(store, tmp_path))
    with old.write() as connection:
        connection.execute(text("delete from course_score"))
        connection.execute(text("delete from about where name = 'flags_as_of'"))
    for clinics in (None, {"lakeside"}, set()):
        whose = None if clinics is None else frozenset(clinics)
        reader = Actor("a reader", frozenset({Permission.SEE_OUTCOMES}), whose)
        pd.testing.assert_frame_equal(
            outcomes.read_outcomes(reader, old, Period()), outcomes.read_outcomes(reader, store, Period())
        )


def test_sections_side_by_side_tell_no_small_group(open_page, store, monkeypatch):
    """Over time and Change speak of the same courses: who is left out of one of them would be the difference."""
    courses = outcomes.read_courses(ACTOR, store)
    baseline = courses.facts.scores[0]["baseline_total"]
    n_minimal, n_below = (
        int(((baseline >= 0) & (baseline < 5)).sum()),
        int(((baseline >= 0) & (baseline < 10)).sum()),
    )
    n_cases = int((baseline >= 10).sum())
    followed = time_event(Asked(0, "session_4", courses.policy), courses.facts, "response")
    assert 0 < n_minimal < 11 < n_below and 0 < followed.n_unfollowed < 11, "the demo clinic has such groups"
    monkeypatch.setattr(access, "actor", lambda: MANAGER)
    test = open_page("clinic_outcomes", period="all", section="time")
    totals, response = (json.loads(chart.proto.spec) for chart in test.get("plotly_chart")[1:3])
    under = [one["text"] for one in totals["layout"]["annotations"]]
    assert str(n_below) not in under, "less the mild of the flow, these are the minimal"
    at_risk = [one["text"] for one in response["layout"]["annotations"] if one["text"].isdecimal()]
    assert str(n_cases) in at_risk and str(len(followed.days)) not in at_risk


def test_every_cell_of_the_quality_measures_is_short_enough_to_be_read(open_page):
    table = open_page("clinic_outcomes", period="all", section="quality").dataframe[0].value
    assert "not told" in set(table["Worst to best"]) and table["Worst to best"].str.len().max() < 40
    assert not table["Known"].str.contains("those").any() and "91 %" in set(table["Known"])


@pytest.mark.parametrize("name", ["nhs_caseness", "nhs_reliable_improvement"])
def test_what_a_row_of_the_quality_measures_hides_its_definition_hides_too(open_page, store, name):
    """The denominator less those met, the start or those due less the denominator: none of them may be few."""
    test = open_page("clinic_outcomes", period="all", section="quality", rate=f"{name}-latest")
    table, steps = (one.value for one in test.dataframe[:2])
    row = table.iloc[0 if name == "nhs_caseness" else 2]
    counts = {step: int(n) for step, n in zip(steps["Step"], steps["Courses"], strict=True) if n.isdecimal()}
    due = [int(n) for n in re.findall(r"% of (\d+)", row["Known"])]
    told = [*counts.values(), *due]
    assert len(counts) >= 2 and not any(0 < abs(one - other) < 11 for one in told for other in told)
