"""Events per 100 sessions by month, with exact limits that are wider where there were fewer sessions: a u-chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import plotly.graph_objects as go

from lib.charts.canvas import Part
from lib.charts.clinic.month_axis import month_axis, row_of_months, say_month
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, trace, value_axis
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.control_limits import Limits, limit_rate

PLOT_PX = 200
_NOT_TOLD = "not told, the events are few"


@dataclass(frozen=True)
class MonthOfSessions:
    """n_sessions: those in which the events were asked for; others tell nothing. None where a count may not be shown."""

    on: date
    n_events: int | None
    n_sessions: int | None


@dataclass(frozen=True)
class RateChart:
    """what: "adverse events". whole: events and sessions of all months, those too that are not shown; None where that may not be
    told. known: which sessions tell anything."""

    what: str
    months: Sequence[MonthOfSessions]
    whole: tuple[int, int] | None
    known: str = "in which they were asked for"

    @property
    def middle(self) -> float | None:
        """Events a session, of all months: the shown ones are no sample of them, since 0 is shown and a few are not. None
        where no session was asked about, or where it may not be told."""
        n_events, n_sessions = self.whole or (0, 0)
        return n_events / n_sessions if n_sessions else None

    @property
    def values(self) -> list[float | None]:
        """Per 100 sessions."""
        return [
            None if one.n_events is None or not one.n_sessions else 100 * one.n_events / one.n_sessions
            for one in self.months
        ]


def plot_rate_chart(data: RateChart, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, PLOT_PX, Margins(left=74, right=96, bottom=46 + 3 * LINE_PX))
    limits = _limit(data)
    tops = [value for value in data.values if value is not None]
    tops += [] if limits is None else [100 * float(one) for one in limits.high_998 if not np.isnan(one)]
    sheet.axes = {
        "xaxis": month_axis([one.on for one in data.months], sheet),
        "yaxis": value_axis(theme, 0, 1.08 * max([1, *tops]), nticks=6),
    }
    limited = "limits of chance: inner 95 %, outer 99.8 %" if data.whole else f"all months: {_NOT_TOLD}"
    sheet.head(f"<b>{plain(data.what, 60)} per 100 sessions</b> · {limited}")
    if data.middle is not None and limits is not None:
        sheet.across(100 * data.middle, color=theme.ink, dash="5px,3px")
        sheet.beside(100 * data.middle, f"all months<br>{100 * data.middle:.1f}")
        sheet.traces = _draw_limits(limits, theme)
    sheet.traces += _draw_months(data, limits, theme)
    counts = ["few" if one.n_events is None else f"{one.n_events:,}" for one in data.months]
    row_of_months(sheet, counts, 1, "events")
    asked = ["few" if one.n_sessions is None else f"{one.n_sessions:,}" for one in data.months]
    row_of_months(sheet, asked, 2, "sessions")
    sheet.note(f"Only sessions {data.known}. ◆ beyond the 99.8 % limit, ● beyond the 95 % limit.", 3)
    return sheet.draw()


def describe_rate_chart(data: RateChart) -> str:
    """The figure in words: the rate, and the months beyond the limits."""
    if data.whole is None:
        return f"{data.what} per 100 sessions, all months: {_NOT_TOLD}."
    if data.middle is None:
        return f"{data.what} per 100 sessions: no session {data.known}."
    limits = _limit(data)
    beyond = [
        say_month(one.on)
        for at, one in enumerate(data.months)
        if _place(data.values[at], limits, at) in ("99.8 %", "95 %")
    ]
    said = f"{data.what}: {100 * data.middle:.1f} per 100 sessions over {len(data.months)} months."
    return f"{said} Beyond the limits of chance: {', '.join(beyond) or 'none'}."


def _limit(data: RateChart) -> Limits | None:
    if data.middle is None:
        return None
    return limit_rate(data.middle, [one.n_sessions or 0 for one in data.months])


def _place(value: float | None, limits: Limits | None, at: int) -> str:
    """Which limit a month lies beyond; "" for none."""
    if value is None or limits is None:
        return ""
    pairs = (("99.8 %", limits.low_998, limits.high_998), ("95 %", limits.low_95, limits.high_95))
    return next((name for name, low, high in pairs if not low[at] <= value / 100 <= high[at]), "")


def _draw_limits(limits: Limits, theme: Theme) -> list[Part]:
    """Steps, each as wide as its month."""
    drawn = []
    for name, values, dash in (
        ("low 99.8 %", limits.low_998, "3px,3px"),
        ("high 99.8 %", limits.high_998, "3px,3px"),
        ("low 95 %", limits.low_95, "solid"),
        ("high 95 %", limits.high_95, "solid"),
    ):
        x = [at + side for at in range(len(values)) for side in (-0.5, 0.5)]
        line = {"color": theme.stems, "width": 1, "dash": dash}
        drawn.append(trace(x, np.repeat(100 * values, 2), name=name, mode="lines", line=line))
    return drawn


def _draw_months(data: RateChart, limits: Limits | None, theme: Theme) -> list[Part]:
    values = data.values
    places = [_place(value, limits, at) for at, value in enumerate(values)]
    told = [
        ""
        if value is None
        else f"{say_month(one.on)}: {one.n_events:,} in {one.n_sessions:,} sessions<br>{value:.1f} per 100"
        for one, value in zip(data.months, values, strict=True)
    ]
    marker = {
        "opacity": 1,
        "size": [10 if place else 7 for place in places],
        "symbol": ["diamond" if place == "99.8 %" else "circle" for place in places],
        "color": [theme.ink if place else theme.paper for place in places],
        "line": {"color": theme.ink, "width": 1.4},
    }
    line = {"color": theme.ink, "width": 1.2}
    x = list(range(len(values)))
    return [
        trace(x, values, name="line", mode="lines", line=line),
        trace(x, values, name="months", mode="markers", marker=marker, hovertext=told),
    ]
