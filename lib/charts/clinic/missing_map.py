"""A map of what is missing: a row a group, a column a time point, the darker the more of those due have no total."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, axis, base_axis
from lib.charts.text import NOT_SHOWN, plain
from lib.charts.theme import Theme, see_through
from lib.clinical.intervals import Share

ROW_PX = 34


@dataclass(frozen=True)
class MissingMap:
    """what: "PHQ-9". columns: time points in words, short. rows: a group and its shares, missing of due; None: not told. least: a
    share of fewer is not shaded, since it would stand out by chance."""

    what: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Share | None]]]
    least: int


def plot_missing_map(data: MissingMap, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, ROW_PX * len(data.rows), Margins(left=150, right=10, bottom=24 + 2 * LINE_PX))
    n = len(data.columns)
    sheet.axes = {
        "xaxis": base_axis(
            theme, -0.5, n - 0.5, tickvals=list(range(n)), ticktext=[plain(one, 12) for one in data.columns]
        ),
        "yaxis": axis(theme, -len(data.rows) + 0.5, 0.5, showticklabels=False, ticklen=0),
    }
    sheet.head(f"<b>{plain(data.what, 30)} missing, % of those due</b> · darker: more are missing")
    for row, (name, shares) in enumerate(data.rows):
        sheet.name_row(plain(name, 24), -row)
        for column, share in enumerate(shares):
            _draw_cell(sheet, column, -row, share, data.least)
    sheet.note(f"Under each share: missing of due; not shaded where fewer than {data.least} are due.", 0)
    sheet.note("Where shares differ by row, those with a total do not speak for everybody.", 1)
    return sheet.draw()


def describe_missing_map(data: MissingMap) -> str:
    """The figure in words."""
    rows = [
        f"{name}: " + ", ".join(f"{at} {_say(share)}" for at, share in zip(data.columns, shares, strict=True))
        for name, shares in data.rows
    ]
    return f"{data.what} missing, of those due. {'. '.join(rows)}."


def _draw_cell(sheet: Sheet, column: int, y: float, share: Share | None, least: int) -> None:
    theme = sheet.theme
    if share is None or not share.total:
        sheet.say("not shown" if share is None else "none due", column, y, color=theme.muted)
        return
    if share.total >= least:
        color = see_through(theme.dose, 0.06 + 0.44 * share.n / share.total)
        sheet.rect(x0=column - 0.47, x1=column + 0.47, y0=y - 0.44, y1=y + 0.44, fillcolor=color)
    sheet.say(f"{100 * share.n / share.total:.0f} %<br>{share.n:,}/{share.total:,}", column, y)


def _say(share: Share | None) -> str:
    if share is None:
        return NOT_SHOWN
    return f"{share.n:,}/{share.total:,}" if share.total else "nobody due"
