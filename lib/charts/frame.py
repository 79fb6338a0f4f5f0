"""What all lanes share: the time axis under them, the lines through them, and the layout around them."""

from typing import Any

from lib.charts.canvas import (
    HEADER_SHIFT,
    HEIGHT,
    MARGIN,
    NAME_STRIP,
    NORMAL,
    SMALL,
    Canvas,
    Part,
    Parts,
    upright,
    words,
)
from lib.charts.labels import text_size
from lib.charts.theme import FONT_FAMILY
from lib.charts.time_axis import choose_ticks, say_axis_title, say_day_of
from lib.clinical.wording import say_day


def draw_frame(canvas: Canvas) -> Parts:
    """The lines through all lanes: as_of, and the first dose of each course."""
    time, theme = canvas.time, canvas.theme
    shown = [(number, first) for number, first in enumerate(time.first_doses, 1) if time.shows(first)]
    dotted = {"color": theme.muted, "width": 1, "dash": "dot"}
    shapes = [upright(time.until, {"color": theme.ink, "width": 1.4})]
    # Only within the lanes that have no words of their own at a first dose.
    shapes += [upright(first, dotted, f"{axis} domain") for _, first in shown for axis in ("y", "y2", "y3")]
    as_of = f"as of {say_day(time.as_of)}"
    place = {"yref": "paper", "y": 1, "yanchor": "bottom", "xref": "x"}
    font = {"size": NORMAL, "color": theme.ink}
    annotations = [
        words(as_of, font, x=time.until.isoformat(), xanchor="right", yshift=HEADER_SHIFT, **place)
    ]
    edge = time.width_px
    for number, first in reversed(shown):
        text = (
            f"{f'course {number}, ' if len(time.first_doses) > 1 else ''}first dose {say_day_of(time, first)}"
        )
        left = min(time.px(first), edge - text_size(text, SMALL)[0])
        if left < -60:
            continue
        edge = left - 8
        shift = {"xshift": left - time.px(first), "yshift": HEADER_SHIFT + 16, "xanchor": "left"}
        annotations.append(
            words(text, {"size": SMALL, "color": theme.muted}, x=first.isoformat(), **shift, **place)
        )
    return Parts(shapes=shapes, annotations=annotations)


def lay_out(parts: Parts, canvas: Canvas) -> dict[str, Any]:
    theme = canvas.theme
    plain_axis: Part = {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "anchor": "free",
        "position": 0,
    }
    return {
        "height": HEIGHT,
        "autosize": True,
        "margin": MARGIN,
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
        "anchor": "y5",
        "title": {"text": say_axis_title(time), "font": {"size": SMALL, "color": theme.muted}, "standoff": 4},
    }
