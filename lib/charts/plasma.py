"""The modelled plasma level of one dosing session, and its effects as recorded beside its protocol. No target is drawn."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import plotly.graph_objects as go

from lib.charts.canvas import NORMAL, SMALL, Part, words
from lib.charts.small_figure import Sheet, axis_title, lay_out_small, title, value_axis
from lib.charts.text import plain
from lib.charts.theme import Theme, see_through
from lib.clinical.effect_times import EffectTime
from lib.clinical.pharmacokinetics import PlasmaCurve

SHEET = Sheet(upper_px=180, gap_px=36, lower_px=84, margin={"l": 48, "r": 236, "t": 30, "b": 48, "pad": 0})
# Without an estimate there is only a sentence to show.
EMPTY_SHEET = replace(SHEET, upper_px=40)
SHORTEST_MIN, LONGEST_MIN, TICK_MIN, MOST_TICKS = 240, 1440, 30, 12
BAR_HEIGHT = 0.44


def choose_span(effects: Sequence[EffectTime]) -> float:
    """Minutes after the dose that the figure shows: four hours, or to the last time that was recorded or stated, within a day."""
    known = [one.recorded_min for one in effects if one.recorded_min is not None]
    known += [one.stated.high for one in effects if one.stated]
    return min(LONGEST_MIN, TICK_MIN * ceil(max([SHORTEST_MIN, *known]) / TICK_MIN))


def plot_plasma(
    curve: PlasmaCurve | None, gap: str, effects: Sequence[EffectTime], theme: Theme
) -> go.Figure:
    """curve: None where there is no estimate, and `gap` says why; the recorded effects are drawn all the same."""
    sheet = SHEET if curve else EMPTY_SHEET
    highest = float(curve.high.max()) if curve else 1
    level = value_axis(theme, sheet.upper, highest) | {"visible": curve is not None}
    header = " · estimate: line typical, band 5–95 % of patients" if curve else ""
    annotations = [
        title(theme, f"<b>Ketamine in plasma, ng/mL</b>{header}", sheet.upper),
        title(theme, "<b>Effects, minutes after the dose</b> · ● recorded ▭ protocol", sheet.lower),
        *(_row_words(number, one, theme) for number, one in enumerate(effects)),
        *([] if curve else [_say_gap(gap, sheet, theme)]),
    ]
    traces = [*(_curve(curve, theme) if curve else []), _recorded(effects, theme)]
    axes = (level, _rows_axis(effects, sheet, theme))
    layout = lay_out_small(theme, sheet, _x_axis(choose_span(effects), theme), axes, annotations)
    layout["shapes"] = [_stated(number, one, theme) for number, one in enumerate(effects) if one.stated]
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def _x_axis(span: float, theme: Theme) -> Part:
    step = TICK_MIN * ceil(span / TICK_MIN / MOST_TICKS)
    ticks = list(range(0, int(span) + 1, step))
    return {"range": [0, span], "tickvals": ticks, "title": axis_title(theme, "minutes after the dose")}


def _curve(curve: PlasmaCurve, theme: Theme) -> list[Part]:
    minutes = curve.minutes.tolist()
    # Half see-through grey: colour would say that a level is good or bad.
    fill = {"fill": "tonexty", "fillcolor": see_through(theme.half_tone, 0.35)}
    edge = {"color": theme.half_tone, "width": 1}
    told = [
        f"{minute:g} min: {typical:.0f} ng/mL<br>5–95 % of patients: {low:.0f}–{high:.0f} ng/mL"
        for minute, typical, low, high in zip(
            minutes, curve.typical.tolist(), curve.low.tolist(), curve.high.tolist(), strict=True
        )
    ]
    line = {"color": theme.ink, "width": 1.8}
    return [
        _trace("y", minutes, curve.low.tolist(), mode="lines", line=edge, hoverinfo="skip", name="5 %"),
        _trace("y", minutes, curve.high.tolist(), mode="lines", line=edge, hoverinfo="skip", name="95 %")
        | fill,
        _trace(
            "y", minutes, curve.typical.tolist(), mode="lines", line=line, name="typical", hoverinfo="text"
        )
        | {"hovertext": told},
    ]


def _recorded(effects: Sequence[EffectTime], theme: Theme) -> Part:
    known = [(number, one) for number, one in enumerate(effects) if one.recorded_min is not None]
    return _trace(
        "y2",
        [one.recorded_min for _, one in known],
        [_height(number) for number, _ in known],
        mode="markers",
        name="recorded",
        marker={"size": 9, "color": theme.ink, "line": {"color": theme.paper, "width": 1.5}},
        hoverinfo="text",
        hovertext=[f"{one.name}: {one.recorded_words}" for _, one in known],
    )


def _stated(number: int, one: EffectTime, theme: Theme) -> Part:
    """The range of the page, as an outlined bar."""
    assert one.stated is not None
    middle = _height(number)
    sides = {"x0": one.stated.low, "x1": one.stated.high, "xref": "x", "yref": "y2"}
    heights = {"y0": middle - BAR_HEIGHT / 2, "y1": middle + BAR_HEIGHT / 2}
    line = {"color": theme.muted, "width": 1.2}
    return {"type": "rect", "layer": "below", "fillcolor": theme.bands[2], "line": line} | sides | heights


def _row_words(number: int, one: EffectTime, theme: Theme) -> Part:
    """recorded 12 min, within 10–20 min: right of the row."""
    place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "yref": "y2", "yanchor": "middle"}
    stated = f"{one.compared} {one.stated_words}" if one.compared else one.stated_words
    if one.stated and not one.compared:
        stated = f"protocol {stated}"
    font = {"size": NORMAL, "color": theme.ink}
    return words(f"{one.recorded_words}, {stated}", font, y=_height(number), **place)


def _rows_axis(effects: Sequence[EffectTime], sheet: Sheet, theme: Theme) -> Part:
    heights = [_height(number) for number in range(len(effects))]
    return {
        "domain": sheet.lower,
        "range": [-len(effects) + 0.5, 0.5],
        "tickvals": heights,
        "ticktext": [one.name for one in effects],
        "tickfont": {"color": theme.ink, "size": NORMAL},
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": theme.faint,
        "zeroline": False,
    }


def _height(number: int) -> float:
    return -float(number)


def _say_gap(gap: str, sheet: Sheet, theme: Theme) -> Part:
    """In the place of the curve. An axis without a trace is no place of plotly's, so it is counted from the paper."""
    place = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 8,
        "y": sum(sheet.upper) / 2,
        "yref": "paper",
    }
    return words(f"No curve: {plain(gap)}", {"size": SMALL + 3, "color": theme.ink}, **place)


def _trace(axis: str, x: list, y: list, **rest: Any) -> Part:
    return {"type": "scatter", "x": x, "y": y, "xaxis": "x", "yaxis": axis, "showlegend": False} | rest
