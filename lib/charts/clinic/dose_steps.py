"""How scores moved within patients over a step of dose: means of many, under the sentence that forbids to call them effects."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.canvas import NORMAL, Part, words
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, base_axis, trace, value_axis
from lib.charts.text import plain
from lib.charts.theme import Theme
from lib.clinical.instruments import Instrument
from lib.clinical.wording import say_signed

PLOT_PX = 210
BANNER = "<b>Dose is chosen because of response.</b> It is raised after bad scores, and bad scores ease by themselves."


@dataclass(frozen=True)
class DoseStep:
    """name: "+25 mg" or "no change". change: the mean of patients' own changes from before the step to after it, points,
    with its 95 % interval; n: patients. All None where too few to be shown."""

    name: str
    n: int | None
    change: float | None
    low: float | None
    high: float | None


def plot_dose_steps(instrument: Instrument, steps: Sequence[DoseStep], theme: Theme) -> go.Figure:
    """steps: from the largest fall of dose to the largest rise."""
    sheet = Sheet(theme, PLOT_PX, Margins(left=70, right=20, top=64, bottom=38 + 2 * LINE_PX))
    ends = [abs(end) for one in steps for end in (one.low, one.high) if end is not None]
    reach = max([instrument.max_total / 4, *ends]) * 1.1
    ticks = {"tickvals": list(range(len(steps))), "ticktext": [plain(one.name, 12) for one in steps]}
    sheet.axes = {
        "xaxis": base_axis(theme, -0.6, max(len(steps), 1) - 0.4, **ticks),
        "yaxis": value_axis(theme, -reach, reach, nticks=7),
    }
    sheet.head(
        f"<b>{instrument.name} change over a step of dose, points</b> · mean within patients, 95 % · below 0 is better"
    )
    _draw_banner(sheet)
    sheet.across(0, color=theme.ink)
    sheet.traces = _draw_steps(instrument, steps, theme)
    sheet.row_under(
        range(len(steps)), ["few" if one.n is None else f"{one.n:,}" for one in steps], 0, "patients"
    )
    sheet.note("Descriptive only: it says what happened around a step of dose, not what the step did.", 2)
    return sheet.draw()


def describe_dose_steps(instrument: Instrument, steps: Sequence[DoseStep]) -> str:
    """The figure in words, its banner first."""
    said = "; ".join(
        f"{one.name} too few to be shown"
        if one.change is None
        else f"{one.name} {one.change:+.1f} (n {one.n:,})".replace("-", "−")
        for one in steps
    )
    banner = BANNER.replace("<b>", "").replace("</b>", "")
    return f"{banner} Mean {instrument.name} change within patients by step of dose: {said}."


def _draw_banner(sheet: Sheet) -> None:
    """Inside the figure, so that a copy of it cannot lose the sentence."""
    theme = sheet.theme
    place: Part = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 30,
    }
    look = {"bgcolor": theme.shade, "bordercolor": theme.muted, "borderwidth": 1, "borderpad": 4}
    sheet.annotations.append(words(BANNER, {"size": NORMAL, "color": theme.ink}, **place) | look)


def _draw_steps(instrument: Instrument, steps: Sequence[DoseStep], theme: Theme) -> list[Part]:
    """No line from step to step: other patients stand behind each."""
    color = theme.instrument(instrument.name)
    known = [(at, one) for at, one in enumerate(steps) if one.change is not None]
    ends = [(at, end) for at, one in known for end in (one.low, one.high, None)]
    told = [
        f"{plain(one.name, 40)}: {say_signed(one.change or 0)} points, n {one.n:,}".replace("-", "−")
        for _, one in known
    ]
    line = {"color": color, "width": 1.6}
    marker = {"size": 8, "color": color}
    return [
        trace([at for at, _ in ends], [end for _, end in ends], name="intervals", mode="lines", line=line),
        trace([at for at, _ in known], [one.change for _, one in known], name="steps", mode="markers")
        | {"marker": marker, "hovertext": told, "hoverinfo": "text"},
    ]
