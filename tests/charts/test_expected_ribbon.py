"""The expected course under a patient's scores: where its steps lie, what is said of them, and what stays in sight."""

from datetime import datetime
from itertools import pairwise

import plotly.graph_objects as go
import pytest
from charts.cases import CASES
from charts.drawing import POLICY, Figure, named, sheet_px, texts
from charts.made_up import make_history

from lib.charts.labels import text_size
from lib.charts.options import EXPECTED, ChartOptions
from lib.charts.patient import plot_patient
from lib.charts.theme import DARK, LIGHT, Theme
from lib.clinical.expected_course import ExpectedCourse, Step
from lib.clinical.history import PatientHistory
from lib.clinical.instruments import GAD7, PHQ9, Instrument

WEEKLY = """
2026-03-01 20:00 PHQ-9 18
2026-03-02 09:00 dose 100
2026-03-08 20:00 PHQ-9 15
2026-03-09 09:00 dose 100
2026-03-16 09:00 dose 100 status=missed
2026-03-23 09:00 dose 100
2026-03-29 20:00 PHQ-9 9
"""
BOUNDS = (2.0, 5.0, 7.5, 10.0, 12.0, 15.0, 19.0)


def course(instrument: Instrument, *sessions: int, top: float = 0) -> ExpectedCourse:
    """Steps for these sessions, each a point lower than the one before."""
    steps = tuple(
        Step(
            k, tuple(bound - k + top for bound in BOUNDS), 40 + k, is_pooled=k > 3, n_taken=60, n_measured=50
        )
        for k in sessions
    )
    return ExpectedCourse(instrument, POLICY.expected_course, "", "15–19", 64, steps)


def draw(
    history: PatientHistory,
    *sessions: int,
    theme: Theme = LIGHT,
    window: str = "all",
    layers: tuple[str, ...] = (EXPECTED,),
    top: float = 0,
) -> Figure:
    options = ChartOptions.of(POLICY, window=window, layers=frozenset(layers))
    expected = {one.name: course(one, *sessions, top=top) for one in (PHQ9, GAD7)}
    return plot_patient(history, theme, options, expected).to_plotly_json()


def weekly(as_of: str, *sessions: int, window: str = "all") -> Figure:
    return draw(make_history(WEEKLY, as_of), *sessions, window=window)


def steps(figure: Figure) -> list[tuple[str, str, float]]:
    """From when to when, and how high, the median lies."""
    median = named(figure, "expected median")
    corners = [(at, y) for at, y in zip(median["x"], median["y"], strict=True) if at]
    return [(a[0][:16], b[0][:16], a[1]) for a, b in list(pairwise(corners))[::2]]


def test_a_step_runs_from_its_session_to_the_next_and_the_last_to_28_days() -> None:
    assert steps(weekly("2026-05-30", 1, 2, 3)) == [
        ("2026-03-02T09:00", "2026-03-09T09:00", 9.0),
        ("2026-03-09T09:00", "2026-03-23T09:00", 8.0),
        ("2026-03-23T09:00", "2026-04-20T09:00", 7.0),
    ]


def test_nothing_is_drawn_beyond_as_of() -> None:
    assert steps(weekly("2026-03-25", 1, 2, 3))[-1][:2] == ("2026-03-23T09:00", "2026-03-26T00:00")


def test_a_session_without_comparable_patients_leaves_a_hole() -> None:
    figure = weekly("2026-05-30", 1, 3)
    assert [(since[:10], until[:10]) for since, until, _ in steps(figure)] == [
        ("2026-03-02", "2026-03-09"),
        ("2026-03-23", "2026-04-20"),
    ]
    assert named(figure, "expected 80 %")["x"].count(None) == 1


def test_a_step_of_a_session_that_the_record_does_not_have_is_left_out() -> None:
    assert len(steps(weekly("2026-05-30", 1, 2, 3, 4))) == 3


def test_steps_before_the_range_are_cut_off() -> None:
    figure = weekly("2026-04-25", 1, 2, 3, window="6 weeks")
    start = figure["layout"]["xaxis"]["range"][0]
    assert steps(figure)[0][0] == start[:16]
    assert named(figure, "expected median")["cliponaxis"] is True


