"""Adjusted mean change by session, each with its interval and the totals behind it, against no change."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, base_axis, trace, value_axis
from lib.charts.text import plain
from lib.charts.theme import Theme

PLOT_PX = 220


@dataclass(frozen=True)
class MeanChange:
    """After a session: the adjusted mean change in points, the ends of its 95 % interval, and how many totals there are."""

    session: int
    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class AdjustedMeans:
    """what: "PHQ-9". means: in the order of sessions, one at least."""

    what: str
    means: Sequence[MeanChange]


def plot_adjusted_means(data: AdjustedMeans, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, PLOT_PX, Margins(left=74, right=20, bottom=24 + 2 * LINE_PX))
    sessions = [one.session for one in data.means]
    low, high = min(0, *(one.low for one in data.means)), max(0, *(one.high for one in data.means))
    room = 0.08 * max(high - low, 1)
    ticks = {"tickvals": sessions, "ticktext": [f"session {one}" for one in sessions]}
    sheet.axes = {
        "xaxis": base_axis(theme, sessions[0] - 0.5, sessions[-1] + 0.5, **ticks),
        "yaxis": value_axis(theme, low - room, high + room, nticks=7),
    }
    sheet.head(
        f"<b>{plain(data.what, 30)}: adjusted mean change, points</b> · 95 % interval · below 0 is better"
    )
    sheet.across(0, color=theme.muted, dash="5px,3px")
    color = theme.instrument(data.what)
    ends = [(one.session, end) for one in data.means for end in (one.low, one.high, None)]
    marker = {"size": 8, "color": color, "opacity": 1, "line": {"color": theme.paper, "width": 1}}
    sheet.traces = [
        trace([x for x, _ in ends], [y for _, y in ends], name="intervals", mode="lines")
        | {"line": {"color": color, "width": 2}},
        trace(sessions, [one.value for one in data.means], name="means", mode="markers")
        | {"marker": marker, "hovertext": [_say(one) for one in data.means], "hoverinfo": "text"},
    ]
    sheet.row_under(sessions, [f"{one.n:,}" for one in data.means], 0, "totals", clear_px=4)
    return sheet.draw()


def describe_adjusted_means(data: AdjustedMeans) -> str:
    """The figure in words."""
    return (
        f"{data.what}, adjusted mean change: {'; '.join(_say(one) for one in data.means)}. Below 0 is better."
    )


def _say(one: MeanChange) -> str:
    said = f"after session {one.session} {one.value:.1f} points (95 % interval {one.low:.1f} to {one.high:.1f}; {one.n:,} totals)"
    return said.replace("-", "−")
