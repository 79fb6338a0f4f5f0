"""How long what is open has waited: a bar for each span of time, those beyond the clinic's own limit hatched."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.clinic.sheet import Margins, Sheet, axis, bars, base_axis, hatched
from lib.charts.text import plain
from lib.charts.theme import Theme

PLOT_PX = 150


@dataclass(frozen=True)
class Span:
    """A span of waiting ("3–7 days"), how many wait so long, and whether that is beyond the limit."""

    name: str
    n: int
    is_late: bool


@dataclass(frozen=True)
class Ageing:
    """what: "Open flags". limit_words: "review within 7 days". The oldest last."""

    what: str
    spans: Sequence[Span]
    limit_words: str

    @property
    def n_late(self) -> int:
        return sum(one.n for one in self.spans if one.is_late)


def plot_ageing(data: Ageing, theme: Theme) -> go.Figure:
    sheet = Sheet(theme, PLOT_PX, Margins(left=20, bottom=30))
    highest = max([1, *(one.n for one in data.spans)])
    names = [plain(one.name, 14) for one in data.spans]
    ticks = {"tickvals": list(range(len(names))), "ticktext": names}
    sheet.axes = {
        "xaxis": base_axis(theme, -0.6, max(len(names), 1) - 0.4, **ticks),
        "yaxis": axis(theme, 0, 1.18 * highest, visible=False),
    }
    sheet.head(f"<b>{plain(data.what, 40)} by age</b> · ▨ beyond the limit: {plain(data.limit_words, 40)}")
    solid = {"color": theme.instrument("PHQ-9"), "line": {"width": 0}}
    for is_late, look, name in ((False, solid, "in time"), (True, hatched(theme), "late")):
        at = [number for number, one in enumerate(data.spans) if one.is_late == is_late]
        sheet.traces.append(bars(at, [data.spans[one].n for one in at], look, width=0.7, name=name))
    for place, one in enumerate(data.spans):
        sheet.say(f"{one.n:,}", place, one.n, yanchor="bottom", yshift=3)
    return sheet.draw()


def describe_ageing(data: Ageing) -> str:
    """The figure in words."""
    spans = ", ".join(f"{one.name}: {one.n:,}" for one in data.spans)
    return f"{data.what} by age. {spans}. Beyond the limit ({data.limit_words}): {data.n_late:,}."
