"""What is drawn over the patient chart on demand alone: the hours after a dose, and the days that a form asks about."""

import plotly.graph_objects as go
import pytest
from charts.cases import CASES
from charts.drawing import Figure, draw, named, texts
from charts.made_up import make_history

from lib.charts.options import LAYERS, PLASTICITY, RECALL
from lib.charts.theme import DARK, LIGHT


def shaded(figure: Figure) -> list[tuple[str, str]]:
    shapes = [shape for shape in figure["layout"]["shapes"] if shape.get("fillcolor") == LIGHT.shade]
    return [(shape["x0"][:16], shape["x1"][:16]) for shape in shapes]


def after(table: str, as_of: str, window: str = "all") -> list[tuple[str, str]]:
    return shaded(draw(make_history(table, as_of), LIGHT, window, PLASTICITY))


@pytest.mark.parametrize("name", CASES)
def test_nothing_of_them_is_there_unless_it_is_asked_for(name: str) -> None:
    figure = draw(CASES[name]())
    assert shaded(figure) == []
    assert "shaded" not in texts(figure)
    assert all(trace.get("name") != "recall" for trace in figure["data"])


@pytest.mark.parametrize("name", CASES)
def test_plotly_accepts_every_figure_with_them(name: str) -> None:
    for window in ("all", "6 weeks"):
        assert go.Figure(draw(CASES[name](), DARK, window, *LAYERS)).layout.shapes


def test_the_hours_are_those_of_the_policy_and_are_named() -> None:
    table = "2026-03-02 09:00 dose 100"
    assert after(table, "2026-03-20") == [("2026-03-03T09:00", "2026-03-05T09:00")]
    assert "shaded: 24–72 h after each dose" in texts(
        draw(make_history(table, "2026-03-20"), LIGHT, "all", PLASTICITY)
    )


def test_windows_that_meet_are_one() -> None:
    table = "2026-03-02 09:00 dose 50\n2026-03-04 09:00 dose 50\n2026-03-10 09:00 dose 50"
    assert after(table, "2026-03-20") == [
        ("2026-03-03T09:00", "2026-03-07T09:00"),
        ("2026-03-11T09:00", "2026-03-13T09:00"),
    ]


def test_no_window_follows_a_dose_that_was_not_taken() -> None:
    assert after("2026-03-02 09:00 dose 100 status=missed", "2026-03-20") == []


def test_windows_end_with_the_day_that_is_asked_about_and_begin_with_the_range() -> None:
    assert after("2026-03-02 09:00 dose 100", "2026-03-03") == [("2026-03-03T09:00", "2026-03-04T00:00")]
    assert after("2026-01-01 09:00 dose 100\n2026-03-02 09:00 dose 100", "2026-03-20", "6 weeks") == [
        ("2026-03-03T09:00", "2026-03-05T09:00")
    ]


def test_a_form_is_led_by_the_14_days_it_asks_about() -> None:
    table = "2026-03-01 20:00 PHQ-9 12\n2026-03-20 20:00 PHQ-9 0\n2026-03-21 PHQ-9 - blank=4"
    bars = named(draw(make_history(table, "2026-03-25"), LIGHT, "all", RECALL), "recall")
    assert [stamp and stamp[:10] for stamp in bars["x"]] == [
        *("2026-02-15", "2026-03-01", None),
        *("2026-03-06", "2026-03-20", None),
    ]
    assert bars["y"] == [12, 12, None, 0, 0, None]
    assert (bars["connectgaps"], bars["hoverinfo"]) == (False, "skip")
