"""Shares of clinics or clinicians against how many patients they come from, with the limits of chance. Nobody is ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import plotly.graph_objects as go

from lib.charts.canvas import SMALL, Part
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, base_axis, percent_axis, trace
from lib.charts.labels import Label, box_around, free_side
from lib.charts.text import NOT_SHOWN, plain
from lib.charts.theme import Theme, see_through
from lib.clinical.control_limits import Dispersion, Limits, limit_share
from lib.clinical.intervals import Share
from lib.clinical.wording import capitalise, count

PLOT_PX, MOST_STEPS = 280, 120
SIDES = (
    "middle right",
    "top right",
    "bottom right",
    "top center",
    "bottom center",
    "middle left",
    "top left",
    "bottom left",
)


@dataclass(frozen=True)
class Unit:
    """A clinic or a clinician by its code; share: None where it may not be shown."""

    code: str
    share: Share | None


@dataclass(frozen=True)
class Funnel:
    """what: "PHQ-9 response of those who started"; of: "clinic" or "clinician"; target: 0 to 1, and where it is from."""

    what: str
    of: str
    units: Sequence[Unit]
    target: float
    target_words: str
    dispersion: Dispersion | None = None

    @property
    def shown(self) -> list[tuple[str, Share]]:
        """In the order of their codes, which is no order of merit."""
        return sorted((one.code, one.share) for one in self.units if one.share and one.share.total)


def plot_funnel(data: Funnel, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, PLOT_PX, Margins(right=120, bottom=44 + 2 * LINE_PX))
    largest = max([20, *(share.total for _, share in data.shown)])
    end = 1.06 * largest
    sheet.axes = {"xaxis": base_axis(theme, 0, end, nticks=8), "yaxis": percent_axis(theme)}
    sheet.head(
        f"<b>{plain(data.what, 80)}, %</b> · by {data.of} · limits of chance: inner 95 %, outer 99.8 %"
    )
    limits = limit_share(data.target, np.unique(np.geomspace(1, ceil(end), MOST_STEPS).astype(int)))
    sheet.traces = [*_draw_limits(limits, theme), *_draw_units(sheet, data, end)]
    sheet.across(data.target, color=theme.ink, width=1.2)
    sheet.beside(data.target, f"{plain(data.target_words, 18)}<br>{100 * data.target:.0f} %")
    sheet.note(f"patients of the {data.of} (n)")
    for line, text in enumerate(_say_notes(data)):
        sheet.note(text, 1 + line, strong=True)
    return sheet.draw()


def describe_funnel(data: Funnel) -> str:
    """The figure in words: who lies outside the limits, by code."""
    said = f"Funnel plot of {data.what} by {data.of}: {count(len(data.shown), data.of)} against {100 * data.target:.0f} %."
    outside = [(code, place) for code, share in data.shown if (place := _place(share, data.target))]
    found = "; ".join(f"{code} {place}" for code, place in outside) or "none outside the 95 % limits"
    return " ".join([said, f"{capitalise(found)}.", *_say_notes(data)])


def _place(share: Share, target: float) -> str:
    """Where a unit lies by exact limits; "" inside."""
    limits, value = limit_share(target, [share.total]), share.n / share.total
    for words, low, high in (
        ("99.8 %", limits.low_998, limits.high_998),
        ("95 %", limits.low_95, limits.high_95),
    ):
        if not low[0] <= value <= high[0]:
            return f"{'below' if value < low[0] else 'above'} the {words} limit"
    return ""


def _say_notes(data: Funnel) -> list[str]:
    notes = []
    if n_hidden := sum(one.share is None for one in data.units):
        notes.append(f"{count(n_hidden, data.of)} {NOT_SHOWN}.")
    if data.dispersion and data.dispersion.is_over:
        notes.append(
            f"They differ more than chance allows (φ {data.dispersion.phi:.1f}): whom they treat differs too. "
            "Read limits with care."
        )
    return notes


def _draw_limits(limits: Limits, theme: Theme) -> list[Part]:
    pairs = (
        ("99.8 %", limits.low_998, limits.high_998, "3px,3px"),
        ("95 %", limits.low_95, limits.high_95, "solid"),
    )
    drawn = []
    for name, low, high, dash in pairs:
        line = {"color": theme.stems, "width": 1, "dash": dash}
        drawn.append(trace(limits.size, low, name=f"low {name}", mode="lines", line=line))
        fill = {"fill": "tonexty", "fillcolor": see_through(theme.stems, 0.08)}
        drawn.append(trace(limits.size, high, name=f"high {name}", mode="lines", line=line, **fill))
    return drawn


def _draw_units(sheet: Sheet, data: Funnel, end: float) -> list[Part]:
    shown, theme = data.shown, sheet.theme
    places = [_place(share, data.target) for _, share in shown]
    x, y = [share.total for _, share in shown], [share.n / share.total for _, share in shown]
    told = [
        f"{plain(code, 40)}: {share.n}/{share.total}, {100 * value:.0f} %{f'<br>{place}' if place else ''}"
        for (code, share), value, place in zip(shown, y, places, strict=True)
    ]
    _name_units(sheet, data, places, list(zip(x, y, strict=True)), end)
    marker: Part = {
        "opacity": 1,
        "size": [10 if place else 7 for place in places],
        "symbol": ["diamond" if "99.8" in place else "circle" for place in places],
        "color": [theme.ink if place else theme.paper for place in places],
        "line": {"color": theme.ink, "width": 1.4},
    }
    return [trace(x, y, name="units", mode="markers", marker=marker, hovertext=told)]


def _name_units(
    sheet: Sheet, data: Funnel, places: list[str], points: list[tuple[int, float]], end: float
) -> None:
    """Those outside first: the words of the others stand only where there is room."""
    width, level = sheet.margins.plot_px, data.target * PLOT_PX
    codes = [plain(code, 16) for code, _ in data.shown]
    px = [(x / end * width, y * PLOT_PX) for x, y in points]
    taken = [box_around(x, y, 6) for x, y in px]
    taken.append((0, width, level - 1, level + 1))
    for at in sorted(range(len(codes)), key=lambda at: not places[at]):
        label = Label(*px[at], codes[at], SMALL, gap=7)
        if side := free_side(label, SIDES, taken, (0, width + 4, 0, PLOT_PX)):
            taken.append(label.box(side))
            vertical, horizontal = side.split()
            place = {"center": ("center", 0), "left": ("right", -7), "right": ("left", 7)}[horizontal]
            upright = {"middle": ("middle", 0), "top": ("bottom", 7), "bottom": ("top", -7)}[vertical]
            sheet.say(
                label.text,
                *points[at],
                xanchor=place[0],
                xshift=place[1],
                yanchor=upright[0],
                yshift=upright[1],
            )
