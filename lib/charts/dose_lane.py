"""The dose lane: what was prescribed is a step line, what was taken stands on stems."""

from datetime import datetime
from itertools import pairwise

from lib.charts.canvas import (
    NORMAL,
    SMALL,
    Canvas,
    Lane,
    Part,
    Parts,
    header,
    level,
    scatter,
    words,
    words_beside,
    words_in_margin,
)
from lib.charts.dose_facts import Doses, Step, describe_session
from lib.charts.labels import Label, box_around, free_side, spread
from lib.charts.records import Session
from lib.charts.text import mg

# When, at what dose, which words, on which sides of the point.
Wanted = tuple[datetime, float, str, tuple[str, ...]]
LABEL_ROOM = 1.2
# Beside a rise the upper left is free, beside a fall the upper right.
RISE_SIDES = ("top left", "top right", "bottom right")
FALL_SIDES = ("top right", "bottom left", "top left")
ABOVE_AND_BELOW = ("top center", "bottom center", "top right", "top left")


def fit_dose_axis(doses: Doses) -> float:
    """The top of the axis: the highest dose or ceiling, with room for words above."""
    return LABEL_ROOM * max(doses.highest_mg, 10)


def draw_dose_lane(doses: Doses, lane: Lane, canvas: Canvas) -> Parts:
    theme = canvas.theme
    line = "line: prescribed" if doses.steps else "prescribed not recorded"
    title = f"<b>Dose</b>, mg, up is more · {line} · ● taken ◐ partly taken ○ not taken"
    axis = {"range": [0, lane.high], "nticks": 4, "domain": lane.domain, "rangemode": "tozero"}
    parts = Parts(annotations=[header(lane, title, theme.dose)])
    parts.axes[lane.layout_name] = axis | {"tickfont": {"color": theme.muted, "size": SMALL}}
    parts.shapes.append(
        level(lane, 0, canvas.time.start, canvas.time.end, {"color": theme.faint, "width": 1})
    )
    parts.axes[lane.layout_name]["showticklabels"] = bool(doses.sessions or doses.steps)
    if doses.sessions or doses.steps:
        parts.traces += [
            *_prescribed(doses, lane, canvas),
            _stems(doses, lane, canvas),
            _heads(doses, lane, canvas),
        ]
        parts.annotations += _labels(doses, lane, canvas)
    else:
        parts.annotations.append(_say_nothing_taken(lane, canvas))
    return parts.add(_draw_levels_in_margin(doses, lane, canvas))


def _prescribed(doses: Doses, lane: Lane, canvas: Canvas) -> list[Part]:
    when: list[datetime | None] = []
    amounts: list[float | None] = []
    for previous, step in pairwise((None, *doses.steps)):
        if step is None:
            continue
        if previous is not None and previous.until < step.at:
            when.append(None)
            amounts.append(None)
        when += [step.at, step.until]
        amounts += [step.dose_mg, step.dose_mg]
    line = {"color": canvas.theme.dose, "width": 1.6, "shape": "linear"}
    return [scatter(lane, when, amounts, mode="lines", line=line, name="prescribed")] if when else []


def _stems(doses: Doses, lane: Lane, canvas: Canvas) -> Part:
    taken = [session for session in doses.sessions if session.counts and session.dose_mg]
    when = [moment for session in taken for moment in (session.at, session.at, None)]
    amounts = [amount for session in taken for amount in (0, session.dose_mg, None)]
    return scatter(lane, when, amounts, mode="lines", line={"color": canvas.theme.stems, "width": 1.3})


def _heads(doses: Doses, lane: Lane, canvas: Canvas) -> Part:
    """Filled, half-tone or hollow by what was taken of the dose."""
    theme, sessions = canvas.theme, doses.sessions
    fills = {"taken": theme.dose, "partial": theme.half_tone}
    size = min(9.0, max(4.5, 0.75 * doses.spacing_px(canvas.time)))
    return scatter(
        lane,
        [session.at for session in sessions],
        [doses.height_mg(session) for session in sessions],
        name="dose taken",
        mode="markers",
        marker={
            "size": size,
            "color": [fills.get(doses.fate(session), theme.paper) for session in sessions],
            "line": {"color": theme.dose, "width": 1.4},
            "opacity": 1,
        },
        hovertext=[describe_session(session, canvas.time) for session in sessions],
    )


