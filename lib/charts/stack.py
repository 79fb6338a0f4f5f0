"""Which lanes a figure has, from top to bottom, and how high each of them and the whole is."""

from dataclasses import dataclass

from lib.charts.canvas import HEADER_PX, MARGIN, Lane
from lib.charts.stagger import MOST_ROWS, ROW_PX
from lib.clinical.instruments import GAD7, PHQ9

ORDERS_PX, DOSE_PX, ITEM9_PX, OTHER_PX = 20.0, 86.0, 38.0, 66.0
# Scores under a full safety lane; rows that it does not need go to them.
PHQ9_PX, GAD7_PX = 174.7, 124.9
PHQ9_SHARE = 0.6
# Above the PHQ-9's header stand the numbers of the sessions, and above them a row for the first dose of each course.
SESSION_AXIS_PX, FIRST_DOSE_PX = 18.0, 16
# No lane at all leaves its header only.
NO_LANE_PX = 0.0


@dataclass(frozen=True)
class Needs:
    """What the lanes hold, as far as it decides on their heights and scales. other_highs: the top of each other instrument's."""

    has_orders: bool
    n_safety_rows: int
    context_px: float
    highest_mg: float
    other_highs: tuple[float, ...]


@dataclass(frozen=True)
class Stack:
    orders: Lane
    session_axis: Lane
    phq9: Lane
    gad7: Lane
    dose: Lane
    safety: Lane
    item9: Lane
    others: tuple[Lane, ...]
    context: Lane
    height_px: float


def stack_lanes(needs: Needs) -> Stack:
    """Every lane but the first has its header above it; the axis of time stands under the last."""
    spare = (MOST_ROWS - needs.n_safety_rows) * ROW_PX
    # One for the ticks above the findings, one for the words under them.
    safety_rows = 2 + needs.n_safety_rows
    # Axis, gap above, height, top of the scale.
    wanted = [
        ("y6", 0, ORDERS_PX if needs.has_orders else NO_LANE_PX, 1),
        ("y8", FIRST_DOSE_PX, SESSION_AXIS_PX, 1),
        ("y", HEADER_PX, PHQ9_PX + PHQ9_SHARE * spare, PHQ9.max_total),
        ("y2", HEADER_PX, GAD7_PX + (1 - PHQ9_SHARE) * spare, GAD7.max_total),
        ("y3", HEADER_PX, DOSE_PX, needs.highest_mg),
        ("y4", HEADER_PX, safety_rows * ROW_PX, safety_rows),
        ("y5", HEADER_PX, ITEM9_PX, 1),
        *((f"y{9 + k}", HEADER_PX, OTHER_PX, high) for k, high in enumerate(needs.other_highs)),
        ("y7", HEADER_PX, needs.context_px, max(needs.context_px, 1)),
    ]
    sheet_px = sum(gap + height for _, gap, height, _ in wanted)
    lanes: list[Lane] = []
    for axis, gap, height, high in wanted:
        top = (lanes[-1].bottom_px if lanes else 0) + gap
        lanes.append(Lane(axis, top, height, 0, high, sheet_px))
    orders, session_axis, phq9, gad7, dose, safety, item9, *others, context = lanes
    height_px = sheet_px + MARGIN["t"] + MARGIN["b"]
    return Stack(orders, session_axis, phq9, gad7, dose, safety, item9, tuple(others), context, height_px)
