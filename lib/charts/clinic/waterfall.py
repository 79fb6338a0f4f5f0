"""How far patients changed, sorted, in steps of several patients; those without a change to measure stand hatched at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.canvas import Part
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, bars, base_axis, hatched, value_axis
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.change_steps import ChangeSteps
from lib.clinical.small_cells import Flow, hide_in_flows, say_count
from lib.clinical.wording import say_signed

PLOT_PX = 260
# From a rise to the largest fall; the figure has as many classes as it has lines, and one more.
CLASSES = ("worse", "no response", "partial", "response")


@dataclass(frozen=True)
class Waterfall:
    """what: "PHQ-9 change at week 6". is_percent: of the baseline, else points. lines: where the classes meet, falling
    (0, -25, -50); lowest: the largest fall that can be. A rise beyond `highest` is cut off, and said. limit: small cells."""

    what: str
    steps: ChangeSteps
    is_percent: bool = True
    lines: Sequence[float] = (0, -25, -50)
    lowest: float = -100
    highest: float = 100
    limit: int = 10

    @property
    def unit(self) -> str:
        return "%" if self.is_percent else "points"


def plot_waterfall(data: Waterfall, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, PLOT_PX, Margins(right=64, bottom=24 + 3 * LINE_PX))
    y_axis = value_axis(
        theme, data.lowest, data.highest, nticks=9, ticksuffix=" %" if data.is_percent else ""
    )
    sheet.axes = {"xaxis": _people_axis(data, theme), "yaxis": y_axis}
    sheet.head(
        f"<b>{plain(data.what, 60)}, {data.unit}</b> · sorted · below 0 is better · ▨ no score to compare"
    )
    sheet.traces = [_draw_steps(data, theme), *_draw_missing(data, sheet)]
    for line in data.lines:
        sheet.across(
            line, color=theme.ink if line == 0 else theme.muted, dash="solid" if line == 0 else "4px,3px"
        )
        sheet.beside(line, f"{say_signed(line)} {data.unit}" if line else "0")
    for row, text in enumerate(_say_counts(data)):
        sheet.note(text, 1 + row, strong=row == 0)
    return sheet.draw()


def describe_waterfall(data: Waterfall) -> str:
    """The figure in words."""
    return f"{data.what} in {data.unit}, sorted: {' '.join(_say_counts(data))}"


def _class_of(median: float, lines: Sequence[float]) -> str:
    """A change at a line belongs to the better side."""
    return CLASSES[min(sum(median <= line for line in lines), len(CLASSES) - 1)]


def _is_missing_hidden(data: Waterfall) -> bool:
    return bool(_find_hidden(data)[-1])


def _find_hidden(data: Waterfall) -> list[bool]:
    """Of the classes and of those who are missing."""
    flows = [Flow("all", "known", n) for n in data.steps.classes]
    flows += [Flow("all", "known", data.steps.n_missing, is_total=True)]
    all_of_them = Flow("known", "all", data.steps.n_known + data.steps.n_missing, is_total=True)
    return hide_in_flows([*flows, all_of_them], data.limit).tolist()[:-1]


def _widths(data: Waterfall) -> tuple[list[float], float]:
    """Of the steps and of the missing, in patients. Where the number missing is hidden, widths say nothing: they are alike."""
    steps = data.steps
    if not steps.counts or not _is_missing_hidden(data):
        return list(steps.counts), steps.n_missing
    missing = min(data.limit, steps.n_known + steps.n_missing)
    return [(steps.n_known + steps.n_missing - missing) / len(steps.counts)] * len(steps.counts), missing


def _draw_steps(data: Waterfall, theme: Theme) -> Part:
    steps, left, middles = data.steps, 0.0, []
    widths, _ = _widths(data)
    for width in widths:
        middles.append(left + width / 2)
        left += width
    heights = [min(median, data.highest) for median in steps.medians]
    told = [
        "" if _is_missing_hidden(data) else f"{n:,} courses, median {say_signed(median)} {data.unit}"
        for n, median in zip(steps.counts, steps.medians, strict=True)
    ]
    colors = [theme.categories[_class_of(one, data.lines)] for one in steps.medians]
    marker = {"color": colors, "line": {"width": 0}}
    return bars(middles, heights, marker, width=widths, name="changes", hovertext=told)


def _draw_missing(data: Waterfall, sheet: Sheet) -> list[Part]:
    """As wide as they are many, over the whole height: their change may be any."""
    widths, missing = _widths(data)
    if not missing:
        return []
    said = say_count(data.steps.n_missing, _is_missing_hidden(data), data.limit)
    return [
        bars(
            [sum(widths) + missing / 2],
            [data.highest - data.lowest],
            hatched(sheet.theme),
            base=data.lowest,
            width=missing,
            name="missing",
            hovertext=[f"{said} courses without a score to compare"],
        )
    ]


def _people_axis(data: Waterfall, theme: Theme) -> Part:
    """Patients from left to right; a rounded scale would say less than the two counts that matter."""
    n_known, n_all = data.steps.n_known, data.steps.n_known + data.steps.n_missing
    is_apart = 0.08 * n_all < n_known < 0.92 * n_all and not _is_missing_hidden(data)
    ticks = sorted({0, n_known, n_all} if is_apart else {0, n_all})
    return base_axis(theme, 0, max(n_all, 1), tickvals=ticks, ticktext=[f"{one:,}" for one in ticks])


def _say_counts(data: Waterfall) -> list[str]:
    """How many there are, and how many in each class; small counts, and those that would tell them, are not said."""
    steps, limit = data.steps, data.limit
    hidden = _find_hidden(data)
    counts = [
        say_count(n, is_hidden, limit)
        for n, is_hidden in zip([*steps.classes, steps.n_missing], hidden, strict=True)
    ]
    names = [f"above {say_signed(data.lines[0])}", *(f"to {say_signed(line)}" for line in data.lines[1:])]
    names = [*names, f"at {say_signed(data.lines[-1])} or below"]
    said = " · ".join(f"{n} {name}" for n, name in zip(counts, names, strict=False))
    n_cut = sum(n for n, median in zip(steps.counts, steps.medians, strict=True) if median > data.highest)
    cut = f" Rises above {say_signed(data.highest)} {data.unit} are cut off." if n_cut else ""
    return [
        f"{steps.n_known + steps.n_missing:,} courses, {counts[-1]} without a score to compare. In {data.unit}: {said}.",
        f"A step is the median of its courses.{cut}",
    ]
