"""A figure of two parts, one over the other, on one x axis: the frame that the exposure figures share."""

from dataclasses import dataclass
from typing import Any

from lib.charts.canvas import HEADER_SHIFT, NORMAL, SMALL, Part, words
from lib.charts.theme import FONT_FAMILY, Theme


@dataclass(frozen=True)
class Sheet:
    """Pixels: how high the upper and the lower part are, what lies between, and the margins."""

    upper_px: float
    gap_px: float
    lower_px: float
    margin: Part

    @property
    def plot_px(self) -> float:
        return self.upper_px + self.gap_px + self.lower_px

    @property
    def upper(self) -> list[float]:
        return [(self.lower_px + self.gap_px) / self.plot_px, 1]

    @property
    def lower(self) -> list[float]:
        return [0, self.lower_px / self.plot_px]


def title(theme: Theme, text: str, domain: list[float]) -> Part:
    """What, unit and meaning of a part, above it."""
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": domain[1], "yref": "paper"}
    font = {"size": NORMAL, "color": theme.ink}
    return words(text, font, yanchor="bottom", yshift=HEADER_SHIFT, **place)


def value_axis(theme: Theme, domain: list[float], highest: float) -> Part:
    """From 0 on, with room above the highest value."""
    return {
        "domain": domain,
        "range": [0, 1.15 * max(highest, 1)],
        "nticks": 4,
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": theme.faint,
        "zeroline": True,
        "zerolinecolor": theme.faint,
        "tickfont": {"color": theme.muted, "size": SMALL},
        "separatethousands": True,
    }


def lay_out_small(
    theme: Theme, sheet: Sheet, x_axis: Part, axes: tuple[Part, Part], annotations: list[Part]
) -> dict[str, Any]:
    margin = sheet.margin
    plain: Part = {
        "tickfont": {"color": theme.ink, "size": SMALL},
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": theme.muted,
        "ticks": "outside",
        "tickcolor": theme.muted,
        "tickangle": 0,
        "anchor": "y2",
    }
    return {
        "height": sheet.plot_px + margin["t"] + margin["b"],
        "autosize": True,
        "margin": margin,
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
        "xaxis": plain | x_axis,
        "yaxis": axes[0],
        "yaxis2": axes[1],
        "annotations": annotations,
    }


def axis_title(theme: Theme, text: str) -> Part:
    return {"text": text, "font": {"size": SMALL, "color": theme.muted}, "standoff": 4}