def _labels(doses: Doses, lane: Lane, canvas: Canvas) -> list[Part]:
    """Words for what was not taken and for each change of dose, where there is room; the mouse reads the rest."""
    room = (-60.0, canvas.time.px(canvas.time.end), 0.0, lane.height_px + 4)
    shown = [session for session in doses.sessions if canvas.time.shows(session.at)]
    taken = [box_around(*canvas.at(lane, session.at, doses.height_mg(session)), 3) for session in shown]
    ceiling = [canvas.line_box(lane, doses.ceiling_mg, canvas.time.start)] if doses.ceiling_mg else []
    labels = []
    for at, amount, text, sides in [*_fates(doses, shown), *_changes(doses, canvas)]:
        label = Label(*canvas.at(lane, at, amount), text, SMALL, gap=3.5)
        side = free_side(label, sides, taken + ceiling, room) or free_side(label, sides, taken, room)
        if side:
            taken.append(label.box(side))
            labels.append(words_beside(lane, at, amount, label, side=side, color=canvas.theme.ink))
    return labels


def _fates(doses: Doses, shown: list[Session]) -> list[Wanted]:
    return [
        (session.at, doses.height_mg(session), doses.fate(session), ABOVE_AND_BELOW)
        for session in shown
        if doses.fate(session) != "taken"
    ]


def _changes(doses: Doses, canvas: Canvas) -> list[Wanted]:
    steps: list[Step | None] = [None, *(doses.steps or doses.taken_steps)]
    changes: list[Wanted] = []
    for previous, step in pairwise(steps):
        if step is None or not canvas.time.shows(step.at):
            continue
        # The first dose of another course is no change of dose.
        is_first = previous is None or previous.until < step.at
        change = 0 if is_first or previous is None else step.dose_mg - previous.dose_mg
        text = f"{_say_change(change)} → {mg(step.dose_mg)}" if change else mg(step.dose_mg)
        changes.append((step.at, step.dose_mg, text, RISE_SIDES if change >= 0 else FALL_SIDES))
    return changes


def _say_change(change: float) -> str:
    """+50, −12.5: unrounded, as half a tablet is a dose."""
    return f"{change:+g}".replace("-", "−")


def _draw_levels_in_margin(doses: Doses, lane: Lane, canvas: Canvas) -> Parts:
    """The patient's ceiling, where one is recorded, and the dose prescribed last."""
    levels = [(doses.ceiling_mg, f"patient's ceiling {mg(doses.ceiling_mg)}")] if doses.ceiling_mg else []
    if doses.steps:
        levels.append((doses.steps[-1].dose_mg, f"last prescribed {mg(doses.steps[-1].dose_mg)}"))
    middles = spread([lane.px(amount) for amount, _ in levels], [15.0] * len(levels), 0, lane.height_px)
    font = {"size": NORMAL, "color": canvas.theme.dose}
    parts = Parts()
    for (_, text), middle in zip(levels, middles, strict=True):
        parts.annotations.append(words_in_margin(lane, text, font, lane.y(middle)))
    if doses.ceiling_mg:
        line = {"color": canvas.theme.dose, "width": 1, "dash": "dash"}
        parts.shapes.append(level(lane, doses.ceiling_mg, canvas.time.start, canvas.time.end, line))
    return parts


def _say_nothing_taken(lane: Lane, canvas: Canvas) -> Part:
    font = {"size": SMALL + 2, "color": canvas.theme.ink}
    return words(
        "no dose taken or ordered yet", font, x=0.5, xref="x domain", y=lane.high / 2, yref=lane.axis
    )