def test_the_bands_are_those_of_50_80_and_95_percent_and_the_widest_lies_lowest() -> None:
    figure = weekly("2026-05-30", 1)
    found = [trace for trace in figure["data"] if str(trace.get("name")).startswith("expected")]
    assert [trace["name"] for trace in found[:4]] == [
        "expected 95 %",
        "expected 80 %",
        "expected 50 %",
        "expected median",
    ]
    assert [(min(trace["y"]), max(trace["y"])) for trace in found[:3]] == [(1, 18), (4, 14), (6.5, 11)]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_it_takes_the_instruments_pale_colour_and_hides_nothing(theme: Theme) -> None:
    figure = draw(CASES["responder confirmed"](), 1, 2, 3, 4, 5, theme=theme)
    names = [trace.get("name") for trace in figure["data"]]
    for name, axis in (("PHQ-9", "y"), ("GAD-7", "y2")):
        pale = theme.pale_instrument(name)
        red, green, blue = (int(pale[at : at + 2], 16) for at in (1, 3, 5))
        ribbons = [
            t for t in figure["data"] if t["yaxis"] == axis and t.get("fill") == "toself" and t.get("name")
        ]
        assert len(ribbons) == 3
        for ribbon in ribbons:
            assert ribbon["fillcolor"].startswith(f"rgba({red},{green},{blue},0.")
            assert ribbon["mode"] == "none"
        last = max(
            k
            for k, t in enumerate(figure["data"])
            if t["yaxis"] == axis and str(t.get("name")).startswith("expected")
        )
        assert last < names.index(name)
    # What lies under it shows through, and the lines are still there.
    assert "baseline 18" in texts(figure) and "50 % (≤9)" in texts(figure)


def test_the_margin_says_what_it_is_and_that_it_is_no_target() -> None:
    said = texts(weekly("2026-05-30", 1, 2, 3))
    assert "expected course, not a target<br>(50, 80, 95 % of the clinic's<br>own patients, n 41–43)" in said


def test_the_mouse_reads_the_whole_totals_and_the_patients_behind_them() -> None:
    said = named(weekly("2026-05-30", 1, 2), "expected median")["hovertext"]
    assert "PHQ-9 expected after session 2</b>, not a target" in said[-1]
    assert "half of such patients 6–10, 80 % 3–13, 95 % 0–17" in said[-1]
    assert "read from 42 patients with a baseline of 15–19" in said[-1]
    assert "of 64 who began in this band, 60 took the session, 50 were measured after it" in said[-1]


@pytest.mark.parametrize("name", CASES)
def test_without_the_layer_nothing_of_it_is_there(name: str) -> None:
    figure = draw(CASES[name](), 1, 2, 3, layers=())
    assert not any(str(trace.get("name")).startswith("expected") for trace in figure["data"])
    assert "expected" not in texts(figure)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("window", ["all", "6 weeks", "3 months"])
def test_plotly_accepts_every_figure_with_it_and_no_line_is_smooth(name: str, window: str) -> None:
    figure = draw(CASES[name](), *range(1, 13), window=window)
    assert go.Figure(figure).layout.shapes
    for trace in figure["data"]:
        if trace.get("name") == "expected median":
            assert (trace["line"]["shape"], trace["connectgaps"]) == ("linear", False)
            assert all(
                a is None or b is None or datetime.fromisoformat(a) <= datetime.fromisoformat(b)
                for a, b in pairwise(trace["x"])
            )


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("top", [0, 8])
def test_its_label_lies_on_no_other_label(name: str, top: float) -> None:
    figure = draw(CASES[name](), *range(1, 13), top=top)
    for axis, layout_name in (("y", "yaxis"), ("y2", "yaxis2")):
        low, high = figure["layout"][layout_name]["range"]
        domain = figure["layout"][layout_name]["domain"]
        px = (domain[1] - domain[0]) * sheet_px(figure) / (high - low)
        notes = [
            note
            for note in figure["layout"]["annotations"]
            if note.get("yref") == axis and note.get("x") == 1
        ]
        boxes = sorted((note["y"] * px, text_size(note["text"], note["font"]["size"])[1]) for note in notes)
        assert all(upper - lower >= (a + b) / 2 - 0.01 for (lower, a), (upper, b) in pairwise(boxes))
        assert all(
            text_size(note["text"].replace("&lt;", "<"), note["font"]["size"])[0] <= 176 for note in notes
        )
