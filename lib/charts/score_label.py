"""Where the latest total is written: it must be read first, and stand on no line."""

from dataclasses import replace

from lib.charts.canvas import LARGE, Canvas, Part, words_beside
from lib.charts.labels import Box, Label, box_around, boxes_along, free_side
from lib.charts.score_facts import Scores
from lib.charts.score_lines import find_levels

# How many points at the end of a line words may come near.
LINE_POINTS = 12
Sides = tuple[str, ...]
# How far off, and how many layers clear of words: scores, then reference lines, then the starts of courses.
TRIES = (
    (11, 3),
    (20, 3),
    (11, 2),
    (20, 2),
    (32, 3),
    (32, 2),
    (44, 2),
    (11, 1),
    (20, 1),
    (32, 1),
    (44, 1),
    (60, 1),
)
FAR_SIDES: Sides = ("top left", "top center", "bottom left", "bottom center", "top right")
# Sides for the latest total, the clearest first; a falling line leaves the lower left free, a rising one the upper left.
LABEL_SIDES: Sides = (
    "middle right",
    "top right",
    "bottom right",
    "bottom left",
    "top left",
    "top center",
    "bottom center",
)


def label_latest(scores: Scores, canvas: Canvas) -> tuple[list[Part], list[Box]]:
    """The latest total in words beside its point, and every box that other words must leave free."""
    if not scores.points:
        return [], []
    layers = _find_taken(scores, canvas)
    latest = scores.points[-1]
    x, y = canvas.at(scores.lane, latest.at, latest.total or 0)
    taken = [box for layer in layers for box in layer] + [box_around(x, y, 10)]
    if not canvas.time.shows(latest.at):
        return [], taken
    change = scores.say_change(latest)
    text = (
        f"<b>{latest.total}{f' {latest.mark}' if latest.mark else ''}{f' ({change})' if change else ''}</b>"
    )
    label, side = _find_room(Label(x, y, text, LARGE), layers, canvas.room(scores.lane))
    color = canvas.theme.instrument(scores.instrument.name)
    words = words_beside(scores.lane, latest.at, latest.total or 0, label, side=side, color=color)
    return [words], [*taken, label.box(side)]


def _find_taken(scores: Scores, canvas: Canvas) -> list[list[Box]]:
    """What a label would cover: the scores and their lines, the reference lines, the starts of courses."""
    lane = scores.lane
    runs = [
        [canvas.at(lane, form.at, form.total or 0) for form in run[-LINE_POINTS:]]
        for run in scores.runs(canvas.options.gap_days)
    ]
    others = [canvas.at(lane, form.at, form.total or 0) for form in scores.points[:-1]]
    points = [box for run in runs for box in boxes_along(run)] + [box_around(x, y, 6) for x, y in others]
    levels = [canvas.line_box(lane, y, since) for y, since, _ in find_levels(scores, canvas)]
    return [points, levels, [canvas.time_box(lane, first) for first in canvas.time.first_doses]]


def _find_room(label: Label, layers: list[list[Box]], room: Box) -> tuple[Label, str]:
    """The first try that finds room; `layers` go from what must stay clear to what may be crossed."""
    for gap, n_clear in TRIES:
        wanted = replace(label, gap=gap)
        taken = [box for layer in layers[:n_clear] for box in layer]
        side = free_side(wanted, LABEL_SIDES if gap == Label.gap else FAR_SIDES, taken, room)
        if side:
            return wanted, side
    return label, "top left"
