"""The small trend of a tile: a share by month with its interval, 0 to 100 %, as an image address."""

from collections.abc import Sequence
from itertools import pairwise

from lib.charts.sparkline import HEIGHT, SIDE, WIDTH, as_address, draw_line
from lib.charts.theme import Theme
from lib.clinical.intervals import Share

TOP = 3.0
Point = tuple[float, float]


def has_trend(months: Sequence[Share | None]) -> bool:
    """Whether the months that are known say anything of all of them. A month without a single case is told and one with a few is
    not (None): where all that are told stand at 0, or at 100 %, a line would say that there were none."""
    known = [share for share in months if share and share.total]
    is_flat = all(share.n == 0 for share in known) or all(share.n == share.total for share in known)
    return len(known) > 1 and not (is_flat and None in months)


def draw_tile_line(months: Sequence[Share | None], theme: Theme) -> str:
    """months in order; None, or a share of nobody, is unknown and leaves a gap. The last one that is known has a ring."""
    per_month = (WIDTH - 2 * SIDE) / max(len(months) - 1, 1)
    known = [(at, share) for at, share in enumerate(months) if share and share.total]
    points = {at: (SIDE + at * per_month, _height(share.n / share.total)) for at, share in known}
    color = theme.instrument("PHQ-9")
    whiskers = [
        draw_line(points[at][0], _height(low), points[at][0], _height(high), color)
        for at, share in known
        for low, high in (share.interval,)
    ]
    lines = [
        draw_line(*points[before], *points[after], color)
        for before, after in pairwise(points)
        if after == before + 1
    ]
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.9" fill="{color}"/>' for x, y in points.values()]
    frame = [draw_line(SIDE, _height(share), WIDTH - SIDE, _height(share), theme.faint) for share in (0, 1)]
    faint = f'<g opacity="0.45">{"".join(whiskers)}</g>'
    return as_address("".join([*frame, faint, *lines, *dots, *_end(list(points.values()), theme)]))


def describe_tile_line(months: Sequence[Share | None]) -> str:
    """The image in words."""
    known = [share for share in months if share and share.total]
    if not known:
        return "No month to show."
    ends = " to ".join(
        f"{100 * one.n / one.total:.0f} %"
        for one in (known[:1] if len(known) == 1 else [known[0], known[-1]])
    )
    return f"{ends} over {len(months)} months, {len(known)} of them known."


def _height(share: float) -> float:
    return HEIGHT - TOP - share * (HEIGHT - 2 * TOP)


def _end(points: list[Point], theme: Theme) -> list[str]:
    return [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" stroke="{theme.ink}" stroke-width="1.2"/>'
        for x, y in points[-1:]
    ]
