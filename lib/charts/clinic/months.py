"""Months in a row: a share as a run chart, and events per 100 sessions as a u-chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import plotly.graph_objects as go

from lib.charts.canvas import Part
from lib.charts.clinic.month_axis import month_axis, row_of_months, say_month
from lib.charts.clinic.sheet import (
    LINE_PX,
    Margins,
    Sheet,
    bars,
    hatched,
    percent_axis,
    trace,
)
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.control_limits import RUN, find_shifts
from lib.clinical.intervals import Share
from lib.clinical.wording import count

PLOT_PX = 210


@dataclass(frozen=True)
class Month:
    """on: its first day. share: None where too few patients to be shown. known: how many of those due have the score, and worst:
    had the others fared badly, in words. is_thin: too few have it for the share to be read."""

    on: date
    share: Share | None
    known: str = ""
    worst: str = ""
    is_thin: bool = False


@dataclass(frozen=True)
class RunChart:
    """what: "PHQ-9 response of those who started". least: per cent followed up, below which a month is thin and hatched."""

    what: str
    months: Sequence[Month]
    least: int = 50

    @property
    def values(self) -> list[float | None]:
        return [_value(one.share) for one in self.months]

    @property
    def n_shown(self) -> int:
        return sum(value is not None for value in self.values)

    @property
    def n_counted(self) -> int:
        """Months that count anybody, those that are not shown too."""
        return self.n_shown + sum(one.share is None for one in self.months)

    @property
    def median(self) -> float | None:
        """Of the months that are shown; None where half of them are not. Those that are shown are no sample: a month without a
        single failure is shown, and one with a few is not."""
        if not self.n_shown or 2 * self.n_shown <= self.n_counted:
            return None
        return float(np.median([value for value in self.values if value is not None]))

    @property
    def shifts(self) -> list[bool]:
        """Nobody's, where there is no median to be on one side of."""
        if self.median is None:
            return [False] * len(self.months)
        return find_shifts(np.array(self.values, dtype=float)).tolist()

    @property
    def has_worst(self) -> bool:
        """Some month's worst case is another number than its share."""
        return any("%" in one.worst and one.worst != _say_percent(one.share) for one in self.months)


def plot_run_chart(data: RunChart, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, PLOT_PX, Margins(left=74, right=96, bottom=46 + (2 + data.has_worst) * LINE_PX))
    sheet.axes = {"xaxis": month_axis([one.on for one in data.months], sheet), "yaxis": percent_axis(theme)}
    runs = f"◎ shift: {RUN} in a row" if data.median is not None or not data.n_shown else _say_shown(data)
    sheet.head(f"<b>{plain(data.what, 74)}, %</b> · by month, 95 % interval · {runs}")
    thin = [at for at, one in enumerate(data.months) if one.is_thin]
    told = [f"{say_month(data.months[at].on)}: {_say_followed(data.months[at])}" for at in thin]
    sheet.traces = [
        bars(thin, [1] * len(thin), hatched(theme) | {"opacity": 0.5}, width=1, name="thin", hovertext=told),
        *_draw_months(data, theme),
    ]
    if data.median is not None:
        sheet.across(data.median, color=theme.ink, dash="5px,3px")
        sheet.beside(data.median, f"median<br>{100 * data.median:.0f} %")
    totals = ["few" if one.share is None else f"{one.share.total:,}" for one in data.months]
    row_of_months(sheet, totals, 1, "n")
    row_of_months(sheet, [shorten(one.known) for one in data.months], 2, "followed up")
    if data.has_worst:
        row_of_months(sheet, [shorten(one.worst) for one in data.months], 3, "worst case")
    return sheet.draw()


def describe_run_chart(data: RunChart) -> str:
    """The figure in words."""
    if not data.n_shown:
        return f"{data.what} by month: nothing to show."
    if data.median is None:
        return f"{data.what} by month, {len(data.months)} months, {_say_shown(data)}.{_say_thin(data)}"
    said = f"{data.what} by month, {len(data.months)} months, median {100 * data.median:.0f} %."
    shifted = [one for one, is_shift in zip(data.months, data.shifts, strict=True) if is_shift]
    shift = (
        f"A shift of {RUN} or more months on one side of the median, last in {say_month(shifted[-1].on)}."
        if shifted
        else ""
    )
    return f"{said} {shift or 'No shift.'}{_say_thin(data)}"


def _say_thin(data: RunChart) -> str:
    n_thin = sum(one.is_thin for one in data.months)
    return f" {count(n_thin, 'month')} with less than {data.least} % followed up." if n_thin else ""


def _say_shown(data: RunChart) -> str:
    return f"no median: {data.n_shown} of {count(data.n_counted, 'month')} shown"


def _value(share: Share | None) -> float | None:
    return share.n / share.total if share and share.total else None


def _draw_months(data: RunChart, theme: Theme) -> list[Part]:
    """Line, intervals, points, and a ring round those of a shift. Where nothing is known the line has a gap."""
    color, values = theme.instrument("PHQ-9"), data.values
    known = [(at, value) for at, value in enumerate(values) if value is not None]
    ends = [(at, end) for at, _ in known for end in (*_interval(data.months[at]), None)]
    rings = [(at, value) for at, value in known if data.shifts[at]]
    thin = [data.months[at].is_thin for at, _ in known]
    marker = {
        "size": 7,
        "color": [theme.paper if one else color for one in thin],
        "line": {"color": color, "width": 1.5},
    }
    ring = {"size": 14, "symbol": "circle-open", "color": theme.ink, "line": {"width": 1.4}}
    told = [_say_hover(data.months[at], data.shifts[at]) for at, _ in known]
    return [
        trace([at for at, _ in ends], [end for _, end in ends], name="interval", mode="lines")
        | {"line": {"color": color, "width": 1}},
        trace(range(len(values)), values, name="line", mode="lines", line={"color": color, "width": 1.4}),
        trace([at for at, _ in known], [value for _, value in known], name="months", mode="markers")
        | {"marker": marker, "hovertext": told, "hoverinfo": "text"},
        trace(
            [at for at, _ in rings], [value for _, value in rings], name="shift", mode="markers", marker=ring
        ),
    ]


def _interval(month: Month) -> tuple[float, float]:
    assert month.share is not None
    return month.share.interval


def _say_hover(month: Month, is_shift: bool) -> str:
    assert month.share is not None
    low, high = month.share.interval
    said = (
        f"{say_month(month.on)}: {month.share.n}/{month.share.total}, {100 * low:.0f} to {100 * high:.0f} %"
    )
    return "<br>".join([said, _say_followed(month), *(["part of a shift"] if is_shift else [])])


def _say_followed(month: Month) -> str:
    return f"{month.known} followed up, worst case {month.worst}"


def _say_percent(share: Share | None) -> str:
    return f"{100 * share.n / share.total:.0f} %" if share and share.total else "–"


def shorten(said: str) -> str:
    """>96 %; ≥40 %; – where nothing is told."""
    if "%" not in said:
        return "–"
    return said.replace("over ", ">").replace("at least ", "≥").replace("at most ", "≤")
