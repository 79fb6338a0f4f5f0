"""Change of scores against burden, in cells of several patients, with two cuts and how many lie in each of the four parts."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lib.charts.canvas import NORMAL, Part
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, base_axis, trace, value_axis
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.benefit_burden import BenefitBurden
from lib.clinical.small_cells import hide_in_list, hide_in_table, say_count

PLOT_PX, CLASSES = 320, 3


@dataclass(frozen=True)
class BenefitBurdenMap:
    """The cuts lie on edges of the cells, where BenefitBurden.find_cuts lets them. change: "PHQ-9 change, points"; burden:
    "highest dissociation"; limit: small cells."""

    counted: BenefitBurden
    change_cut: float
    burden_cut: float
    change: str
    burden: str
    limit: int = 10


def plot_benefit_burden(data: BenefitBurdenMap, theme: Theme) -> go.Figure:
    counted = data.counted
    sheet = Sheet(theme, PLOT_PX, Margins(left=52, right=20, top=30, bottom=26 + 3 * LINE_PX))
    sides, heights = counted.change_edges, counted.burden_edges
    sheet.axes = {
        "xaxis": base_axis(theme, sides[0], sides[-1], nticks=10),
        "yaxis": value_axis(theme, heights[0], heights[-1], nticks=8, showgrid=False),
    }
    sheet.head(f"<b>{plain(data.burden, 50)}</b> against <b>{plain(data.change, 50)}</b>")
    _shade_cells(sheet, data)
    sheet.upright(data.change_cut, color=theme.ink, width=1.6, layer="above")
    sheet.across(data.burden_cut, color=theme.ink, width=1.6, layer="above")
    _name_parts(sheet, data)
    sheet.note(f"{plain(data.change, 50)}; to the left is better. Up: {plain(data.burden, 50)}.")
    few = (
        f"○ 1 to {data.limit} courses; then the darker, the more"
        if data.limit
        else "The darker, the more courses"
    )
    sheet.note(f"{few}. {_say_missing(data)}", 1)
    sheet.note(
        "Dose and number of sessions differ between patients: a place on this map is no effect of treatment.",
        2,
    )
    return sheet.draw()


def describe_benefit_burden(data: BenefitBurdenMap) -> str:
    """The figure in words: the four parts, and who is in none."""
    names = (("better, lighter", "not better, lighter"), ("better, heavier", "not better, heavier"))
    said = [
        f"{name} {text}"
        for row, texts in zip(names, say_parts(data), strict=True)
        for name, text in zip(row, texts, strict=True)
    ]
    cuts = f"cuts at {data.change_cut:g} and {data.burden_cut:g}".replace("-", "−")
    return f"{data.burden} against {data.change}, {cuts}: {'; '.join(said)}. {_say_missing(data)}"


def _say_missing(data: BenefitBurdenMap) -> str:
    """Who is not on the map, and why, where neither reason is that of few."""
    counted, limit = data.counted, data.limit
    n = counted.n_missing
    if any(0 < one <= limit for one in (counted.n_no_change, counted.n_no_burden)):
        return f"Not on it: {say_count(n, 0 < n <= limit, limit)} of whom one of the two is unknown."
    return f"Not on it: {counted.n_no_change:,} whose change is unknown, {counted.n_no_burden:,} whose burden is."


def say_parts(data: BenefitBurdenMap) -> list[list[str]]:
    """n and per cent of each part, lighter ones first, better ones left; a small part, and what would tell it, is hidden."""
    parts, n_missing = data.counted.split(data.change_cut, data.burden_cut), data.counted.n_missing
    hidden = hide_in_table(parts, data.limit).cells
    tells_missing = 0 < n_missing <= data.limit
    if tells_missing:
        # Those due are counted elsewhere: the whole map would tell how few are not on it, and a per cent the whole map.
        hidden |= hide_in_list([*parts.ravel(), n_missing], data.limit)[0][:-1].reshape(parts.shape)
    return [
        [
            say_count(n, is_hidden, data.limit)
            + ("" if is_hidden or tells_missing or not data.counted.total else _percent(n, data))
            for n, is_hidden in zip(row, hides, strict=True)
        ]
        for row, hides in zip(parts.tolist(), hidden.tolist(), strict=True)
    ]


def _percent(n: int, data: BenefitBurdenMap) -> str:
    return f" ({100 * n / data.counted.total:.0f} %)"


def _name_parts(sheet: Sheet, data: BenefitBurdenMap) -> None:
    """In the outer corner of each part, on a ground of paper."""
    sides, heights = data.counted.change_edges, data.counted.burden_edges
    for row, texts in enumerate(say_parts(data)):
        for column, text in enumerate(texts):
            place: Part = {"xanchor": ("left", "right")[column], "xshift": (6, -6)[column]}
            place |= {"yanchor": ("bottom", "top")[row], "yshift": (6, -6)[row]}
            place |= {"bgcolor": sheet.theme.paper, "opacity": 0.92, "borderpad": 2}
            sheet.say(f"<b>{text}</b>", sides[-column], heights[-row], **place)
            sheet.annotations[-1]["font"] = {"size": NORMAL, "color": sheet.theme.ink}


def _shade_cells(sheet: Sheet, data: BenefitBurdenMap) -> None:
    """Classes rather than counts: from counts and the sums of the parts a small cell could be worked out."""
    counts, theme = data.counted.counts, sheet.theme
    sides, heights = data.counted.change_edges, data.counted.burden_edges
    steps = np.geomspace(data.limit + 1, max(int(counts.max(initial=0)), data.limit + 1) + 1, CLASSES + 1)
    small: list[tuple[float, float]] = []
    paths: dict[int, list[str]] = {level: [] for level in range(1, CLASSES + 1)}
    for row, column in np.argwhere(counts):
        x0, x1, y0, y1 = sides[column], sides[column + 1], heights[row], heights[row + 1]
        if counts[row, column] <= data.limit:
            small.append(((x0 + x1) / 2, (y0 + y1) / 2))
        else:
            level = int(np.clip(np.searchsorted(steps, counts[row, column], side="right"), 1, CLASSES))
            paths[level].append(f"M{x0:g},{y0:g}H{x1:g}V{y1:g}H{x0:g}Z")
    for level, path in paths.items():
        if path:
            look = {"fillcolor": theme.answers[level], "line": {"width": 1, "color": theme.paper}}
            sheet.shapes.append(
                {"type": "path", "path": "".join(path), "layer": "below", "xref": "x", "yref": "y"} | look
            )
    ring = {"symbol": "circle-open", "size": 5, "color": theme.stems, "line": {"width": 1}}
    sheet.traces = [
        trace([x for x, _ in small], [y for _, y in small], name="few", mode="markers", marker=ring)
    ]
