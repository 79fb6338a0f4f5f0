"""On demand: the expected course under a patient's scores, as steps of three pale bands and a thin median."""

from datetime import datetime

from lib.charts.canvas import Canvas, Lane, Part, scatter
from lib.charts.expected_facts import PlacedStep, Ribbon, describe_step
from lib.charts.theme import see_through
from lib.clinical.expected import PROBABILITIES

# Lowest and highest probability of each band, the widest first, and how much of the instrument's pale colour it takes: they lie
# on one another, and every line and grey band of the lane shows through all three.
BANDS = ((0.025, 0.975, 0.16), (0.1, 0.9, 0.22), (0.25, 0.75, 0.28))
MEDIAN = PROBABILITIES.index(0.5)


def draw_ribbon(ribbon: Ribbon, lane: Lane, canvas: Canvas) -> list[Part]:
    """Traces to lie under the scores. Corners are those of the sessions; nothing is smoothed."""
    pale = canvas.theme.pale_instrument(ribbon.course.instrument.name)
    return [*(_band(ribbon, lane, pale, band) for band in BANDS), _median(ribbon, lane, pale)]


def _band(ribbon: Ribbon, lane: Lane, color: str, band: tuple[float, float, float]) -> Part:
    low, high, opacity = band
    when: list[datetime | None] = []
    totals: list[float | None] = []
    for run in ribbon.runs:
        floor, ceiling = (_edge(run, PROBABILITIES.index(one)) for one in (low, high))
        outline = [*floor, *reversed(ceiling)]
        when += [*([None] if when else []), *(at for at, _ in outline)]
        totals += [*([None] if totals else []), *(total for _, total in outline)]
    name = f"expected {round(100 * (high - low))} %"
    look = {"mode": "none", "fill": "toself", "fillcolor": see_through(color, opacity), "cliponaxis": True}
    return scatter(lane, when, totals, name=name, **look)


def _median(ribbon: Ribbon, lane: Lane, color: str) -> Part:
    when: list[datetime | None] = []
    totals: list[float | None] = []
    said: list[str] = []
    for run in ribbon.runs:
        edge = _edge(run, MEDIAN)
        when += [*([None] if when else []), *(at for at, _ in edge)]
        totals += [*([None] if totals else []), *(total for _, total in edge)]
        said += [*([""] if said else []), *(describe_step(ribbon, one.step) for one in run for _ in range(2))]
    line = {"color": color, "width": 1.2, "dash": "3px,3px", "shape": "linear"}
    look = {"mode": "lines", "line": line, "connectgaps": False, "cliponaxis": True}
    return scatter(lane, when, totals, name="expected median", hovertext=said, **look)


def _edge(run: list[PlacedStep], position: int) -> list[tuple[datetime, float]]:
    """Both ends of every step."""
    return [(at, one.step.bounds[position]) for one in run for at in (one.since, one.until)]
