"""What the figures of a clinic share: a sheet with numeric axes, a heading over each part, notes under it, hatching for unknown.

Pixels are those of the narrowest page (lib.charts.canvas.NARROWEST). Axes are numeric everywhere, also under months and
names: where words stand can then be worked out, and is held by a test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lib.charts.canvas import HEADER_SHIFT, NARROWEST, NORMAL, SMALL, Part, words
from lib.charts.labels import text_size
from lib.charts.plain_layout import plain_layout
from lib.charts.theme import Theme

Values = Sequence | np.ndarray
LINE_PX = 15
PERCENT_TICKS = [0, 0.25, 0.5, 0.75, 1]


@dataclass(frozen=True)
class Margins:
    """Pixels around the plot."""

    left: int = 46
    right: int = 16
    top: int = 30
    bottom: int = 40

    @property
    def plot_px(self) -> float:
        """How wide the plot is on the narrowest page."""
        return NARROWEST - self.left - self.right


@dataclass
class Sheet:
    """A figure while it is put together; height_px of the plot alone."""

    theme: Theme
    height_px: float
    margins: Margins = field(default_factory=Margins)
    traces: list[Part] = field(default_factory=list)
    shapes: list[Part] = field(default_factory=list)
    annotations: list[Part] = field(default_factory=list)
    axes: dict[str, Part] = field(default_factory=dict)

    def draw(self) -> go.Figure:
        around = self.margins
        margin = {"l": around.left, "r": around.right, "t": around.top, "b": around.bottom, "pad": 0}
        layout = plain_layout(self.theme, self.height_px + around.top + around.bottom, margin)
        layout |= {"shapes": self.shapes, "annotations": self.annotations, "barmode": "overlay", **self.axes}
        return go.Figure({"data": self.traces, "layout": layout}, _validate=False)

    def head(self, text: str, x: float = 0, line: int = 0) -> None:
        """Over the plot: what, unit, and how its marks are read; line 0 is the lowest."""
        place = {"x": x, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
        font = {"size": NORMAL, "color": self.theme.ink}
        self.annotations.append(words(text, font, yshift=HEADER_SHIFT + LINE_PX * line, **place))

    def note(self, text: str, line: int = 0, *, strong: bool = False) -> None:
        """Under the plot, from its left edge; line 0 lies just under the labels of the axis."""
        place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top"}
        font = {"size": SMALL, "color": self.theme.ink if strong else self.theme.muted}
        self.annotations.append(words(text, font, yshift=-22 - LINE_PX * line, **place))

    def row_under(
        self, values: Sequence[float], texts: Sequence[str], line: int, name: str = "", clear_px: float = 0
    ) -> None:
        """Words under the axis at these places of x, and what they are, in the left margin, clear of the first by clear_px."""
        font = {"size": SMALL, "color": self.theme.muted}
        under: Part = {"y": 0, "yref": "paper", "yanchor": "top", "yshift": -22 - LINE_PX * line}
        for x, text in zip(values, texts, strict=True):
            self.annotations.append(
                words(text, font, x=x, xref="x", xanchor="center", align="center", **under)
            )
        if name:
            place: Part = {"x": 0, "xref": "paper", "xanchor": "right", "xshift": -8 - clear_px}
            self.annotations.append(words(name, font, **place, **under))

    def name_row(self, text: str, y: float, size: int = SMALL) -> None:
        """At the left of the plot, at a value of its y axis."""
        place: Part = {
            "x": 0,
            "xref": "paper",
            "xanchor": "right",
            "xshift": -8,
            "yref": "y",
            "yanchor": "middle",
        }
        self.annotations.append(words(text, {"size": size, "color": self.theme.ink}, y=y, **place))

    def say(self, text: str, x: float, y: float, **rest: Any) -> None:
        """Words in the plot, in values of its axes."""
        font = {"size": SMALL, "color": rest.pop("color", self.theme.ink)}
        place: Part = {"x": x, "y": y, "xref": "x", "yref": "y", "xanchor": "center", "yanchor": "middle"}
        self.annotations.append(words(text, font, **(place | rest)))

    def beside(self, y: float, text: str, color: str = "") -> None:
        """Words right of the plot at a height."""
        font = {"size": SMALL, "color": color or self.theme.ink}
        place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "yref": "y", "yanchor": "middle"}
        self.annotations.append(words(text, font, y=y, **place))

    def line(self, **place: Any) -> None:
        """A straight line under the marks; x0, x1, y0, y1 in the axes unless xref or yref say otherwise."""
        look = {"color": place.pop("color", self.theme.muted), "width": place.pop("width", 1)}
        look |= {"dash": place.pop("dash", "solid")}
        self.shapes.append({"type": "line", "layer": "below", "line": look, "xref": "x", "yref": "y"} | place)

    def rect(self, **place: Any) -> None:
        """A filled rectangle under the marks."""
        nothing: Part = {"line": {"width": 0}}
        self.shapes.append({"type": "rect", "layer": "below", "xref": "x", "yref": "y"} | nothing | place)

    def across(self, y: float, **look: Any) -> None:
        """A level line over the whole plot."""
        self.line(x0=0, x1=1, xref="x domain", y0=y, y1=y, **look)

    def upright(self, x: float, **look: Any) -> None:
        self.line(x0=x, x1=x, y0=0, y1=1, yref="y domain", **look)


def axis(theme: Theme, low: float, high: float, **rest: Any) -> Part:
    """A fixed numeric axis; give tickvals and ticktext for words."""
    plain: Part = {
        "range": [low, high],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "tickfont": {"color": theme.ink, "size": SMALL},
        "tickangle": 0,
        "ticklen": 4,
        "tickcolor": theme.muted,
    }
    return plain | rest


def base_axis(theme: Theme, low: float, high: float, **rest: Any) -> Part:
    """The horizontal axis under a plot."""
    return axis(theme, low, high, **({"showline": True, "linecolor": theme.muted, "ticks": "outside"} | rest))


def value_axis(theme: Theme, low: float, high: float, **rest: Any) -> Part:
    """The vertical axis, with faint lines across."""
    grid = {"showgrid": True, "gridcolor": theme.faint, "tickfont": {"color": theme.muted, "size": SMALL}}
    return axis(theme, low, high, **(grid | rest))


def percent_axis(theme: Theme, high: float = 1) -> Part:
    """0 to 100 %, never cut off: half of it would look like twice as much."""
    texts = [f"{round(100 * tick)} %" for tick in PERCENT_TICKS]
    return value_axis(theme, 0, high, tickvals=PERCENT_TICKS, ticktext=texts)


def trace(x: Values, y: Values, **rest: Any) -> Part:
    """Points or a line; without hovertext it does not answer to the mouse."""
    answer = {"hoverinfo": "text" if "hovertext" in rest else "skip"}
    plain = {"type": "scatter", "x": tidy(x), "y": tidy(y), "showlegend": False, "cliponaxis": False}
    return plain | answer | rest


def bars(x: Values, y: Values, marker: Part, **rest: Any) -> Part:
    answer = {"hoverinfo": "text" if "hovertext" in rest else "skip"}
    plain = {"type": "bar", "x": tidy(x), "y": tidy(y), "marker": marker, "showlegend": False}
    return plain | answer | rest


def hatched(theme: Theme) -> Part:
    """What is unknown: hatched with an edge, never a colour of an outcome."""
    pattern = {"shape": "/", "fgcolor": theme.stems, "bgcolor": theme.paper, "size": 6, "solidity": 0.2}
    return {"color": theme.paper, "line": {"color": theme.stems, "width": 1}, "pattern": pattern}


def tidy(values: Values) -> list:
    """Plain numbers of five figures: a screen has no more pixels, and the page less to load."""
    return [None if value is None or isnan(value) else float(f"{value:.5g}") for value in values]


def fits(texts: Sequence[str], room_px: float, size: float = SMALL) -> bool:
    """Whether each of these labels fits into its room beside the next."""
    return all(text_size(text, size)[0] <= room_px for text in texts)


def every(texts: Sequence[str], room_px: float) -> int:
    """Every how many-th label stands clear of the next; room_px between two neighbours."""
    widest = max((text_size(text, SMALL)[0] + 4 for text in texts), default=0)
    return max(1, -int(-widest // max(room_px, 1)))
