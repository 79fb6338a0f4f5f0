"""Finding room for words, in pixels of the narrowest page that the figures promise to be legible on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from lib.charts.text import plain

Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""

# The widest of the fonts in theme.FONT_FAMILY takes about 0.6 of its size a letter.
LETTER_WIDTH = 0.6
LINE_HEIGHT = 1.3
_TAG = re.compile(r"<[^>]+>")
# Which side of the point the words stand on, across and up, as -1, 0, 1.
SIDES = {
    "middle right": (1, 0),
    "top right": (1, 1),
    "bottom right": (1, -1),
    "top center": (0, 1),
    "bottom center": (0, -1),
    "top left": (-1, 1),
    "bottom left": (-1, -1),
    "middle left": (-1, 0),
}


def wrap_words(text: str, room_px: float, size: float, most_lines: int) -> list[str]:
    """On at most so many lines; what is longer says that it goes on."""
    lines = wrap(text, int(room_px / (LETTER_WIDTH * size)), max_lines=most_lines, placeholder=" …")
    return [plain(line) for line in lines]


def text_size(text: str, size: float) -> tuple[float, float]:
    """Width and height of a text that may have line breaks."""
    rows = [_TAG.sub("", row).replace("&amp;", "&") for row in text.split("<br>")]
    return LETTER_WIDTH * size * max(map(len, rows)), LINE_HEIGHT * size * len(rows)


@dataclass(frozen=True)
class Label:
    """Words that want to stand beside a point."""

    x: float
    y: float
    text: str
    size: float
    # Clear of the ring round the latest score.
    gap: float = 11

    def box(self, side: str) -> Box:
        width, height = text_size(self.text, self.size)
        across, up = SIDES[side]
        x, y = self.x + across * (self.gap + width / 2), self.y + up * (self.gap + height / 2)
        return x - width / 2, x + width / 2, y - height / 2, y + height / 2


def box_around(x: float, y: float, radius: float) -> Box:
    return x - radius, x + radius, y - radius, y + radius


def boxes_along(points: Sequence[tuple[float, float]], step: float = 6, radius: float = 3) -> list[Box]:
    """Small boxes along a broken line, so that words do not stand on it."""
    boxes = []
    for (x0, y0), (x1, y1) in pairwise(points):
        n = int(max(abs(x1 - x0), abs(y1 - y0)) / step) + 1
        boxes += [box_around(x0 + (x1 - x0) * k / n, y0 + (y1 - y0) * k / n, radius) for k in range(n + 1)]
    return boxes


def overlaps(box: Box, others: Iterable[Box]) -> bool:
    left, right, bottom, top = box
    return any(
        left < other[1] and other[0] < right and bottom < other[3] and other[2] < top for other in others
    )


def is_within(box: Box, room: Box) -> bool:
    return box[0] >= room[0] and box[1] <= room[1] and box[2] >= room[2] and box[3] <= room[3]


def free_side(label: Label, sides: Sequence[str], taken: Sequence[Box], room: Box) -> str | None:
    """The first side of its point where a label fits into the room and covers nothing."""
    for side in sides:
        box = label.box(side)
        if is_within(box, room) and not overlaps(box, taken):
            return side
    return None


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Middles for a column of labels: as near as possible to where each is wanted, none over another."""
    order = sorted(range(len(wanted)), key=lambda k: wanted[k])
    middles = [0.0] * len(wanted)
    edge = low
    for k in order:
        middles[k] = max(wanted[k], edge + heights[k] / 2)
        edge = middles[k] + heights[k] / 2
    edge = high
    for k in reversed(order):
        middles[k] = min(middles[k], edge - heights[k] / 2)
        edge = middles[k] - heights[k] / 2
    return middles
