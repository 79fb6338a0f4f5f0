"""Figures of a clinic: what goes in is what is drawn, nothing small is told, words stand clear, and a figure is some kB."""

import base64
from dataclasses import replace
from datetime import date

import numpy as np
import plotly.graph_objects as go
import pytest
from charts import clinic_cases
from charts.clinic_cases import CASES, describe, draw
from charts.word_boxes import find_clashes

from lib.charts.clinic.ageing import Ageing, plot_ageing
from lib.charts.clinic.attrition import describe_attrition, plot_attrition
from lib.charts.clinic.breakdown import Breakdown, Group, describe_breakdown, plot_breakdown
from lib.charts.clinic.completion import Completion, plot_completion
from lib.charts.clinic.dose_steps import BANNER, plot_dose_steps
from lib.charts.clinic.funnel import Funnel, Unit, plot_funnel
from lib.charts.clinic.months import Month, RunChart, describe_run_chart, plot_run_chart
from lib.charts.clinic.rates import MonthOfSessions, RateChart, describe_rate_chart, plot_rate_chart
from lib.charts.clinic.severity_flow import plot_severity_flow
from lib.charts.clinic.survival import TimedEvent, describe_survival, plot_survival
from lib.charts.clinic.tile_line import describe_tile_line, draw_tile_line, has_trend
from lib.charts.clinic.trajectories import Panel, SessionTotals, describe_trajectories, plot_trajectories
from lib.charts.clinic.waterfall import Waterfall, describe_waterfall, plot_waterfall
from lib.charts.text import NOT_SHOWN
from lib.charts.theme import LIGHT, THEMES
from lib.clinical.attrition import Attrition, Step
from lib.clinical.change_steps import sort_into_steps
from lib.clinical.control_limits import limit_share
from lib.clinical.instruments import GAD7, PHQ9
from lib.clinical.intervals import Share
from lib.clinical.severity_flow import SeverityFlow
from lib.clinical.survival import estimate_survival

MOST_BYTES = 32_000
EMPTY = {
    "survival": lambda: plot_survival(TimedEvent("response", estimate_survival([], []), 90), LIGHT),
    "funnel": lambda: plot_funnel(Funnel("x", "clinic", [Unit("A", None)], 0.4, "all"), LIGHT),
    "run chart": lambda: plot_run_chart(RunChart("x", []), LIGHT),
    "u-chart": lambda: plot_rate_chart(RateChart("x", [], (0, 0)), LIGHT),
    "waterfall": lambda: plot_waterfall(Waterfall("x", sort_into_steps([np.nan])), LIGHT),
    "breakdown": lambda: plot_breakdown(
        Breakdown("x", [("site", [Group("A", None)])], Group("all", Share(0, 0))), LIGHT
    ),
    "trajectories": lambda: plot_trajectories(PHQ9, [], LIGHT),
    "attrition": lambda: plot_attrition(Attrition([Step("enrolled", 0)]), LIGHT),
    "ageing": lambda: plot_ageing(Ageing("x", [], "y"), LIGHT),
    "completion": lambda: plot_completion(Completion(["A"], ["PHQ-9"], ["baseline"], {}), LIGHT),
    "dose steps": lambda: plot_dose_steps(GAD7, [], LIGHT),
    "flow": lambda: plot_severity_flow(SeverityFlow(("a", "b"), ("severe",), ("missing",), {}), LIGHT, "x"),
}


def drawn(name: str, theme=LIGHT) -> dict:
    return draw(name, theme).to_plotly_json()


def named(figure: go.Figure | dict, name: str) -> dict:
    data = figure["data"] if isinstance(figure, dict) else figure.to_plotly_json()["data"]
    return next(trace for trace in data if trace["name"] == name)


def words_of(figure: go.Figure) -> str:
    return " | ".join(note.text for note in figure.layout.annotations)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", CASES)
def test_plotly_knows_every_property_and_the_page_loads_some_kilobytes(name, theme):
    figure = draw(name, theme)
    go.Figure(figure.to_plotly_json())
    assert len(figure.to_json()) < MOST_BYTES
    assert figure.layout.paper_bgcolor == theme.paper and describe(name)


@pytest.mark.parametrize("name", CASES)
def test_words_stand_clear_of_one_another_on_the_narrowest_page(name):
    assert find_clashes(drawn(name)) == []


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_show_is_a_figure_too(name):
    figure = EMPTY[name]()
    go.Figure(figure.to_plotly_json())
    assert find_clashes(figure.to_plotly_json()) == []


