"""Which forms are there: a cell for each site, instrument and time point, with share and counts; nobody due is hatched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.canvas import NARROWEST, NORMAL, SMALL, Part, words
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, axis, bars, fits, hatched
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.intervals import Share

ROW_PX, GAP = 36, 0.4


@dataclass(frozen=True)
class Completion:
    """Shares of forms that were due and are there, by (site, instrument, time point); None where too few to be shown.

    What is absent was due for nobody. Sites and time points in their own order, none by its share.
    """

    sites: Sequence[str]
    instruments: Sequence[str]
    time_points: Sequence[str]
    cells: Mapping[tuple[str, str, str], Share | None]


@dataclass(frozen=True)
class _Cell:
    x: float
    y: float
    site: str
    instrument: str
    point: str


def plot_completion(data: Completion, theme: Theme) -> go.Figure:
    cells = _place(data)
    width = max((cell.x for cell in cells), default=0) + 0.5
    sheet = Sheet(theme, ROW_PX * len(data.sites), Margins(left=150, top=76, bottom=14 + LINE_PX))
    rows = {
        "tickvals": [-at for at in range(len(data.sites))],
        "ticktext": [plain(one, 22) for one in data.sites],
    }
    sheet.axes = {
        "xaxis": axis(theme, -0.5, width, visible=False),
        "yaxis": axis(theme, -len(data.sites) + 0.5, 0.5, ticklen=0, **rows),
    }
    _head_columns(sheet, data, cells)
    groups, room_px = _group(data, cells), 0.94 * sheet.margins.plot_px / (width + 0.5)
    looks = [
        *((_shade(level, theme), ink) for level, ink in enumerate(theme.answer_digits)),
        (hatched(theme), theme.ink),
    ]
    for (name, members), (look, ink) in zip(groups.items(), looks, strict=True):
        _draw_cells(sheet, data, members, name, look)
        for cell in members:
            sheet.say(
                _say(data, cell, room_px),
                cell.x,
                cell.y,
                color=theme.ink if name == "none" else ink,
                align="center",
            )
    sheet.note(
        f"Shade: {', '.join(name for name in groups if name != 'none')} of those due. ▨ nobody due, or not shown."
    )
    sheet.annotations[-1]["yshift"] = -6
    return sheet.draw()


def describe_completion(data: Completion) -> str:
    """The figure in words, by instrument and time point over all sites that are shown."""
    said = []
    for instrument in data.instruments:
        for point in data.time_points:
            shares = [one for site in data.sites if (one := data.cells.get((site, instrument, point)))]
            if total := sum(one.total for one in shares):
                n = sum(one.n for one in shares)
                said.append(f"{instrument} {point} {n:,}/{total:,}, {100 * n / total:.0f} %")
    return f"Forms that are there of those due: {'; '.join(said) or 'none due'}."


def _place(data: Completion) -> list[_Cell]:
    """Instruments side by side, a gap between them."""
    n_points = len(data.time_points)
    return [
        _Cell(block * (n_points + GAP) + at, -float(row), site, instrument, point)
        for row, site in enumerate(data.sites)
        for block, instrument in enumerate(data.instruments)
        for at, point in enumerate(data.time_points)
    ]


def _share(data: Completion, cell: _Cell) -> Share | None:
    share = data.cells.get((cell.site, cell.instrument, cell.point))
    return share if share and share.total else None


def _group(data: Completion, cells: list[_Cell]) -> dict[str, list[_Cell]]:
    """By quarter of completeness, and those without a share."""
    names = ("under 50 %", "50 to 74 %", "75 to 89 %", "90 % and over", "none")
    groups: dict[str, list[_Cell]] = {name: [] for name in names}
    for cell in cells:
        share = _share(data, cell)
        level = 4 if share is None else sum(share.n >= edge * share.total for edge in (0.5, 0.75, 0.9))
        groups[names[level]].append(cell)
    return groups


def _shade(level: int, theme: Theme) -> Part:
    return {"color": theme.answers[level], "line": {"color": theme.faint, "width": 1}}


def _draw_cells(sheet: Sheet, data: Completion, cells: list[_Cell], name: str, look: Part) -> None:
    told = [
        f"{cell.site}, {cell.instrument}, {cell.point}: {_say(data, cell).replace('<br>', ', ')}"
        for cell in cells
    ]
    bottoms = [cell.y - 0.46 for cell in cells]
    said = [plain(text, 120) for text in told]
    x, heights = [cell.x for cell in cells], [0.92] * len(cells)
    sheet.traces.append(bars(x, heights, look, base=bottoms, width=0.94, name=name, hovertext=said))


def _say(data: Completion, cell: _Cell, room_px: float = NARROWEST) -> str:
    """Share and counts; where there is no room for both counts, the one that says how sure the share is."""
    share = _share(data, cell)
    if share:
        counts = f"{share.n:,}/{share.total:,}"
        counts = counts if fits([counts], room_px) else f"of {share.total:,}"
        return f"{100 * share.n / share.total:.0f} %<br>{counts}"
    is_hidden = data.cells.get((cell.site, cell.instrument, cell.point), Share(0, 0)) is None
    return "too<br>few" if is_hidden else ""


def _head_columns(sheet: Sheet, data: Completion, cells: list[_Cell]) -> None:
    sheet.head("<b>Forms there, of those due</b> · share and counts", line=2)
    top: Part = {"y": 1, "yref": "paper", "yanchor": "bottom"}
    for cell in cells[: len(data.instruments) * len(data.time_points)]:
        name = plain(cell.point, 9)
        sheet.annotations.append(
            words(name, _font(sheet), x=cell.x, xref="x", xanchor="center", yshift=5, **top)
        )
        if cell.point == data.time_points[0]:
            font = {"size": NORMAL, "color": sheet.theme.instrument(cell.instrument)}
            place: Part = {"x": cell.x - 0.47, "xref": "x", "xanchor": "left", "yshift": 21}
            sheet.annotations.append(words(f"<b>{plain(cell.instrument, 20)}</b>", font, **place, **top))


def _font(sheet: Sheet) -> Part:
    return {"size": SMALL, "color": sheet.theme.ink}
