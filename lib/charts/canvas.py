"""The sheet that the lanes are drawn on: where each stands, and the plain dicts that plotly takes.

Plain dicts, handed to plotly once at the end: adding traces, shapes or bands one by one costs 2 ms each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib.charts.labels import SIDES, Box, Label
from lib.charts.options import ChartOptions
from lib.charts.theme import Theme
from lib.charts.time_axis import TimeAxis

Part = dict[str, Any]
NARROWEST = 760
MARGIN = {"l": 34, "r": 190, "t": 28, "b": 64, "pad": 0}
# Left of the first date stands a strip of the plot's own, so that the names of bands never lie under a score.
NAME_STRIP = 0.12
DATA_PX = (NARROWEST - MARGIN["l"] - MARGIN["r"]) * (1 - NAME_STRIP)
HEADER_PX = 27
# Clear of a ring round a score at the very top of the lane below.
HEADER_SHIFT = 7
SMALL, NORMAL, LARGE = 10, 11, 13


@dataclass(frozen=True)
class Lane:
    """A horizontal part of the figure with its own y axis; `top_px` counts from the top of the plot, which is `sheet_px` high."""

    axis: str
    top_px: float
    height_px: float
    low: float
    high: float
    sheet_px: float

    def px(self, y: float) -> float:
        """Pixels above the lane's floor."""
        return (y - self.low) / (self.high - self.low) * self.height_px

    def y(self, px: float) -> float:
        return self.low + px / self.height_px * (self.high - self.low)

    @property
    def bottom_px(self) -> float:
        return self.top_px + self.height_px

    @property
    def domain(self) -> list[float]:
        return [1 - self.bottom_px / self.sheet_px, 1 - self.top_px / self.sheet_px]

    @property
    def layout_name(self) -> str:
        return self.axis.replace("y", "yaxis")


@dataclass
class Parts:
    """What a lane adds to the figure."""

    traces: list[Part] = field(default_factory=list)
    shapes: list[Part] = field(default_factory=list)
    annotations: list[Part] = field(default_factory=list)
    axes: dict[str, Part] = field(default_factory=dict)

    def add(self, other: "Parts") -> "Parts":
        self.traces += other.traces
        self.shapes += other.shapes
        self.annotations += other.annotations
        self.axes |= other.axes
        return self


@dataclass(frozen=True)
class Canvas:
    """Theme, time axis and what was asked for, shared by all lanes."""

    theme: Theme
    time: TimeAxis
    options: ChartOptions

    def room(self, lane: Lane) -> Box:
        """Where words of a lane may stand."""
        return 0.0, self.time.px(self.time.until) - 2, 0.0, lane.height_px

    def line_box(self, lane: Lane, y: float, since: datetime) -> Box:
        """What a horizontal line takes of a lane's room."""
        return self.time.px(since), self.time.width_px, lane.px(y) - 0.5, lane.px(y) + 0.5

    def time_box(self, lane: Lane, when: datetime) -> Box:
        """What a vertical line takes of it."""
        return self.time.px(when) - 1, self.time.px(when) + 1, 0, lane.height_px

    def at(self, lane: Lane, when: datetime, y: float) -> tuple[float, float]:
        return self.time.px(when), lane.px(y)


def scatter(lane: Lane, when: Sequence[datetime | None], y: Sequence[float | None], **rest: Any) -> Part:
    """A trace; without `hovertext` it does not answer to the mouse."""
    stamps = [moment and moment.isoformat() for moment in when]
    answer = {"hoverinfo": "text" if "hovertext" in rest else "skip"}
    trace = {"type": "scatter", "x": stamps, "y": list(y), "xaxis": "x", "yaxis": lane.axis}
    return trace | {"showlegend": False, "cliponaxis": False} | answer | rest


def words_beside(lane: Lane, when: datetime, y: float, label: Label, *, side: str, color: str) -> Part:
    """A label beside its point, on the side that labels.free_side found; a far one is led to its point by a line."""
    across, up = SIDES[side]
    place: Part = {
        "xanchor": ("right", "center", "left")[across + 1],
        "yanchor": ("top", "middle", "bottom")[up + 1],
    }
    if label.gap > Label.gap:
        place |= {
            "showarrow": True,
            "ax": across * label.gap,
            "ay": -up * label.gap,
            "arrowhead": 0,
            "standoff": 8,
        }
        place |= {"arrowwidth": 1, "arrowcolor": color}
    else:
        place |= {"xshift": across * label.gap, "yshift": up * label.gap}
    font = {"size": label.size, "color": color}
    return words(label.text, font, x=when.isoformat(), y=y, xref="x", yref=lane.axis) | place


def words(text: str, font: Part, **place: Any) -> Part:
    return {"text": text, "showarrow": False, "font": font, "borderpad": 0, "align": "left"} | place


def words_in_margin(lane: Lane, text: str, font: Part, y: float, shift: int = 14) -> Part:
    """Words right of the plot."""
    return words(
        text, font, x=1, xref="paper", xanchor="left", xshift=shift, y=y, yref=lane.axis, yanchor="middle"
    )


def header(lane: Lane, text: str, color: str, shift: int = HEADER_SHIFT) -> Part:
    """The lane's title: what, unit, which direction is better."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": lane.domain[1], "yref": "paper"}
    return words(text, {"size": NORMAL, "color": color}, yanchor="bottom", yshift=shift, **place)


def level(lane: Lane, y: float, since: datetime, until: datetime, line: Part) -> Part:
    """A horizontal line from one moment to another, under the traces."""
    ends = {"xref": "x", "x0": since.isoformat(), "x1": until.isoformat()}
    return {"type": "line", "yref": lane.axis, "y0": y, "y1": y, "line": line, "layer": "below"} | ends


def upright(when: datetime, line: Part, yref: str = "paper") -> Part:
    """A vertical line through all lanes, or through one."""
    stamp = when.isoformat()
    return {
        "type": "line",
        "xref": "x",
        "x0": stamp,
        "x1": stamp,
        "yref": yref,
        "y0": 0,
        "y1": 1,
        "line": line,
    }
