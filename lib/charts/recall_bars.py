"""On demand: the days that each form asks about, as a bar that ends at its point."""

from datetime import datetime, timedelta

from lib.charts.canvas import Canvas, Part, scatter
from lib.charts.score_facts import Scores
from lib.clinical.instruments import RECALL_DAYS


def draw_recall(scores: Scores, canvas: Canvas) -> Part | None:
    """A bar at the height of each total in force; bars of weekly forms run side by side, since they share half their days."""
    if not scores.points:
        return None
    when: list[datetime | None] = []
    totals: list[float | None] = []
    for form in scores.points:
        when += [form.at - timedelta(days=RECALL_DAYS), form.at, None]
        totals += [form.total, form.total, None]
    line = {"color": canvas.theme.pale_instrument(scores.instrument.name), "width": 3, "shape": "linear"}
    # Unlike a point, a bar may begin before the first date that is drawn.
    look = {"mode": "lines", "line": line, "connectgaps": False, "cliponaxis": True}
    return scatter(scores.lane, when, totals, name="recall", **look)


def say_recall() -> str:
    """What the bars are."""
    return f"bars: the {RECALL_DAYS} days that each form asks about"
