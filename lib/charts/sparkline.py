"""The small trend of a table row: the same rules as the large figure, in 160 by 36 pixels, as an image address."""

import base64
from collections.abc import Sequence
from math import inf

from lib.charts.theme import Theme

WIDTH, HEIGHT = 160, 36
SIDE, TOP = 6.0, 5.0
GAP_DAYS = 28
Place = tuple[int, str, str]
"""A day, and where it stands: across and down, as SVG has them."""


def draw_sparkline(
    days: Sequence[int],
    totals: Sequence[float],
    *,
    baseline: float | None,
    first_dose_day: int | None,
    max_total: int,
    theme: Theme,
    end_day: int,
    color: str | None = None,
    cell_height: int = HEIGHT,
) -> str:
    """Totals at true time up to `end_day`, on a fixed axis from 0 to `max_total`; days are of any one count. cell_height: of the
    image, with air above and below the trend."""
    start = min([*days, *([] if first_dose_day is None else [first_dose_day]), end_day - 1])
    per_day = (WIDTH - 2 * SIDE) / (end_day - start)
    points = [
        (day, f"{SIDE + (day - start) * per_day:.1f}", f"{_height(total, max_total):.1f}")
        for day, total in zip(days, totals, strict=True)
    ]
    ink = color or theme.instrument("PHQ-9")
    first_dose = None if first_dose_day is None else SIDE + (first_dose_day - start) * per_day

    def is_before(day: int) -> bool:
        return first_dose_day is None or day < first_dose_day

    parts = [
        draw_line(SIDE, HEIGHT - TOP, WIDTH - SIDE, HEIGHT - TOP, theme.faint),
        _baseline(baseline, max_total, theme),
        ""
        if first_dose is None
        else draw_line(first_dose, 2, first_dose, HEIGHT - 2, theme.muted, dash="1.5 2"),
        *_runs(points, ink),
        *(_point(x, y, ink, theme.paper if is_before(day) else ink) for day, x, y in points),
        _end_mark(points, theme),
    ]
    return as_address("".join(parts), cell_height)


def _height(total: float, max_total: int) -> float:
    return HEIGHT - TOP - total / max_total * (HEIGHT - 2 * TOP)


def draw_line(x0: float, y0: float, x1: float, y1: float, color: str, *, dash: str = "") -> str:
    """A straight line, in pixels of the image."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" stroke="{color}"{dashed}/>'


def _baseline(baseline: float | None, max_total: int, theme: Theme) -> str:
    if baseline is None:
        return ""
    y = _height(baseline, max_total)
    return draw_line(SIDE, y, WIDTH - SIDE, y, theme.stems)


def _runs(points: list[Place], color: str) -> list[str]:
    """Straight segments between neighbours, none over a gap in which nobody asked."""
    steps = [
        f"{'L' if day - before <= GAP_DAYS else 'M'}{x} {y}"
        for before, (day, x, y) in zip([-inf, *(day for day, _, _ in points)], points, strict=False)
    ]
    line = "".join(steps)
    return (
        [f'<path d="{line}" stroke="{color}" stroke-width="1.6" stroke-linejoin="round"/>']
        if "L" in line
        else []
    )


def _point(x: str, y: str, color: str, fill: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="1.9" fill="{fill}" stroke="{color}"/>'


def _end_mark(points: list[Place], theme: Theme) -> str:
    if not points:
        return ""
    _, x, y = points[-1]
    return f'<circle cx="{x}" cy="{y}" r="4" stroke="{theme.ink}" stroke-width="1.2"/>'


def as_address(body: str, cell_height: int = HEIGHT) -> str:
    """Shapes of SVG as the address of an image."""
    top = (HEIGHT - cell_height) // 2
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{cell_height}" '
        f'viewBox="0 {top} {WIDTH} {cell_height}" fill="none">{body}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
