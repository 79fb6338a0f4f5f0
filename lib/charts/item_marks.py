"""What is written over the heat map of items: dates, the baseline and latest form, and what was not collected."""

from collections.abc import Sequence
from typing import Any

from lib.charts.canvas import NORMAL, SMALL, Part, words
from lib.charts.item_rows import ROW_PX, Block
from lib.charts.theme import Theme
from lib.clinical.instruments import ITEM_9, PHQ9
from lib.clinical.item_forms import Compared, DayForms, ItemForm
from lib.clinical.wording import MONTHS

Cells = list[tuple[int, ItemForm]]
BASELINE, LATEST = "B", "L"


def draw_dates(columns: Sequence[DayForms], theme: Theme) -> list[Part]:
    """Day over month; the year where it begins."""
    said = []
    year = 0
    for x, day in enumerate(columns):
        text = f"{day.on.day}<br>{MONTHS[day.on.month - 1]}"
        text = text if day.on.year == year else f"<b>{day.on.year}</b><br>{text}"
        year = day.on.year
        place: dict[str, Any] = {
            "x": x,
            "xref": "x",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "yshift": 2,
        }
        said.append(words(text, {"size": SMALL, "color": theme.ink}, align="center", **place))
    return said


def say_no_form(block: Block, theme: Theme) -> Part:
    font = {"size": NORMAL, "color": theme.muted}
    text = f"no {block.instrument.name} on these dates"
    return words(text, font, x=-0.4, xref="x", xanchor="left", y=block.tops[3], yref="y")


def say_not_collected(block: Block, x: int, theme: Theme) -> Part:
    """Up the column, beside item 9's own cell."""
    font = {"size": SMALL, "color": theme.ink}
    return words(
        "not collected", font, x=x, xref="x", y=block.tops[4], yref="y", textangle=-90, align="center"
    )


def draw_empty_frames(block: Block, x: int, theme: Theme) -> list[Part]:
    """Around the items that were not collected, item 9 by itself."""
    ends = [(block.tops[0], block.bottom)]
    if block.instrument is PHQ9:
        ends = [(block.tops[0], block.tops[ITEM_9 - 1] + ROW_PX), (block.tops[ITEM_9], block.bottom)]
    line = {"color": theme.muted, "width": 1, "dash": "dot"}
    place: dict[str, Any] = {
        "type": "rect",
        "xref": "x",
        "yref": "y",
        "x0": x - 0.46,
        "x1": x + 0.46,
        "line": line,
    }
    return [place | {"y0": top + 1, "y1": bottom - 1} for top, bottom in ends]


def mark_forms(block: Block, cells: Cells, marks: Compared, theme: Theme) -> tuple[list[Part], list[Part]]:
    """The letters over the baseline form and the latest one, and a frame around each."""
    shapes, annotations = [], []
    for letter, wanted in ((BASELINE, marks.baseline), (LATEST, marks.latest)):
        for x in (x for x, form in cells if form is wanted):
            font = {"size": NORMAL, "color": theme.ink}
            place: dict[str, Any] = {
                "x": x,
                "xref": "x",
                "y": block.tops[0],
                "yref": "y",
                "yanchor": "bottom",
            }
            annotations.append(words(f"<b>{letter}</b>", font, yshift=1, **place))
            frame = {"x0": x - 0.5, "x1": x + 0.5, "y0": block.tops[0] - 1, "y1": block.bottom + 1}
            line = {"color": theme.ink, "width": 1.5}
            shapes.append({"type": "rect", "xref": "x", "yref": "y", "line": line} | frame)
    return shapes, annotations


def draw_change_heading(x: float, theme: Theme) -> Part:
    place: dict[str, Any] = {"x": x, "xref": "x", "y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 2}
    return words("change<br>B to L", {"size": SMALL, "color": theme.ink}, align="center", **place)


def say_no_change(block: Block, marks: Compared, x: float, theme: Theme) -> Part | None:
    """Why a block has no changes."""
    if marks.changes:
        return None
    text = "no<br>baseline" if marks.baseline is None else "no<br>follow-up"
    place: dict[str, Any] = {"x": x, "xref": "x", "y": block.tops[0], "yref": "y", "yanchor": "top"}
    return words(text, {"size": SMALL, "color": theme.ink}, align="center", **place)
