"""What all lanes share: the time axis under them, the lines through them, and the layout around them."""

from typing import Any

from lib.charts.canvas import (
    MARGIN,
    NAME_STRIP,
    NORMAL,
    SMALL,
    Canvas,
    Part,
    Parts,
    upright,
)
from lib.charts.options import PLASTICITY, RECALL
from lib.charts.plasticity_windows import say_windows
from lib.charts.recall_bars import say_recall
from lib.charts.theme import FONT_FAMILY
from lib.charts.time_axis import choose_ticks, say_axis_title

# A further line under the axis of time.
TITLE_LINE_PX = 13


def draw_frame(canvas: Canvas) -> Parts:
    """The lines through all lanes: as_of, and the first dose of each course."""
    time, theme = canvas.time, canvas.theme
    shown = [first for first in time.first_doses if time.shows(first)]
    dotted = {"color": theme.muted, "width": 1, "dash": "dot"}
    shapes = [upright(time.until, {"color": theme.ink, "width": 1.4})]
    # Only within the lanes that have no words of their own at a first dose.
    shapes += [upright(first, dotted, f"{axis} domain") for first in shown for axis in ("y", "y2", "y3")]
    return Parts(shapes=shapes)


def lay_out(parts: Parts, canvas: Canvas, height_px: float) -> dict[str, Any]:
    theme = canvas.theme
    extra_px = TITLE_LINE_PX * (len(_say_titles(canvas)) - 1)
    plain_axis: Part = {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "anchor": "free",
        "position": 0,
    }
    return {
        "height": height_px + extra_px,
        "autosize": True,
        "margin": MARGIN | {"b": MARGIN["b"] + extra_px},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": theme.paper,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT_FAMILY, "size": NORMAL, "color": theme.ink},
        "hoverlabel": {
            "bgcolor": theme.paper,
            "bordercolor": theme.muted,
            "align": "left",
            "font": {"family": FONT_FAMILY, "size": 12, "color": theme.ink},
        },
        "xaxis": _x_axis(canvas),
        **{name: plain_axis | axis for name, axis in parts.axes.items()},
        "shapes": parts.shapes,
        "annotations": parts.annotations,
    }


def _say_titles(canvas: Canvas) -> list[str]:
    """Dates and days; and a line for each layer that was asked for, since they are read along this axis."""
    options = canvas.options
    layers = [say_windows(canvas)] if options.shows(PLASTICITY) else []
    layers += [say_recall()] if options.shows(RECALL) else []
    return [say_axis_title(canvas.time), *layers]


def _x_axis(canvas: Canvas) -> Part:
    time, theme = canvas.time, canvas.theme
    values, texts = choose_ticks(time)
    return {
        "type": "date",
        "domain": [NAME_STRIP, 1],
        "range": [time.start.isoformat(), time.end.isoformat()],
        "tickvals": values,
        "ticktext": texts,
        "tickfont": {"color": theme.ink, "size": SMALL},
        "tickangle": 0,
        "ticks": "outside",
        "tickcolor": theme.muted,
        "linecolor": theme.muted,
        "showline": True,
        "showgrid": False,
        "zeroline": False,
        "anchor": "free",
        "position": 0,
        "title": {
            "text": "<br>".join(_say_titles(canvas)),
            "font": {"size": SMALL, "color": theme.muted},
            "standoff": 4,
        },
    }