def test_the_curve_is_the_estimate_and_ends_where_too_few_are_at_risk():
    curve = estimate_survival(
        [7] * 20 + [14] * 20 + [21] * 12, [1] * 10 + [0] * 10 + [1] * 5 + [0] * 15 + [1] * 12
    )
    data = TimedEvent("first response", curve, 42, limit=12)
    line = named(plot_survival(data, LIGHT), "curve")
    assert line["x"] == [0, 7, 14, 14] and line["line"]["shape"] == "hv"
    assert line["y"] == [0, 0.19, 0.32, 0.32], "to the whole per cent"
    exact = named(plot_survival(replace(data, limit=0), LIGHT), "curve")
    assert exact["y"][1:3] == pytest.approx([10 / 52, 1 - 42 / 52 * 27 / 32], abs=1e-4)
    assert named(plot_survival(data, LIGHT), "last seen")["x"] == [7, 14]
    falling = named(plot_survival(replace(data, is_rising=False), LIGHT), "curve")
    assert falling["y"][0] == 1
    said = words_of(plot_survival(data, LIGHT))
    assert "| 52 | 52 | 32 | <13 | 0 |" in said, "the table of those at risk"
    assert "informative" not in said and "27 of 52 courses" in describe_survival(data)


def test_a_curve_tells_no_small_count_by_its_steps_or_by_who_is_at_risk():
    """One event on day 3, and five who leave in a week."""
    days = [3] + [10] * 5 + [17] * 20 + [30] * 40
    curve = estimate_survival(days, [1] + [0] * 5 + [1] * 20 + [0] * 40)
    data = TimedEvent("first response", curve, 35, limit=10)
    figure = plot_survival(data, LIGHT)
    assert "| 66 | ≥11 | ≥11 | 40 | 40 | 0 |" in words_of(figure)
    for name in ("curve", "low", "high"):
        assert all(round(level, 2) == pytest.approx(level) for level in named(figure, name)["y"])
    assert "| 66 | 65 | 60 | 40 | 40 | 0 |" in words_of(plot_survival(replace(data, limit=0), LIGHT))


def test_the_funnel_marks_those_beyond_their_exact_limits_and_ranks_nobody():
    units = [Unit("B", Share(60, 100)), Unit("A", Share(38, 100)), Unit("C", Share(12, 20)), Unit("D", None)]
    figure = plot_funnel(Funnel("response", "clinic", units, 0.4, "all"), LIGHT)
    points = named(figure, "units")
    assert points["x"] == [100, 100, 20] and points["y"] == [0.38, 0.6, 0.6], "by code"
    assert points["marker"]["symbol"] == ["circle", "diamond", "circle"]
    high = named(figure, "high 99.8 %")
    assert high["y"] == pytest.approx(limit_share(0.4, high["x"]).high_998, abs=1e-4)
    assert "1 clinic not shown, as it would tell a small count" in words_of(figure)
    assert "D" not in points["hovertext"]


def test_a_month_with_little_follow_up_is_hatched_and_one_too_small_is_a_gap():
    months = [Month(date(2026, 1 + at, 1), Share(at + 5, 20), "49 %", "20 %", at == 3) for at in range(9)]
    months[5] = Month(date(2026, 6, 1), None)
    data = RunChart("response", months)
    figure = plot_run_chart(data, LIGHT)
    assert named(figure, "thin")["x"] == [3] and named(figure, "thin")["marker"]["pattern"]["shape"] == "/"
    assert named(figure, "line")["y"] == [0.25, 0.3, 0.35, 0.4, 0.45, None, 0.55, 0.6, 0.65]
    assert data.median == pytest.approx(0.425) and "No shift" in describe_run_chart(data)
    assert "1 month with less than 50 %" in describe_run_chart(data)
    assert words_of(figure).count("20 %") == 8, "the worst case, where it is another number"
    nobody = plot_run_chart(RunChart("response", [Month(date(2026, 1, 1), Share(0, 0))]), LIGHT)
    assert "few" not in words_of(nobody) and "worst case" not in words_of(nobody), "nobody is 0, not few"


def test_months_without_a_failure_do_not_stand_for_those_that_are_not_shown():
    shown = Month(date(2026, 1, 1), Share(16, 16), "52 %", "52 %")
    hidden = [Month(date(2026, 2 + at, 1), None) for at in range(5)]
    data = RunChart("response", [shown, *hidden])
    assert data.median is None and not any(data.shifts)
    assert "median 100 %" not in describe_run_chart(data) and "1 of 6 months shown" in describe_run_chart(
        data
    )
    assert "median<br>" not in words_of(plot_run_chart(data, LIGHT))


