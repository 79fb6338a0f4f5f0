"""A share by group: one row each with its interval and counts, around the share of all. A group that is too small says so."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.canvas import NORMAL, Part
from lib.charts.clinic.months import shorten
from lib.charts.clinic.sheet import LINE_PX, PERCENT_TICKS, Margins, Sheet, axis, base_axis, trace
from lib.charts.text import NOT_SHOWN, plain
from lib.charts.theme import Theme
from lib.clinical.intervals import Share
from lib.clinical.wording import capitalise

ROW_PX = 20


@dataclass(frozen=True)
class Group:
    """share: None where it is too small to be shown, or would tell one that is. known: how many of those due have the score, and
    worst: had the others fared badly, in words ("": not asked)."""

    name: str
    share: Share | None
    known: str = ""
    worst: str = ""

    @property
    def followed(self) -> str:
        return (
            f"known {shorten(self.known)}, worst {shorten(self.worst)}" if self.known and self.share else ""
        )


@dataclass(frozen=True)
class Breakdown:
    """what: "PHQ-9 response of those who started"; parts: by what ("age band") and its groups, in an order that says nothing
    of the share; whole: everybody."""

    what: str
    parts: Sequence[tuple[str, Sequence[Group]]]
    whole: Group


def plot_breakdown(data: Breakdown, theme: Theme) -> go.Figure:
    rows = _lay_rows(data)
    sheet = Sheet(theme, ROW_PX * len(rows), Margins(left=190, right=260, bottom=24 + 4 * LINE_PX))
    ticks = {"tickvals": PERCENT_TICKS, "ticktext": [f"{round(100 * tick)} %" for tick in PERCENT_TICKS]}
    sheet.axes = {
        "xaxis": base_axis(theme, 0, 1, showgrid=True, gridcolor=theme.faint, **ticks),
        "yaxis": axis(theme, -len(rows) + 0.5, 0.5, showticklabels=False, ticklen=0),
    }
    sheet.head(f"<b>{plain(data.what, 70)}, %</b> · 95 % interval of each group")
    groups = [(-float(at), one) for at, one in enumerate(rows) if isinstance(one, Group)]
    for y, name in ((-float(at), one) for at, one in enumerate(rows) if isinstance(one, str)):
        sheet.name_row(f"<b>{plain(name, 30)}</b>", y, NORMAL)
    for y, group in groups:
        sheet.name_row(plain(group.name, 30), y)
        sheet.beside(y, _say_counts(group), "" if group.share else theme.muted)
    if (share := data.whole.share) and share.total:
        sheet.upright(share.n / share.total, color=theme.ink, dash="5px,3px")
    sheet.traces = _draw_groups([(y, group.name, group.share) for y, group in groups if group.share], theme)
    sheet.note(_say_whole(data), 0, strong=True)
    sheet.note(
        "Of many groups, one in twenty lies outside its interval by chance alone.",
        1,
    )
    sheet.note(
        "Groups differ in whom they hold: a difference is no cause.",
        2,
    )
    sheet.note("Known: how many of those due have the score. Worst: had all the others fared badly.", 3)
    return sheet.draw()


def _say_whole(data: Breakdown) -> str:
    if not data.whole.share:
        return f"all: {NOT_SHOWN}."
    followed = f"; {data.whole.followed}" if data.whole.followed else ""
    return f"- - all: {_say_share(data.whole.share)}{followed}."


def describe_breakdown(data: Breakdown) -> str:
    """The figure in words."""
    parts = [
        f"By {name}: " + "; ".join(f"{group.name} {_say_counts(group)}" for group in groups)
        for name, groups in data.parts
    ]
    return f"{data.what}: {_say_whole(data)} {'. '.join(parts)}."


def _lay_rows(data: Breakdown) -> list[Group | str]:
    """A heading over each part's groups."""
    rows: list[Group | str] = []
    for name, groups in data.parts:
        rows += [capitalise(name), *groups]
    return rows


def _draw_groups(groups: list[tuple[float, str, Share]], theme: Theme) -> list[Part]:
    color = theme.instrument("PHQ-9")
    known = [(y, name, share) for y, name, share in groups if share.total]
    ends = [(x, y) for y, _, share in known for x in (*share.interval, None)]
    heights = [row for y, _, _ in known for row in (y, y, None)]
    told = [f"{plain(name, 60)}: {_say_share(share)}" for _, name, share in known]
    # The larger a group, the larger its dot: those few that lie far out are mostly small.
    largest = max((share.total for _, _, share in known), default=1)
    sizes = [round(6 + 6 * (share.total / largest) ** 0.5, 1) for _, _, share in known]
    marker = {"size": sizes, "color": color, "opacity": 1, "line": {"color": theme.paper, "width": 1}}
    line = {"color": color, "width": 1.6}
    return [
        trace([x for x, _ in ends], heights, name="intervals", mode="lines", line=line),
        trace([share.n / share.total for _, _, share in known], [y for y, _, _ in known], name="groups")
        | {"mode": "markers", "marker": marker, "hovertext": told, "hoverinfo": "text"},
    ]


def _say_counts(group: Group) -> str:
    """23/60, 38 % · known 87 %, worst 33 %; of a hidden group that it is hidden, never 0, nor that it is small."""
    if group.share is None:
        return NOT_SHOWN
    if not group.share.total:
        return "nobody"
    said = f"{group.share.n:,}/{group.share.total:,}, {100 * group.share.n / group.share.total:.0f} %"
    return f"{said} · {group.followed}" if group.followed else said


def _say_share(share: Share) -> str:
    if not share.total:
        return "nobody to count"
    low, high = share.interval
    return f"{share.n:,}/{share.total:,}, {100 * share.n / share.total:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
