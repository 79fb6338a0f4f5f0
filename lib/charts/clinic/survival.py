"""Time to a first event as a Kaplan-Meier curve: its interval, who was last seen when, and who is still at risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
import plotly.graph_objects as go

from lib.charts.canvas import SMALL, Part
from lib.charts.clinic.sheet import (
    LINE_PX,
    Margins,
    Sheet,
    base_axis,
    percent_axis,
    trace,
)
from lib.charts.labels import text_size
from lib.charts.text import plain
from lib.charts.theme import Theme, see_through
from lib.clinical.small_cells import say_count
from lib.clinical.survival import Curve, Incidence

PLOT_PX, WEEK, STRIP = 250, 7, 0.075
CAVEAT = (
    "Seen at forms only, so the curve steps late, at visits. Who stops filling in forms is counted as if the others spoke "
    "for them."
)


@dataclass(frozen=True)
class Reference:
    """A claim of a source, shaded: of time (days) or, with is_share, of a share (0 to 1)."""

    low: float
    high: float
    label: str
    is_share: bool = False


@dataclass(frozen=True)
class TimedEvent:
    """What to draw. event: "first confirmed response". is_rising: the share with the event, else the share without.

    last_day: where the axis ends. incidence: of the same patients beside the event that makes theirs impossible, and its name.
    limit: small cells; the curve ends where no more than that are at risk.
    """

    event: str
    curve: Curve
    last_day: int
    is_rising: bool = True
    references: Sequence[Reference] = ()
    incidence: Incidence | None = None
    competing: str = ""
    limit: int = 10


def plot_survival(data: TimedEvent, theme: Theme) -> go.Figure:
    times = [one for one in data.references if not one.is_share]
    margins = Margins(left=82, right=18, top=46 if data.incidence else 30, bottom=22 + 4 * LINE_PX)
    sheet = Sheet(theme, PLOT_PX, margins)
    top = 1 + STRIP * len(times)
    sheet.axes = {"xaxis": _weeks(data.last_day, theme), "yaxis": percent_axis(theme, top)}
    _head(sheet, data)
    for row, one in enumerate(times):
        _draw_time(sheet, one, 1 + STRIP * row, data.last_day)
    for one in (one for one in data.references if one.is_share):
        sheet.rect(x0=0, x1=1, xref="x domain", y0=one.low, y1=one.high, fillcolor=theme.shade)
        # A rising curve is still low at its beginning, a falling one high: there the words are free of it.
        sheet.say(plain(one.label), 0, (one.low + one.high) / 2, xanchor="left", xshift=6, color=theme.muted)
    sheet.traces = [*_curve(data, theme), *_incidence(data, theme)]
    _draw_risk_table(sheet, data)
    sheet.note(CAVEAT[: CAVEAT.index(". ") + 1], 2)
    sheet.note(CAVEAT[CAVEAT.index(". ") + 2 :], 3)
    return sheet.draw()


def describe_survival(data: TimedEvent) -> str:
    """The figure in words."""
    curve = data.curve
    if not curve.n:
        return f"Time to {data.event}: nobody to follow."
    low, high = (f"day {end:.0f}" if not isnan(end) else "not reached" for end in curve.median_interval)
    said = f"median day {curve.median:.0f} (95 % interval {low} to {high})"
    middle = said if not isnan(curve.median) else "the median was not reached"
    events = say_count(int(curve.n_events.sum()), 0 < curve.n_events.sum() <= data.limit, data.limit)
    n = say_count(curve.n, 0 < curve.n <= data.limit, data.limit)
    return f"Time to {data.event}: {events} of {n} courses, Kaplan-Meier; {middle}. {CAVEAT}"


def _head(sheet: Sheet, data: TimedEvent) -> None:
    side = "with" if data.is_rising else "without"
    text = f"<b>Patients {side} {plain(data.event, 40)}, %</b> · Kaplan–Meier, 95 % interval · ❘ last seen"
    sheet.head(text, line=0 if data.incidence is None else 1)
    if data.incidence:
        sheet.head(f"- - with the event before {plain(data.competing, 60)} (cumulative incidence)")


def _weeks(last_day: int, theme: Theme) -> Part:
    step = WEEK * next(weeks for weeks in (1, 2, 4, 8, 13, 26, 52) if last_day / WEEK / weeks <= 14)
    ticks = list(range(0, last_day + 1, step))
    texts = [f"week {day // WEEK}" if day == 0 else f"{day // WEEK}" for day in ticks]
    return base_axis(theme, 0, last_day, tickvals=ticks, ticktext=texts)


def _draw_time(sheet: Sheet, one: Reference, floor: float, last_day: int) -> None:
    """A strip over the curve, and a pale shade under it; the words on the side that has room."""
    sheet.rect(x0=one.low, x1=one.high, y0=0, y1=floor + STRIP * 0.2, fillcolor=sheet.theme.shade)
    line = {"color": sheet.theme.muted, "width": 1}
    sheet.rect(x0=one.low, x1=one.high, y0=floor + STRIP * 0.2, y1=floor + STRIP * 0.9, line=line)
    width = text_size(one.label, 10)[0] / sheet.margins.plot_px * last_day
    is_right = one.high + width < last_day
    place = {"xanchor": "left" if is_right else "right", "xshift": 6 if is_right else -6}
    sheet.say(plain(one.label), one.high if is_right else one.low, floor + STRIP * 0.55, **place)


def _curve(data: TimedEvent, theme: Theme) -> list[Part]:
    curve, color = data.curve, theme.instrument("PHQ-9")
    shown = (curve.n_at_risk > data.limit) & (curve.days <= data.last_day)
    steps = shown & (curve.n_events > 0)
    days = np.concatenate([[0], curve.days[steps], curve.days[shown][-1:]])
    ends = {"low": curve.low, "high": curve.high, "middle": curve.survival}
    levels = {
        # Before the first event, and once nobody is left, there is no interval.
        name: _turn(_with_ends(np.where(np.isnan(values), curve.survival, values), steps, shown), data)
        for name, values in ends.items()
    }
    edge = {"mode": "lines", "line": {"width": 0, "shape": "hv", "color": color}}
    told = [f"day {day:.0f}: {100 * level:.0f} %" for day, level in zip(days, levels["middle"], strict=True)]
    line = {"color": color, "width": 2, "shape": "hv"}
    seen = shown & (curve.n_censored > 0)
    tick = {"symbol": "line-ns", "size": 7, "line": {"color": color, "width": 1.2}}
    fill = {"fill": "tonexty", "fillcolor": see_through(color, 0.18)}
    return [
        trace(days, levels["low"], name="low", **edge),
        trace(days, levels["high"], name="high", **edge, **fill),
        trace(days, levels["middle"], name="curve", mode="lines", line=line, hovertext=told),
        trace(
            curve.days[seen], _turn(curve.survival[seen], data), name="last seen", mode="markers", marker=tick
        ),
    ]


def _with_ends(values: np.ndarray, steps: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """From 1 on day 0, over the steps, to the last day that is shown."""
    return np.concatenate([[1], values[steps], values[shown][-1:]])


def _turn(survival: np.ndarray, data: TimedEvent) -> np.ndarray:
    """As it is drawn: to the whole per cent where small counts are not told, or a step times those at risk is one."""
    level = 1 - survival if data.is_rising else survival
    return np.round(level, 2) if data.limit else level


def _incidence(data: TimedEvent, theme: Theme) -> list[Part]:
    """Drawn only where the curve is: of as many as are at risk there."""
    one = data.incidence
    if one is None:
        return []
    shown = (one.n_at_risk > data.limit) & (one.days <= data.last_day)
    line = {"color": theme.ink, "width": 1.4, "dash": "5px,3px", "shape": "hv"}
    days, share = np.append(0, one.days[shown]), _turn(1 - np.append(0, one.share[shown]), data)
    told = [f"day {day:.0f}: {100 * level:.0f} %" for day, level in zip(days, share, strict=True)]
    return [trace(days, share, name="incidence", mode="lines", line=line, hovertext=told)]


def _draw_risk_table(sheet: Sheet, data: TimedEvent) -> None:
    days = sheet.axes["xaxis"]["tickvals"]
    texts = _say_at_risk(data.curve.count_at_risk(days).tolist(), data.limit)
    sheet.row_under(days, texts, 0, "at risk", clear_px=text_size(texts[0], SMALL)[0] / 2)


def _say_at_risk(numbers: Sequence[int], limit: int) -> list[str]:
    """Each that is the one told before it, or smaller by more than the limit: how many left between two is a count."""
    said, before = [], numbers[0]
    for n in numbers:
        is_told = n == 0 or (n > limit and not 0 < before - n <= limit)
        said.append(say_count(n, not is_told, limit))
        before = n if is_told else before
    return said
