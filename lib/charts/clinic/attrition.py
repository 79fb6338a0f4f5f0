"""Where patients leave: how many reach each step of treatment, and why the others do not."""

import plotly.graph_objects as go

from lib.charts.canvas import SMALL, Part
from lib.charts.clinic.sheet import Margins, Sheet, axis, bars, hatched
from lib.charts.labels import wrap_words
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.attrition import Attrition, HiddenStep, Step
from lib.clinical.small_cells import say_count

ROW_PX = 46


def plot_attrition(data: Attrition, theme: Theme, limit: int = 10) -> go.Figure:
    """limit: small cells. A step that is hidden has no bar."""
    steps = data.steps
    sheet = Sheet(theme, ROW_PX * len(steps), Margins(left=112, right=330, bottom=14))
    highest = max([1, *(one.n for one in steps)])
    y_axis: Part = {
        "tickvals": [-at for at in range(len(steps))],
        "ticktext": [plain(one.name, 18) for one in steps],
    }
    sheet.axes = {
        "xaxis": axis(theme, 0, highest, visible=False),
        "yaxis": axis(theme, -len(steps) + 0.5, 0.5, ticklen=0, **y_axis),
    }
    sheet.head("<b>Patients who reach each step</b> · ▨ not reached, and why · ▯ not due yet")
    sheet.traces = _draw_steps(data, theme, limit)
    for at, (reached, reasons) in enumerate(_say_steps(data, limit)):
        sheet.beside(
            -at, "<br>".join([plain(reached), *wrap_words(reasons, sheet.margins.right - 12, SMALL, 2)])
        )
    return sheet.draw()


def describe_attrition(data: Attrition, limit: int = 10) -> str:
    """The figure in words."""
    rows = [
        f"{step.name}: {', '.join(part for part in said if part)}"
        for step, said in zip(data.steps, _say_steps(data, limit), strict=True)
    ]
    return f"Patients who reach each step. {'. '.join(rows)}."


def _draw_steps(data: Attrition, theme: Theme, limit: int) -> list[Part]:
    """Reached, not reached and not due lie end to end: together they are those who reached the step before."""
    color, hidden = theme.instrument("PHQ-9"), data.find_hidden(limit)
    rows = [_lengths(step, one) for step, one in zip(data.steps, hidden, strict=True)]
    looks: tuple[Part, ...] = (
        {"color": color, "line": {"width": 0}},
        hatched(theme),
        {"color": theme.paper, "line": {"color": theme.stems, "width": 1}},
    )
    drawn = []
    for number, (name, look) in enumerate(zip(("reached", "not reached", "not due yet"), looks, strict=True)):
        starts, lengths = [sum(row[:number]) for row in rows], [row[number] for row in rows]
        bar = bars(lengths, [-row for row in range(len(rows))], look, base=starts, width=0.6, name=name)
        drawn.append(bar | {"orientation": "h"})
    return drawn


def _lengths(step: Step, hidden: HiddenStep) -> tuple[int, int, int]:
    """A length tells what a number does not: of a row with a hidden count only what was reached is drawn, or nothing."""
    if hidden.n:
        return 0, 0, 0
    is_whole = not (hidden.lost or hidden.waiting)
    return step.n, step.n_lost if is_whole else 0, step.n_waiting if is_whole else 0


def _say_steps(data: Attrition, limit: int) -> list[tuple[str, str]]:
    """n and its share of everybody; then the reasons, the small ones hidden."""
    everybody, found, said = data.steps[0].n if data.steps else 0, data.find_hidden(limit), []
    has_shares = everybody and not found[0].n
    for step, hidden in zip(data.steps, found, strict=True):
        share = f" ({100 * step.n / everybody:.0f} %)" if has_shares and not hidden.n else ""
        left = [*step.reasons, ("not due yet", step.n_waiting)]
        reasons = [
            f"{name} {say_count(n, is_hidden, limit)}"
            for (name, n), is_hidden in zip(left, (*hidden.reasons, hidden.waiting), strict=True)
            if n
        ]
        said.append((f"{say_count(step.n, hidden.n, limit)}{share}", " · ".join(reasons)))
    return said
