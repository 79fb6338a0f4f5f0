"""Rows for findings that would lie on one another: words where there is room, else the shape alone."""

from dataclasses import dataclass

from lib.charts.labels import text_size
from lib.charts.safety_facts import Finding
from lib.charts.time_axis import TimeAxis

Extent = tuple[float, float]
# The last row is for shapes whose words found no room.
WORD_ROWS, MOST_ROWS = 5, 6
ROW_PX = 17.2
GLYPH_PX = 8
WORDS_PX = 10
# How far words may run on beyond the time axis.
LEFT_PX, RIGHT_PX = 60, 170


@dataclass(frozen=True)
class Placed:
    """A finding, its row from the top, and the side on which its words have room: "" where there is none."""

    finding: Finding
    row: int
    side: str


def count_rows(placed: list[Placed]) -> int:
    """How many rows are used; one is kept for the words that say that nothing was found."""
    return 1 + max((place.row for place in placed), default=0)


def stagger(findings: list[Finding], time: TimeAxis) -> list[Placed]:
    """The most urgent choose first: a row where glyph and words cover nothing, else a glyph without words."""
    taken: list[list[Extent]] = [[] for _ in range(MOST_ROWS)]
    placed: list[Placed] = []
    shown = [finding for finding in findings if time.shows(finding.at)]
    for finding in sorted(shown, key=lambda finding: (-finding.urgency, -finding.at.timestamp())):
        row, side, extent = _find_place(finding, taken, time)
        taken[row].append(extent)
        placed.append(Placed(finding, row, side))
    return placed


def _find_place(finding: Finding, taken: list[list[Extent]], time: TimeAxis) -> tuple[int, str, Extent]:
    """Row, side and what is covered, from where to where; words may run on into the margins."""
    x, width, half = time.px(finding.at), text_size(finding.words, WORDS_PX)[0] + 8, GLYPH_PX / 2 + 1
    glyph = (x - half, x + half)
    choices = {
        "middle right": (glyph[0], glyph[1] + width),
        "middle left": (glyph[0] - width, glyph[1]),
        "": glyph,
    }
    for side, extent in choices.items():
        if extent[0] > -LEFT_PX and extent[1] < time.width_px + RIGHT_PX:
            for row in range(WORD_ROWS):
                if _is_free(*extent, taken[row]):
                    return row, side, extent
    return MOST_ROWS - 1, "", glyph


def _is_free(left: float, right: float, taken: list[Extent]) -> bool:
    return all(right <= other_left or left >= other_right for other_left, other_right in taken)
