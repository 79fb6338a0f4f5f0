"""What every figure of a patient looks like around its axes."""

from math import ceil
from typing import Any

from lib.charts.canvas import NORMAL, Part
from lib.charts.theme import FONT_FAMILY, Theme


def plain_layout(theme: Theme, height: float, margin: Part) -> dict[str, Any]:
    """No legend, no zoom, nothing that moves; height and margins in pixels. The caller adds axes, shapes and annotations.

    A height with a fraction is rounded up, below: a browser would round it down, and draw the figure a second time.
    """
    whole = ceil(height)
    return {
        "height": whole,
        "autosize": True,
        "margin": margin | {"b": margin["b"] + whole - height},
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
    }