def test_rates_are_of_sessions_in_which_was_asked():
    chart = clinic_cases.make_rates()
    months = named(plot_rate_chart(chart, LIGHT), "months")
    assert months["y"][3] is None and months["y"][5] is None
    at = 8
    assert months["y"][at] == pytest.approx(
        100 * chart.months[at].n_events / chart.months[at].n_sessions, rel=1e-4
    )
    assert "Sep 2025" in describe_rate_chart(chart)


def test_the_rate_of_all_months_is_of_those_too_that_are_not_shown():
    on = [date(2026, month, 1) for month in (1, 2, 3)]
    shown = [
        MonthOfSessions(on[0], 0, 200),
        MonthOfSessions(on[1], None, None),
        MonthOfSessions(on[2], None, None),
    ]
    told = RateChart("Severe hypertension", shown, (16, 800))
    assert told.middle == 0.02 and "2.0 per 100 sessions over 3 months" in describe_rate_chart(told)
    few = RateChart("Severe hypertension", shown, None)
    assert few.middle is None and "not told" in describe_rate_chart(few), (
        "and never the 0.0 of the month that is shown"
    )
    assert "not told" in words_of(plot_rate_chart(few, LIGHT))


def test_a_waterfall_is_as_wide_as_its_patients_and_the_missing_stand_at_its_end():
    rng = np.random.default_rng(1)
    changes = np.concatenate([rng.integers(-100, 60, 500).astype(float), [np.nan] * 70])
    steps = sort_into_steps(changes, cuts=(0, -25, -50), least_a_step=11)
    data = Waterfall("change", steps)
    bars = named(plot_waterfall(data, LIGHT), "changes")
    assert (
        sum(bars["width"]) == 500
        and min(bars["width"]) >= 11
        and bars["y"] == sorted(bars["y"], reverse=True)
    )
    missing = named(plot_waterfall(data, LIGHT), "missing")
    assert missing["x"] == [535] and missing["width"] == 70 and missing["marker"]["pattern"]
    known = changes[:500]
    counts = [int((known > 0).sum()), int(((known <= 0) & (known > -25)).sum())]
    assert steps.classes[:2] == tuple(counts) and steps.classes[3] == (known <= -50).sum()
    assert f"{counts[0]} above 0 · {counts[1]} to −25" in describe_waterfall(data)
    few = Waterfall("change", sort_into_steps([-60.0] * 40 + [5.0] * 20 + [np.nan] * 3, cuts=(0, -25, -50)))
    shown = plot_waterfall(few, LIGHT)
    assert "<11 without" in describe_waterfall(few) and named(shown, "missing")["width"] == 10
    assert len(set(named(shown, "changes")["width"])) == 1 and shown.layout.xaxis.ticktext == ("0", "63")
    few = describe_waterfall(
        Waterfall("change", sort_into_steps([-60.0] * 40 + [5.0] * 3, cuts=(0, -25, -50)))
    )
    assert "<11 above 0" in few and " 3 " not in few


def test_a_flow_keeps_everybody_and_refuses_who_vanish():
    flow = CASES["severity flow"][0]
    figure = plot_severity_flow(flow, LIGHT, "PHQ-9 severity", limit=0)
    boxes = {trace["name"]: trace for trace in figure.to_plotly_json()["data"]}
    heights = [
        sum(
            boxes[band]["y"][boxes[band]["x"].index(stage)]
            for band in flow.order
            if stage in boxes[band]["x"]
        )
        for stage in range(3)
    ]
    assert heights == pytest.approx([heights[0]] * 3, abs=12), (
        "a box of few is drawn a little higher than it is"
    )
    assert sum(flow.count(2, band) for band in flow.order) == flow.total == 3_000
    assert boxes["missing"]["marker"]["pattern"]["shape"] == "/"
    assert len(figure.layout.shapes) == sum(n > 0 for n in flow.links.values())
    with pytest.raises(ValueError, match="not as many leave"):
        SeverityFlow(
            ("a", "b", "c"), ("severe",), (), {(0, "severe", "severe"): 5, (1, "severe", "severe"): 4}
        )


def test_small_moves_are_in_no_ribbon():
    flow = CASES["severity flow"][0]
    _, hidden = flow.find_hidden(10)
    figure = plot_severity_flow(flow, LIGHT, "PHQ-9 severity")
    assert len(figure.layout.shapes) == sum(n > 0 for n in flow.links.values()) - len(hidden)
    told = named(figure, "moves")["hovertext"]
    assert min(int(text.rpartition(": ")[2].split()[0].replace(",", "")) for text in told) > 10


