"""The strip above the lanes: a diamond for each dose order, with one word where there is room."""

from lib.charts.canvas import (
    SMALL,
    Canvas,
    Lane,
    Parts,
    header,
    scatter,
    words_beside,
    words_in_margin,
)
from lib.charts.labels import Label, box_around, free_side
from lib.charts.order_facts import Mark

MIDDLE = 0.5
DIAMOND_PX = 9
# How far words may run on beyond the time axis.
LEFT_PX, RIGHT_PX = 60, 60
SIDES = ("middle right", "middle left")


def draw_order_strip(marks: list[Mark], lane: Lane, canvas: Canvas) -> Parts:
    """Without any order there is no lane, and its header says so."""
    title = (
        "<b>Dose orders</b>, each against the one before" if marks else "<b>Dose orders</b> · none recorded"
    )
    parts = Parts(annotations=[header(lane, title, canvas.theme.ink)])
    if not marks:
        return parts
    parts.axes[lane.layout_name] = {"range": [lane.low, lane.high], "domain": lane.domain, "visible": False}
    parts.traces.append(
        scatter(
            lane,
            [mark.at for mark in marks],
            [MIDDLE] * len(marks),
            name="dose orders",
            mode="markers",
            marker={"symbol": "diamond", "size": DIAMOND_PX, "color": canvas.theme.ink, "opacity": 1},
            hovertext=[mark.hover for mark in marks],
        )
    )
    return parts.add(_name_marks(marks, lane, canvas))


def _name_marks(marks: list[Mark], lane: Lane, canvas: Canvas) -> Parts:
    """From the latest back, since a reader asks what was ordered last."""
    shown = [mark for mark in marks if canvas.time.shows(mark.at)]
    room = (-LEFT_PX, canvas.time.width_px + RIGHT_PX, -lane.height_px, 2 * lane.height_px)
    taken = [box_around(*canvas.at(lane, mark.at, MIDDLE), DIAMOND_PX / 2) for mark in shown]
    parts = Parts()
    for mark in reversed(shown):
        label = Label(*canvas.at(lane, mark.at, MIDDLE), mark.word, SMALL, gap=8)
        side = free_side(label, SIDES, taken, room)
        if side:
            taken.append(label.box(side))
            parts.annotations.append(
                words_beside(lane, mark.at, MIDDLE, label, side=side, color=canvas.theme.ink)
            )
    n_silent = len(shown) - len(parts.annotations)
    if n_silent:
        text = f"{n_silent} more: point at ◆"
        font = {"size": SMALL, "color": canvas.theme.ink}
        parts.annotations.append(words_in_margin(lane, text, font, MIDDLE, shift=RIGHT_PX))
    return parts
