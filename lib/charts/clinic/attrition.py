"""Where patients leave: how many reach each step of treatment, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.canvas import SMALL, Part
from lib.charts.clinic.sheet import Margins, Sheet, axis, bars, hatched
from lib.charts.labels import LETTER_WIDTH
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.small_cells import hide_in_list, say_count

ROW_PX = 34


@dataclass(frozen=True)
class Step:
    """A step of treatment ("session 1"), how many reached it, and why those of the step before did not, with counts.

    n_waiting: of the step before, those whose time for this one has not come; they have not left.
    """

    name: str
    n: int
    reasons: Sequence[tuple[str, int]] = ()
    n_waiting: int = 0


@dataclass(frozen=True)
class Attrition:
    """steps: the first is everybody. limit: small cells."""

    steps: Sequence[Step]
    limit: int = 10


def plot_attrition(data: Attrition, theme: Theme) -> go.Figure:
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
    sheet.traces = _draw_steps(data, theme)
    room = int((sheet.margins.right - 16) / (LETTER_WIDTH * SMALL))
    for at, said in enumerate(_say_steps(data)):
        sheet.beside(-at, "<br>".join(plain(line, room) for line in said if line))
    return sheet.draw()


def describe_attrition(data: Attrition) -> str:
    """The figure in words."""
    rows = [
        f"{step.name}: {', '.join(part for part in said if part)}"
        for step, said in zip(data.steps, _say_steps(data), strict=True)
    ]
    return f"Patients who reach each step. {'. '.join(rows)}."


def _draw_steps(data: Attrition, theme: Theme) -> list[Part]:
    """Reached, not reached and not due lie end to end: together they are those who reached the step before.

    Where one of the three is small, the two others are drawn as one, since a length would tell what a number does not.
    """
    color, rows = theme.instrument("PHQ-9"), list(range(len(data.steps)))
    parts = [_part(data, at) for at in rows]
    looks: tuple[Part, ...] = (
        {"color": color, "line": {"width": 0}},
        hatched(theme),
        {"color": theme.paper, "line": {"color": theme.stems, "width": 1}},
    )
    drawn = []
    for number, (name, look) in enumerate(zip(("reached", "not reached", "not due yet"), looks, strict=True)):
        starts, lengths = [sum(part[:number]) for part in parts], [part[number] for part in parts]
        bar = bars(lengths, [-row for row in rows], look, base=starts, width=0.6, name=name)
        drawn.append(bar | {"orientation": "h"})
    return drawn


def _part(data: Attrition, at: int) -> tuple[int, int, int]:
    """Lengths of a row: reached, not reached, not due."""
    step, before = data.steps[at], data.steps[at - 1].n if at else data.steps[at].n
    if any(0 < n <= data.limit for n in (step.n, before)):
        return 0, 0, 0
    lost = before - step.n - step.n_waiting
    if any(0 < n <= data.limit for n in (lost, step.n_waiting)):
        return step.n, before - step.n, 0
    return step.n, lost, step.n_waiting


def _say_steps(data: Attrition) -> list[tuple[str, str]]:
    """n and its share of everybody; then the reasons, the small ones hidden."""
    everybody, limit, rows = data.steps[0].n if data.steps else 0, data.limit, []
    totals = [0 < step.n <= limit for step in data.steps]
    for step, is_hidden in zip(data.steps, totals, strict=True):
        share = f" ({100 * step.n / everybody:.0f} %)" if everybody and not is_hidden else ""
        left = [*step.reasons, *([("not due yet", step.n_waiting)] if step.n_waiting else [])]
        hidden, _ = hide_in_list([n for _, n in left], limit)
        reasons = [
            f"{name} {say_count(n, one, limit)}" for (name, n), one in zip(left, hidden, strict=True) if n
        ]
        rows.append((f"{say_count(step.n, is_hidden, limit)}{share}", " · ".join(reasons)))
    return rows
