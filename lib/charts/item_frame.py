"""What stands around the heat map of items: the items' names, the legend, and the layout."""

from typing import Any

from lib.charts.canvas import NORMAL, SMALL, Part, words
from lib.charts.item_rows import BLOCKS, PHQ9_BLOCK, PLOT_PX, ROW_PX, is_item_9
from lib.charts.labels import text_size
from lib.charts.theme import FONT_FAMILY, Theme
from lib.clinical.instruments import ANSWERS, ITEM_9

LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 186, 4, 46, 40
HEIGHT = TOP_PX + PLOT_PX + BOTTOM_PX
LEGEND_PX = 22


def draw_names(theme: Theme) -> list[Part]:
    """Left of the cells, in the instrument's own order; mood or somatic beside the name."""
    said = []
    for block in BLOCKS:
        instrument = block.instrument
        color = theme.instrument(instrument.name)
        said.append(_name(f"<b>{instrument.name}</b>", block.header + ROW_PX / 2, NORMAL + 1, color))
        rows = zip(block.tops, instrument.item_names, instrument.item_groups, strict=True)
        for item, (top, name, group) in enumerate(rows):
            text = f"{item + 1} {name}"
            text = f"<b>{text}</b>" if is_item_9(instrument, item) else text
            beside = f' <span style="color:{theme.muted}">{group}</span>' if group else ""
            said.append(_name(text + beside, top + ROW_PX / 2, NORMAL, theme.ink))
    return said


def _name(text: str, y: float, size: int, color: str) -> Part:
    place: dict[str, Any] = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": -LEFT_PX,
        "y": y,
        "yref": "y",
    }
    return words(text, {"size": size, "color": color}, yanchor="middle", **place)


def draw_legend(theme: Theme) -> list[Part]:
    """Under the cells: what each answer means, and how a missing one looks."""
    said = []
    left = 0.0
    entries = [
        (str(digit), words_, theme.answers[digit], theme.answer_digits[digit])
        for digit, words_ in enumerate(ANSWERS)
    ]
    for sign, meaning, fill, ink in [*entries, ("///", "not answered", theme.paper, theme.muted)]:
        box = {"bgcolor": fill, "bordercolor": theme.instrument("PHQ-9") if sign.isdigit() else theme.muted}
        said.append(_under(sign, left, ink) | box | {"borderwidth": 1, "borderpad": 2})
        left += text_size(sign, SMALL)[0] + 10
        said.append(_under(meaning, left, theme.ink))
        left += 0.85 * text_size(meaning, SMALL)[0] + 16
    return said


def _under(text: str, left: float, color: str) -> Part:
    place: dict[str, Any] = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": left - LEFT_PX + 3}
    return words(
        text, {"size": SMALL, "color": color}, y=0, yref="paper", yanchor="middle", yshift=-LEGEND_PX, **place
    )


def lay_out(theme: Theme, *, last: float) -> dict[str, Any]:
    """last: the right end of the axis, in columns."""
    axis: Part = {"fixedrange": True, "showgrid": False, "zeroline": False, "visible": False}
    label = {"bgcolor": theme.paper, "bordercolor": theme.muted, "align": "left"}
    return {
        "height": HEIGHT,
        "autosize": True,
        "margin": {"l": LEFT_PX, "r": RIGHT_PX, "t": TOP_PX, "b": BOTTOM_PX, "pad": 0},
        "barmode": "overlay",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": theme.paper,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_FAMILY, "size": NORMAL, "color": theme.ink},
        "hoverlabel": label | {"font": {"family": FONT_FAMILY, "size": 12, "color": theme.ink}},
        "xaxis": axis | {"range": [-0.56, last]},
        # From the top down, like a form.
        "yaxis": axis | {"range": [PLOT_PX, 0]},
        "shapes": [_rule(theme)],
    }


def _rule(theme: Theme) -> Part:
    """The line that sets item 9 apart, from its name to the last column."""
    y = PHQ9_BLOCK.tops[ITEM_9] - 4
    ends = {"xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": y, "y1": y}
    return {"type": "line", "line": {"color": theme.muted, "width": 1, "dash": "dot"}} | ends