def test_quadrants_are_the_table():
    data = CASES["benefit and burden"][0]
    parts = data.counted.split(-6, 20)
    assert parts.sum() == data.counted.total and data.counted.total + data.counted.n_missing == 3_000
    said = words_of(draw("benefit and burden", LIGHT))
    assert all(f"<b>{n:,} ({100 * n / data.counted.total:.0f} %)</b>" in said for n in parts.ravel().tolist())
    with pytest.raises(ValueError):
        data.counted.split(-5, 20)


def test_groups_cells_and_reasons_that_are_small_are_named_and_not_counted():
    said = words_of(draw("breakdown", LIGHT))
    assert said.count(NOT_SHOWN) == 2 and "nobody" in said
    assert "adverse effect &lt;11 · moved &lt;11" in words_of(draw("attrition", LIGHT))
    assert "too<br>few" in words_of(draw("completion", LIGHT))


def test_of_a_group_that_may_be_large_nobody_says_that_it_is_small():
    """One is hidden beside another: few, or whose number would tell those few."""
    hidden = Breakdown("x", [("site", [Group("A", None)])], Group("all", None))
    said = describe_breakdown(hidden)
    assert said == f"x: all: {NOT_SHOWN}. By site: A {NOT_SHOWN}."
    assert words_of(plot_breakdown(hidden, LIGHT)).count(NOT_SHOWN) == 2
    panel = Panel("baseline 10–14", [SessionTotals(0, None, None, None, None)])
    drawn_words = words_of(plot_trajectories(PHQ9, [panel], LIGHT))
    assert "few" not in said + drawn_words and f"–: {NOT_SHOWN}" in drawn_words
    assert describe_trajectories(PHQ9, [panel]).endswith(f"10–14: {NOT_SHOWN}.")
    nobody = Panel("baseline 10–14", [SessionTotals(0, 0, None, None, None)])
    assert describe_trajectories(PHQ9, [nobody]).endswith("10–14: nobody is measured.")


def test_what_two_steps_would_tell_of_those_between_them_is_hidden():
    steps = [
        Step("enrolled", 200),
        Step("session 1", 195, [("declined", 5)]),
        Step("session 2", 120, [("cost", 40)], 35),
    ]
    said = describe_attrition(Attrition(steps))
    assert "200 (100 %)" in said and "session 1: ≥11, declined <11" in said and "195" not in said
    assert "195 (98 %), declined 5" in describe_attrition(Attrition(steps), limit=0)
    bars = named(plot_attrition(Attrition(steps), LIGHT), "reached")
    assert bars["x"][1] == 0 and bars["x"][0] == 200
    with pytest.raises(ValueError, match="session 1"):
        Attrition([Step("enrolled", 20), Step("session 1", 12, [("cost", 7)])])


def test_the_banner_is_in_the_figure():
    assert BANNER in words_of(draw("dose steps", LIGHT)) and describe("dose steps").startswith(
        "Dose is chosen"
    )


def test_words_from_data_are_harmless():
    nasty = "<a href='x'>$C$</a>"
    figure = plot_funnel(Funnel(nasty, "clinic", [Unit(nasty, Share(40, 50))], 0.4, nasty), LIGHT)
    shown = figure.to_json()
    assert "<a" not in shown and "$" not in shown and "\\u003ca" not in shown


def test_a_tile_shows_shares_by_month_and_no_line_over_a_gap():
    months = [Share(10, 40), Share(20, 40), None, Share(0, 0), Share(24, 40)]
    svg = base64.b64decode(draw_tile_line(months, LIGHT).partition(",")[2]).decode()
    assert svg.count("<circle") == 4 and svg.count('r="4"') == 1
    assert svg.count(f'stroke="{LIGHT.instrument("PHQ-9")}"') == 4, "three intervals and one line"
    assert describe_tile_line(months) == "25 % to 60 % over 5 months, 3 of them known."
    assert describe_tile_line([None]) == "No month to show." and draw_tile_line([], LIGHT)


def test_months_without_a_case_draw_no_trend_beside_those_that_are_not_told():
    none, some = Share(0, 40), Share(12, 40)
    assert (
        has_trend([none, some, None])
        and has_trend([none, none])
        and has_trend([Share(40, 40), Share(30, 30)])
    )
    assert not has_trend([none, None, none]) and not has_trend([None, Share(40, 40), Share(30, 30)])
    assert not has_trend([some, None, Share(0, 0)]), "one month is no trend"
