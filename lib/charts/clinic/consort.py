"""A CONSORT diagram: down the left side who is left, at the right who leaves at each step, and why."""

from dataclasses import dataclass
from itertools import pairwise

import plotly.graph_objects as go

from lib.charts.canvas import NARROWEST, SMALL
from lib.charts.clinic.sheet import Margins, Sheet, axis, trace
from lib.charts.labels import LINE_HEIGHT, wrap_words
from lib.charts.theme import Theme
from lib.clinical.consort import Consort, ToldStep

# Pixels of the narrowest page; the axes are in them, and a wider page only draws the boxes wider.
MARGINS = Margins(left=8, right=8, top=30, bottom=8)
_MAIN = (0, 250)
_SIDE = (300, NARROWEST - MARGINS.left - MARGINS.right)
_PAD_PX, _GAP_PX, _LINE_PX = 8, 9, LINE_HEIGHT * SMALL
_ARROW_X = (_MAIN[0] + _MAIN[1]) / 2


@dataclass(frozen=True)
class _Box:
    """Where it begins, counted down from the top, and its lines."""

    top: float
    lines: list[str]

    @property
    def bottom(self) -> float:
        return self.top + _height(self.lines)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def plot_consort(data: Consort, theme: Theme, limit: int = 10) -> go.Figure:
    """limit: small cells; 0: every count is told."""
    main, side = _place(data, limit)
    height = main[-1].bottom
    sheet = Sheet(theme, height, MARGINS)
    sheet.head("<b>Who is in the cohort</b> · at the right who leaves at each step, and why")
    across = axis(theme, 0, _SIDE[1], visible=False)
    sheet.axes = {"xaxis": across, "yaxis": axis(theme, height, 0, visible=False)}
    for at, box in enumerate(main):
        _draw_box(sheet, box, _MAIN, is_strong=at in (0, len(main) - 1))
    for box in side:
        _draw_box(sheet, box, _SIDE)
        sheet.line(x0=_ARROW_X, x1=_SIDE[0], y0=box.middle, y1=box.middle)
    for above, below in pairwise(main):
        sheet.line(x0=_ARROW_X, x1=_ARROW_X, y0=above.bottom, y1=below.top)
    heads = [(_ARROW_X, box.top - 4, "triangle-down") for box in main[1:]]
    heads += [(_SIDE[0] - 4, box.middle, "triangle-right") for box in side]
    look = {"symbol": [symbol for *_, symbol in heads], "size": 8, "color": theme.muted}
    sheet.traces = [trace([x for x, *_ in heads], [y for _, y, _ in heads], mode="markers", marker=look)]
    return sheet.draw()


def describe_consort(data: Consort, limit: int = 10) -> str:
    """The figure in words."""
    start, steps = data.tell(limit)
    said = [f"{data.start}: {start}"]
    for step in steps:
        why = ", ".join(f"{words} {n}" for words, n in step.reasons)
        said.append(f"{step.words}: {step.left} leave{f' ({why})' if why else ''}, {step.remaining} remain")
    return f"{'. '.join(said)}."


def _place(data: Consort, limit: int) -> tuple[list[_Box], list[_Box]]:
    """Each step's box at the right stands between who was left before it and who is left after it."""
    start, steps = data.tell(limit)
    main, side = [_Box(0, [*_wrap(data.start, _MAIN, is_strong=True), _say_n(start)])], []
    for step in steps:
        side.append(_Box(main[-1].bottom + _GAP_PX, _say_side(step)))
        main.append(_Box(side[-1].bottom + _GAP_PX, [_say_n(step.remaining)]))
    main[-1] = _Box(main[-1].top, ["<b>In the cohort</b>", *main[-1].lines])
    return main, side


def _say_side(step: ToldStep) -> list[str]:
    """All who leave are said where there are several reasons."""
    reasons = [line for words, n in step.reasons for line in _wrap(f"{n} {words}", _SIDE)]
    whole = [f"{step.left} leave:"] if len(step.reasons) > 1 else []
    return [*_wrap(step.words, _SIDE, is_strong=True), *whole, *(reasons or ["nobody leaves"])]


def _say_n(told: str) -> str:
    return f"n {told[0]} {told[1:]}" if told[0] in "<≥" else f"n = {told}"


def _wrap(text: str, span: tuple[int, int], *, is_strong: bool = False) -> list[str]:
    lines = wrap_words(text, span[1] - span[0] - 2 * _PAD_PX, SMALL, 3)
    return [f"<b>{line}</b>" for line in lines] if is_strong else lines


def _height(lines: list[str]) -> float:
    return _LINE_PX * len(lines) + 2 * _PAD_PX


def _draw_box(sheet: Sheet, box: _Box, span: tuple[int, int], *, is_strong: bool = False) -> None:
    theme = sheet.theme
    edge = {"color": theme.ink if is_strong else theme.stems, "width": 1.5 if is_strong else 1}
    place = {"x0": span[0], "x1": span[1], "y0": box.top, "y1": box.bottom}
    sheet.rect(**place, line=edge, fillcolor=theme.bands[1])
    words = "<br>".join(box.lines)
    sheet.say(words, span[0], box.middle, xanchor="left", xshift=_PAD_PX, align="left")
