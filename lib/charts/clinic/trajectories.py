"""Totals by session for each baseline band, side by side: the median, the middle half, and how many are still measured."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.canvas import Part
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, base_axis, every, trace, value_axis
from lib.charts.text import NOT_SHOWN, plain
from lib.charts.theme import Theme, see_through
from lib.clinical.instruments import Instrument

PLOT_PX, GAP = 200, 0.035
_HIDDEN = "–"


@dataclass(frozen=True)
class SessionTotals:
    """session: how many dosing sessions before the form, 0 at baseline. Counts None where they would tell a small one."""

    session: int
    n: int | None
    low: float | None
    median: float | None
    high: float | None


@dataclass(frozen=True)
class Panel:
    """A baseline band ("baseline 15–19") and its sessions in order."""

    name: str
    totals: Sequence[SessionTotals]


def plot_trajectories(instrument: Instrument, panels: Sequence[Panel], theme: Theme) -> go.Figure:
    """panels: one to four. Every panel has the same scales, from 0 to the highest total that can be."""
    sheet = Sheet(theme, PLOT_PX, Margins(left=40, right=14, top=46, bottom=34 + 2 * LINE_PX))
    sheet.head(
        f"<b>{instrument.name} total by session</b> · line median, band middle half · lower is better", line=1
    )
    last = max((one.session for panel in panels for one in panel.totals), default=1)
    for number, panel in enumerate(panels):
        _draw_panel(sheet, instrument, panel, (number, len(panels), max(last, 1)))
    sheet.note(
        f"dosing sessions before the form; under it how many courses are measured; {_HIDDEN}: {NOT_SHOWN}.",
        1,
    )
    sheet.note("They are not the same at each session: who stops is missing from the later ones.", 2)
    return sheet.draw()


def describe_trajectories(instrument: Instrument, panels: Sequence[Panel]) -> str:
    """The figure in words: each band's first and last median that is shown."""
    said = []
    for panel in panels:
        known = [one for one in panel.totals if one.median is not None]
        ends = " to ".join(
            f"{one.median:g} (session {one.session}, n {one.n})" for one in (known[:1] + known[-1:])
        )
        said.append(f"{panel.name}: median {ends}" if known else f"{panel.name}: {_say_unknown(panel)}")
    return f"{instrument.name} total by session. {'. '.join(said)}."


def _say_unknown(panel: Panel) -> str:
    """Why a band has no median at all."""
    return NOT_SHOWN if any(one.n is None for one in panel.totals) else "nobody is measured"


def _draw_panel(sheet: Sheet, instrument: Instrument, panel: Panel, place: tuple[int, int, int]) -> None:
    number, n_panels, last = place
    width = (1 - GAP * (n_panels - 1)) / n_panels
    left = number * (width + GAP)
    suffix = str(number + 1) if number else ""
    x_name, y_name = f"x{suffix}", f"y{suffix}"
    theme, pad = sheet.theme, 0.3
    room_px = width * sheet.margins.plot_px / (last + 2 * pad)
    step = every([str(last)], room_px)
    ticks = list(range(0, last + 1, step))
    domain = {"domain": [round(left, 4), round(left + width, 4)], "anchor": y_name, "tickvals": ticks}
    sheet.axes[f"xaxis{suffix}"] = base_axis(theme, -pad, last + pad, **domain)
    bounds = {
        "tickvals": [0, *(low for low, _ in instrument.bands[1:]), instrument.max_total],
        "anchor": x_name,
    }
    shown = {} if number == 0 else {"showticklabels": False}
    sheet.axes[f"yaxis{suffix}"] = value_axis(theme, 0, instrument.max_total, **bounds, **shown)
    sheet.traces += [
        one | {"xaxis": x_name, "yaxis": y_name} for one in _draw_totals(panel, instrument, theme)
    ]
    sheet.head(plain(panel.name, int(width * 110)), x=round(left, 4))
    _count_under(sheet, panel, x_name, room_px)


def _count_under(sheet: Sheet, panel: Panel, x_name: str, room_px: float) -> None:
    texts = [_HIDDEN if one.n is None else f"{one.n:,}" for one in panel.totals]
    step = every(texts, room_px)
    shown = list(zip(panel.totals, texts, strict=True))[::step]
    before = len(sheet.annotations)
    sheet.row_under([one.session for one, _ in shown], [text for _, text in shown], 0)
    for note in sheet.annotations[before:]:
        note["xref"] = x_name


def _draw_totals(panel: Panel, instrument: Instrument, theme: Theme) -> list[Part]:
    """Straight lines between sessions that are known; a session that is not shown leaves a gap."""
    color = theme.instrument(instrument.name)
    outline_x: list[float | None] = []
    outline_y: list[float | None] = []
    for run in _runs(panel.totals):
        there = [(one.session, one.low) for one in run]
        back = [(one.session, one.high) for one in reversed(run)]
        outline_x += [*([None] if outline_x else []), *(x for x, _ in there + back)]
        outline_y += [*([None] if outline_y else []), *(y for _, y in there + back)]
    x, y = [one.session for one in panel.totals], [one.median for one in panel.totals]
    told = [
        f"after {one.session} sessions: median {one.median:g}<br>middle half {one.low:g} to {one.high:g}, n {one.n}"
        if one.median is not None
        else ""
        for one in panel.totals
    ]
    fill = {"fill": "toself", "fillcolor": see_through(color, 0.2)}
    line = {
        "mode": "lines+markers",
        "line": {"color": color, "width": 2},
        "marker": {"size": 5, "color": color},
    }
    return [
        trace(outline_x, outline_y, mode="none", name=f"{panel.name} quartiles", **fill),
        trace(x, y, name=f"{panel.name} median", hovertext=told, **line),
    ]


def _runs(totals: Sequence[SessionTotals]) -> list[list[SessionTotals]]:
    """Sessions in a row that are known."""
    runs: list[list[SessionTotals]] = [[]]
    for one in totals:
        if one.median is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return [run for run in runs if run]
