"""How totals moved within patients around a step of dose, under the sentence that forbids to call it an effect."""

from collections.abc import Sequence
from math import isnan

import plotly.graph_objects as go

from lib.charts.canvas import NORMAL, Part, words
from lib.charts.clinic.sheet import LINE_PX, Margins, Sheet, base_axis, trace, value_axis
from lib.charts.theme import Theme
from lib.clinical.instruments import Instrument
from lib.clinical.outcomes.step_changes import Spread, StepChange
from lib.clinical.wording import count

PLOT_PX = 230
BANNER = "<b>Dose is chosen because of response.</b> It is raised after bad scores, and bad scores ease by themselves."
NAMES = {-1: "dose lowered", 0: "same dose", 1: "dose raised"}
# Places of a group on the axis: the total before the last, the last before the session, the first after it; then a gap.
_MOMENTS, _A_GROUP = ("before", "last", "next"), 4


def plot_dose_steps(
    instrument: Instrument, steps: Sequence[StepChange], theme: Theme, limit: int = 10
) -> go.Figure:
    """A group's line leads through the same patients' totals; no line leads from group to group."""
    sheet = Sheet(theme, PLOT_PX, Margins(left=70, right=20, top=64, bottom=38 + 5 * LINE_PX))
    places = [_A_GROUP * group + moment for group in range(len(steps)) for moment in range(3)]
    ticks = {"tickvals": places, "ticktext": list(_MOMENTS) * len(steps)}
    shown = [one for one in steps if _is_told(one, limit)]
    ends = [end for one in shown for spread in (one.before, one.after) if spread for end in _ends(spread)]
    reach = max([instrument.max_total / 4, *(abs(end) for end in ends)]) * 1.1
    sheet.axes = {
        "xaxis": base_axis(theme, -0.7, max(_A_GROUP * len(steps) - 1.3, 1), **ticks),
        "yaxis": value_axis(theme, -reach, reach, nticks=7),
    }
    sheet.head(
        f"<b>{instrument.name} against the last total before the session, points</b> · above 0 is worse"
    )
    _draw_banner(sheet)
    sheet.across(0, color=theme.ink)
    _draw_groups(sheet, instrument, steps, limit)
    middles = [_A_GROUP * group + 1 for group in range(len(steps))]
    sheet.row_under(middles, [f"<b>{NAMES[one.direction]}</b>" for one in steps], 1)
    sheet.row_under(middles, [_say_n(one, limit) for one in steps], 2)
    sheet.note(
        "● mean and middle half, within patients. ◇ what follows such totals by itself, without a step of dose.",
        3,
    )
    sheet.note("Descriptive only: it says what happened around a step of dose, not what the step did.", 4)
    return sheet.draw()


def describe_dose_steps(instrument: Instrument, steps: Sequence[StepChange], limit: int = 10) -> str:
    """The figure in words, its banner first."""
    said = "; ".join(f"{NAMES[one.direction]}: {_describe(one, limit)}" for one in steps)
    banner = BANNER.replace("<b>", "").replace("</b>", "")
    return f"{banner} {instrument.name} within patients around a session: {said}."


def _describe(step: StepChange, limit: int) -> str:
    if not _is_told(step, limit):
        return _say_n(step, limit)
    by_itself = "" if isnan(step.expected) else f", by itself {_say(step.expected)} would be expected"
    return (
        f"{_say_n(step, limit)}, before it {_say_spread(step.before, -1)}, after it {_say_spread(step.after)}{by_itself}; "
        f"a total is missing around {_say_few(step.n_unknown, limit)} more"
    )


def _is_told(step: StepChange, limit: int) -> bool:
    return step.n_patients > limit


def _say_n(step: StepChange, limit: int) -> str:
    if not _is_told(step, limit):
        return "too few to be shown" if step.n_steps else "nobody"
    return f"{count(step.n_steps, 'session')} of {count(step.n_patients, 'patient')}"


def _say_few(n: int, limit: int) -> str:
    return f"{n:,}" if n == 0 or n > limit else f"fewer than {limit + 1}"


def _say(points: float) -> str:
    return f"{points:+.1f}".replace("-", "−") if round(points, 1) else "0.0"


def _say_spread(spread: Spread | None, sign: int = 1) -> str:
    """A change of so many points. sign −1: towards the last total, where the spread is counted from it."""
    if spread is None:
        return "unknown"
    low, high = sorted((sign * spread.low, sign * spread.high))
    return f"{_say(sign * spread.mean)} (middle half {_say(low)} to {_say(high)})"


def _ends(spread: Spread) -> tuple[float, float, float]:
    return spread.low, spread.mean, spread.high


def _draw_banner(sheet: Sheet) -> None:
    """Inside the figure, so that a copy of it cannot lose the sentence."""
    theme = sheet.theme
    place: Part = {"x": 0, "xref": "paper", "xanchor": "left"}
    place |= {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 30}
    look = {"bgcolor": theme.shade, "bordercolor": theme.muted, "borderwidth": 1, "borderpad": 4}
    sheet.annotations.append(words(BANNER, {"size": NORMAL, "color": theme.ink}, **place) | look)


def _draw_groups(sheet: Sheet, instrument: Instrument, steps: Sequence[StepChange], limit: int) -> None:
    color, theme = sheet.theme.instrument(instrument.name), sheet.theme
    halves: list[tuple[float, float | None]] = []
    means: list[tuple[float, float | None, str]] = []
    expected: list[tuple[float, float, str]] = []
    for group, one in enumerate(steps):
        if one.before is None or one.after is None or not _is_told(one, limit):
            continue
        at = _A_GROUP * group
        name = f"{NAMES[one.direction]}, {_say_n(one, limit)}"
        for x, spread in ((at, one.before), (at + 2, one.after)):
            halves += [(x, spread.low), (x, spread.high), (x, None)]
        means += [
            (at, one.before.mean, f"{name}: before it {_say_spread(one.before, -1)}"),
            (at + 1, 0, name),
        ]
        means += [(at + 2, one.after.mean, f"{name}: after it {_say_spread(one.after)}"), (at + 2, None, "")]
        if one.direction and not isnan(one.expected):
            expected.append(
                (at + 2.35, one.expected, f"without a step {_say(one.expected)} would be expected")
            )
    open_mark = {"symbol": "diamond-open", "size": 10, "color": theme.ink, "line": {"width": 1.6}}
    sheet.traces = [
        trace(
            *_columns(halves),
            name="middle halves",
            mode="lines",
            line={"color": color, "width": 6},
            opacity=0.35,
        ),
        trace(*_columns(means), name="means", mode="lines+markers", marker={"size": 8, "color": color})
        | {
            "line": {"color": color, "width": 1.6},
            "hovertext": [text for *_, text in means],
            "hoverinfo": "text",
        },
        trace(*_columns(expected), name="expected", mode="markers", marker=open_mark)
        | {"hovertext": [text for *_, text in expected], "hoverinfo": "text"},
    ]


def _columns(points: Sequence[tuple]) -> tuple[list, list]:
    return [one[0] for one in points], [one[1] for one in points]
