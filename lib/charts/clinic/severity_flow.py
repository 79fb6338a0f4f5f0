"""Where the same patients were at baseline, at the checkpoint and last: bands in a fixed order, and who is missing at each."""

import plotly.graph_objects as go

from lib.charts.canvas import SMALL, Part
from lib.charts.clinic.severity_places import Box, Places, Ribbon, place_flow
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, axis, bars, hatched, trace
from lib.charts.labels import LINE_HEIGHT, spread
from lib.charts.text import plain
from lib.charts.theme import Theme, see_through
from lib.clinical.severity_flow import SeverityFlow
from lib.clinical.small_cells import say_count

PLOT_PX, NODE = 330, 0.05
LABEL_PX = SMALL * LINE_HEIGHT + 1


def plot_severity_flow(flow: SeverityFlow, theme: Theme, what: str, limit: int = 10) -> go.Figure:
    """what: "PHQ-9 severity". Colour is that of the band where people come from; unknown is hatched."""
    sheet = Sheet(theme, PLOT_PX, Margins(left=150, right=150, top=46, bottom=10 + 3 * LINE_PX))
    last = len(flow.stages) - 1
    sheet.axes = {
        "xaxis": axis(theme, -NODE, last + NODE, visible=False),
        "yaxis": axis(theme, 0, PLOT_PX, visible=False),
    }
    places = place_flow(flow, limit, PLOT_PX)
    sheet.shapes = [_draw_ribbon(ribbon, flow, theme) for ribbon in places.ribbons]
    sheet.traces = [*_draw_boxes(flow, places, theme, limit), _answer(flow, places)]
    for stage, name in enumerate(flow.stages):
        sheet.say(f"<b>{plain(name, 24)}</b>", stage, PLOT_PX, yanchor="bottom", yshift=5)
        _name_boxes(sheet, flow, stage, places, limit)
    sheet.head(f"<b>{plain(what, 60)}</b> · {flow.total:,} courses, the same at each moment", line=1)
    sheet.note("Colour: the band that courses come from. A move within a band is not seen here.")
    if places.n_folded:
        sheet.note(f"Moves of 1 to {limit} courses, and those that would tell them, are not drawn.", 1)
    return sheet.draw()


def describe_severity_flow(flow: SeverityFlow, what: str, limit: int = 10) -> str:
    """The figure in words: how many are in each band at each moment."""
    hidden, _ = flow.find_hidden(limit)
    stages = []
    for stage, name in enumerate(flow.stages):
        bands = [
            f"{band} {say_count(n, (stage, band) in hidden, limit)}"
            for band in flow.order
            if (n := flow.count(stage, band))
        ]
        stages.append(f"{name}: {', '.join(bands)}")
    return f"{what} of {flow.total:,} courses. {'. '.join(stages)}."


def _color(flow: SeverityFlow, band: str, theme: Theme) -> str:
    """The more severe, the darker."""
    if band in flow.unknown:
        return see_through(theme.stems, 0.25)
    rank = len(flow.bands) - flow.bands.index(band)
    return see_through(theme.instrument("PHQ-9"), round(0.12 + 0.72 * rank / len(flow.bands), 2))


def _draw_ribbon(ribbon: Ribbon, flow: SeverityFlow, theme: Theme) -> Part:
    stage, source, _ = ribbon.link
    left, right, middle = stage + NODE, stage + 1 - NODE, stage + 0.5
    a, b = ribbon.top_from, ribbon.top_to
    c, d = a - ribbon.thick, b - ribbon.thick
    path = (
        f"M{left},{a:.1f}C{middle},{a:.1f} {middle},{b:.1f} {right},{b:.1f}"
        f"L{right},{d:.1f}C{middle},{d:.1f} {middle},{c:.1f} {left},{c:.1f}Z"
    )
    look = {"fillcolor": _color(flow, source, theme), "opacity": 0.55, "line": {"width": 0}}
    return {"type": "path", "path": path, "xref": "x", "yref": "y", "layer": "below"} | look


def _draw_boxes(flow: SeverityFlow, places: Places, theme: Theme, limit: int) -> list[Part]:
    drawn = []
    for band in flow.order:
        boxes = [(stage, box) for (stage, name), box in places.boxes.items() if name == band and box.height]
        edge = {"color": theme.muted, "width": 1}
        marker = (
            hatched(theme) if band in flow.unknown else {"color": _color(flow, band, theme), "line": edge}
        )
        told = [f"{flow.stages[stage]}: {_say(flow, stage, band, box, limit)}" for stage, box in boxes]
        bottoms = [box.top - box.height for _, box in boxes]
        x, heights = [stage for stage, _ in boxes], [box.height for _, box in boxes]
        drawn.append(bars(x, heights, marker, base=bottoms, width=2 * NODE, name=band, hovertext=told))
    return drawn


def _say(flow: SeverityFlow, stage: int, band: str, box: Box, limit: int) -> str:
    return f"{plain(band, 24)} {say_count(flow.count(stage, band), box.is_hidden, limit)}"


def _answer(flow: SeverityFlow, places: Places) -> Part:
    """In the middle of each ribbon a place that answers to the mouse: a shape does not."""
    told = [
        f"{plain(source, 24)} → {plain(target, 24)}: {ribbon.n:,} courses"
        for ribbon in places.ribbons
        for _, source, target in (ribbon.link,)
    ]
    x = [ribbon.link[0] + 0.5 for ribbon in places.ribbons]
    y = [(ribbon.top_from + ribbon.top_to - ribbon.thick) / 2 for ribbon in places.ribbons]
    return trace(x, y, mode="markers", marker={"size": 14, "opacity": 0}, hovertext=told, name="moves")


def _name_boxes(sheet: Sheet, flow: SeverityFlow, stage: int, places: Places, limit: int) -> None:
    """Beside its box, outside the ribbons at both ends; between them on a ground of paper."""
    bands = [band for band in flow.order if places.boxes[stage, band].height]
    boxes = [places.boxes[stage, band] for band in bands]
    middles = spread([box.middle for box in boxes], [LABEL_PX] * len(boxes), 0, PLOT_PX)
    is_first, is_last = stage == 0, stage == len(flow.stages) - 1
    for band, box, middle in zip(bands, boxes, middles, strict=True):
        text = _say(flow, stage, band, box, limit)
        x = stage - NODE if is_first else stage + NODE
        place: Part = {"xanchor": "right", "xshift": -6} if is_first else {"xanchor": "left", "xshift": 6}
        if not is_first and not is_last:
            place |= {"bgcolor": sheet.theme.paper, "opacity": 0.9}
        sheet.say(text, x, middle, **place)
