"""What doses add up to: milligrams over the course, and the days between sessions, on the patient's time axis."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from lib.charts.canvas import Part, upright, words
from lib.charts.small_figure import Sheet, axis_title, lay_out_small, title, value_axis
from lib.charts.text import mg
from lib.charts.theme import Theme
from lib.charts.time_axis import TimeAxis, choose_ticks, make_time_axis, say_axis_title
from lib.charts.typed_rows import present
from lib.clinical.wording import say_day

SHEET = Sheet(upper_px=110, gap_px=38, lower_px=70, margin={"l": 48, "r": 120, "t": 30, "b": 58, "pad": 0})
# The narrowest plot on which the labels of the time axis must not meet.
PLOT_PX = 590
A_WEEK = 7
Row = dict[Any, Any]


def plot_exposure(exposure: pd.DataFrame, theme: Theme, as_of: date) -> go.Figure:
    """exposure: at least one row of lib.clinical.exposure.derive_exposure."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in exposure.to_dict("records")]
    first_doses = tuple(row["at"] for row, before in _with_the_one_before(rows) if before is None)
    time = make_time_axis(as_of, [row["at"] for row in rows], first_doses, "all", PLOT_PX)
    cumulative, intervals = _cumulative(rows, time, theme), _intervals(rows, theme)
    days = [row["interval_days"] for row in rows if row["interval_days"] is not None]
    axes = (
        value_axis(theme, SHEET.upper, max(row["cumulative_mg"] for row in rows)),
        value_axis(theme, SHEET.lower, max([A_WEEK, *days])),
    )
    annotations = [
        title(theme, "<b>Cumulative dose, mg</b> · of each course, as taken", SHEET.upper),
        title(theme, "<b>Days since the session before</b> · sessions that count", SHEET.lower),
        _at_the_end(rows[-1], theme),
    ]
    layout = lay_out_small(theme, SHEET, _x_axis(time, theme), axes, annotations)
    dotted = {"color": theme.muted, "width": 1, "dash": "dot"}
    # Within the parts alone: between them stand words.
    parts = ("y domain", "y2 domain")
    layout["shapes"] = [upright(first, dotted, part) for first in first_doses for part in parts]
    return go.Figure({"data": [*cumulative, *intervals], "layout": layout}, _validate=False)


def _with_the_one_before(rows: list[Row]) -> Iterator[tuple[Row, Row | None]]:
    """Each session with the one before it in its course."""
    before: Row | None = None
    for row in rows:
        yield row, before if before and before["course"] == row["course"] else None
        before = row


def _cumulative(rows: list[Row], time: TimeAxis, theme: Theme) -> list[Part]:
    """A step at each session, level to the next one; a course begins anew at 0."""
    when: list[datetime | None] = []
    amounts: list[float | None] = []
    for row, before in _with_the_one_before(rows):
        if when and before is None:
            when.append(None)
            amounts.append(None)
        when += [row["at"], row["at"]]
        amounts += [before["cumulative_mg"] if before else 0, row["cumulative_mg"]]
    when.append(time.until)
    amounts.append(rows[-1]["cumulative_mg"])
    line = {"color": theme.dose, "width": 1.6, "shape": "linear"}
    dots = {"size": 5, "color": theme.dose}
    told = [
        f"{say_day(row['at'])}: {mg(row['dose_mg'])}<br>{_amount(row)} in the course so far" for row in rows
    ]
    return [
        _trace("y", when, amounts, mode="lines", line=line, hoverinfo="skip", name="cumulative"),
        _trace(
            "y",
            [row["at"] for row in rows],
            [row["cumulative_mg"] for row in rows],
            mode="markers",
            marker=dots,
            hoverinfo="text",
            hovertext=told,
            name="after each session",
        ),
    ]


def _intervals(rows: list[Row], theme: Theme) -> list[Part]:
    later = [row for row in rows if row["interval_days"] is not None]
    stems = [(row["at"], value) for row in later for value in (0, row["interval_days"], None)]
    told = [f"{say_day(row['at'])}: {row['interval_days']} days since the session before" for row in later]
    return [
        _trace(
            "y2",
            [at for at, _ in stems],
            [value for _, value in stems],
            mode="lines",
            line={"color": theme.stems, "width": 1.3},
            hoverinfo="skip",
            name="stems",
        ),
        _trace(
            "y2",
            [row["at"] for row in later],
            [row["interval_days"] for row in later],
            mode="markers",
            marker={"size": 6, "color": theme.dose},
            hoverinfo="text",
            hovertext=told,
            name="interval",
        ),
    ]


def _at_the_end(last: Row, theme: Theme) -> Part:
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "yref": "y", "yanchor": "middle"}
    text = f"{_amount(last)}<br>in this course"
    return words(text, {"size": 11, "color": theme.ink}, y=last["cumulative_mg"], **place)


def _amount(row: Row) -> str:
    return f"{row['cumulative_mg']:,.1f}".removesuffix(".0") + " mg"


def _trace(axis: str, when: list, values: list, **rest: Any) -> Part:
    stamps = [moment and moment.isoformat() for moment in when]
    return {
        "type": "scatter",
        "x": stamps,
        "y": values,
        "xaxis": "x",
        "yaxis": axis,
        "showlegend": False,
    } | rest


def _x_axis(time: TimeAxis, theme: Theme) -> Part:
    values, texts = choose_ticks(time)
    return {
        "type": "date",
        "range": [time.start.isoformat(), time.end.isoformat()],
        "tickvals": values,
        "ticktext": texts,
        "title": axis_title(theme, say_axis_title(time)),
    }


def _plain(value: Any) -> Any:
    value = present(value)
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
