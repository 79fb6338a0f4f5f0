"""The exposure figures, read from their data and layout: units, fixed scales, no target, and unknown said to be unknown."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from lib.charts.exposure import plot_exposure
from lib.charts.plasma import choose_span, plot_plasma
from lib.charts.theme import THEMES
from lib.clinical.effect_times import compare_effects
from lib.clinical.pharmacokinetics import estimate_curve, scale_kinetics
from lib.clinical.protocols import parse_protocols

PROTOCOLS = parse_protocols(
    (Path(__file__).resolve().parents[2] / "data" / "protocols.toml").read_bytes(), "protocols.toml"
)
LIGHT = THEMES["light"]
AS_OF = date(2026, 7, 1)


def exposure(*rows: tuple) -> pd.DataFrame:
    """(day, mg, course, cumulative mg, interval)."""
    frame = pd.DataFrame(rows, columns=["at", "dose_mg", "course", "cumulative_mg", "interval_days"])
    return frame.astype({"at": "datetime64[s]", "interval_days": "Int64", "cumulative_mg": "Float64"})


TWO_COURSES = exposure(
    ("2026-01-05T18:00", 50, 1, 50, None),
    ("2026-01-12T18:00", 12.5, 1, 62.5, 7),
    ("2026-06-01T18:00", 75, 2, 75, 140),
    ("2026-06-08T18:00", 100, 2, 175, 7),
)


def traces(figure: go.Figure) -> dict[str, dict]:
    return {trace["name"]: trace for trace in figure.to_plotly_json()["data"]}


def notes(figure: go.Figure) -> str:
    return "\n".join(one["text"] for one in figure.to_plotly_json()["layout"]["annotations"])


def plasma(policy, theme=LIGHT, protocol="sublingual-tablet", **recorded):
    effects = compare_effects(recorded, PROTOCOLS.get(protocol))
    curve = estimate_curve(100, scale_kinetics(policy, 70), choose_span(effects))
    return plot_plasma(curve, "", effects, theme)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_plotly_knows_every_property(policy, theme):
    figures = (
        plot_exposure(TWO_COURSES, theme, AS_OF),
        plasma(policy, theme, onset_min=12, peak_min=70, effect_end_min=None),
        plot_plasma(None, "weight not recorded", compare_effects({}, None), theme),
    )
    for figure in figures:
        go.Figure(figure.to_plotly_json())


def test_mg_are_level_between_sessions_and_run_on_to_today():
    line = traces(plot_exposure(TWO_COURSES, LIGHT, AS_OF))["cumulative"]
    assert line["y"] == [0, 50, 50, 62.5, None, 0, 75, 75, 175, 175]
    assert line["line"]["shape"] == "linear"
    assert line["x"][-1].startswith("2026-07-02T00:00"), "the end of the day of as_of"


def test_intervals_stand_on_stems_and_the_first_session_has_none():
    figure = plot_exposure(TWO_COURSES, LIGHT, AS_OF)
    assert traces(figure)["interval"]["y"] == [7, 140, 7]
    single = traces(plot_exposure(TWO_COURSES.head(1), LIGHT, AS_OF))
    assert single["interval"]["y"] == []


def test_every_part_says_its_unit_and_its_scale_begins_at_0(policy):
    course, session = plot_exposure(TWO_COURSES, LIGHT, AS_OF), plasma(policy)
    assert "Cumulative dose, mg" in notes(course) and "Days since the session before" in notes(course)
    assert "Ketamine in plasma, ng/mL" in notes(session) and "minutes after the dose" in notes(session)
    for axis in (course.layout.yaxis, course.layout.yaxis2, session.layout.yaxis):
        assert axis.range[0] == 0 and axis.fixedrange
    assert session.layout.xaxis.range == (0, 240)
    assert "175 mg<br>in this course" in notes(course)


def test_the_curve_lies_within_its_band_and_begins_at_0(policy):
    drawn = traces(plasma(policy))
    low, typical, high = (np.array(drawn[name]["y"]) for name in ("5 %", "typical", "95 %"))
    assert low[0] == typical[0] == high[0] == 0
    assert (low[1:] < typical[1:]).all() and (typical[1:] < high[1:]).all()
    assert f"{typical.max():.0f}" == "91", "the evidence's Cmax of 100 mg at 70 kg"
    assert drawn["95 %"]["fill"] == "tonexty" and drawn["typical"]["x"][:3] == [0, 2, 4]


@pytest.mark.parametrize("protocol", ["sublingual-tablet", "odt-at-home", "unknown"])
def test_no_target_is_drawn_on_the_curve(policy, protocol):
    """Ranges of a protocol are times, under the curve; over it lies nothing but the estimate."""
    figure = plasma(policy, protocol=protocol, onset_min=12, peak_min=45, effect_end_min=150)
    assert {shape["yref"] for shape in figure.to_plotly_json()["layout"].get("shapes", [])} <= {"y2"}
    assert {trace["name"] for trace in figure.to_plotly_json()["data"] if trace["yaxis"] == "y"} == {
        "5 %",
        "typical",
        "95 %",
    }


def test_the_estimate_has_no_colour_of_its_own(policy):
    for theme in THEMES.values():
        for trace in plasma(policy, theme).to_plotly_json()["data"]:
            color = (trace.get("line") or trace["marker"]).get("color")
            assert color in (theme.ink, theme.half_tone)


def test_recorded_times_stand_beside_the_range_of_their_own_page(policy):
    figure = plasma(policy, protocol="odt-at-home", onset_min=25, peak_min=45, effect_end_min=70)
    assert traces(figure)["recorded"]["x"] == [25, 45, 70]
    assert [(shape["x0"], shape["x1"]) for shape in figure.to_plotly_json()["layout"]["shapes"]] == [
        (15, 20),
        (60, 110),
    ]
    assert "recorded 25 min, later 15–20 min" in notes(figure)
    assert "recorded 45 min, not stated" in notes(figure)
    assert "recorded 70 min, within 60–110 min" in notes(figure)


def test_without_a_protocol_there_is_no_range_and_without_a_record_no_point(policy):
    figure = plasma(policy, protocol="clinic's own", peak_min=50)
    assert not figure.to_plotly_json()["layout"]["shapes"]
    assert traces(figure)["recorded"]["x"] == [50]
    assert "not recorded, no named protocol" in notes(figure)


def test_a_late_end_is_still_on_the_figure(policy):
    assert plasma(policy, effect_end_min=331).layout.xaxis.range == (0, 360)


def test_a_slip_of_the_pen_does_not_stretch_the_figure_beyond_a_day(policy):
    figure = plasma(policy, effect_end_min=150_000)
    assert figure.layout.xaxis.range == (0, 1440) and len(figure.layout.xaxis.tickvals) <= 14
    assert "recorded 150000 min, later 120–180 min" in notes(figure)


def test_without_an_estimate_the_reason_stands_in_the_place_of_the_curve():
    effects = compare_effects({"onset_min": 12}, None)
    figure = plot_plasma(None, "no parameters with a source for <b>x</b>, oral", effects, LIGHT)
    assert "No curve: no parameters with a source for &lt;b&gt;x&lt;/b&gt;, oral" in notes(figure)
    assert set(traces(figure)) == {"recorded"} and figure.layout.yaxis.visible is False
    (said,) = [one for one in figure.layout.annotations if one.text.startswith("No curve")]
    assert figure.layout.yaxis.domain[0] < said.y < figure.layout.yaxis.domain[1]
