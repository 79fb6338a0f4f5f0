"""The numbers of the dosing sessions, S1, S2 …: above the scores as a second axis, and in the session lane."""

from typing import Any

from lib.charts.canvas import NORMAL, SMALL, Canvas, Lane, Part, Parts, scatter, words
from lib.charts.labels import text_size
from lib.charts.records import Session
from lib.charts.time_axis import TimeAxis, say_day_of
from lib.clinical.wording import say_day

LABEL_STEPS = (1, 2, 5, 10, 20, 50)
LEFT_PX = 60
FIRST_DOSE_SHIFT = 1
# Where the ticks stand in the axis above the scores.
FLOOR = 0.12


def draw_session_axis(counting: list[Session], numbers: list[str], lane: Lane, canvas: Canvas) -> Parts:
    """Ticks at the sessions; above them the first dose of each course, and right of them the day that is asked about."""
    parts = Parts(annotations=[*_name_first_doses(lane, canvas), _name_as_of(lane, canvas)])
    parts.axes[lane.layout_name] = {"range": [lane.low, lane.high], "domain": lane.domain, "visible": False}
    if counting:
        parts.traces.append(draw_ticks(counting, numbers, lane, canvas, y=FLOOR, name="session axis"))
    return parts


def draw_ticks(
    counting: list[Session],
    numbers: list[str],
    lane: Lane,
    canvas: Canvas,
    **rest: Any,
) -> Part:
    """A tick a session and its number above it; rest: y, name and, where the mouse is answered, hovertext."""
    return scatter(
        lane,
        [session.at for session in counting],
        [rest.pop("y")] * len(counting),
        mode="markers+text",
        marker={"symbol": "line-ns", "size": 5, "line": {"color": canvas.theme.ink, "width": 1.2}},
        text=numbers,
        textposition="top center",
        textfont={"color": canvas.theme.ink, "size": SMALL},
        **rest,
    )


def number_sessions(counting: list[Session], time: TimeAxis) -> list[str]:
    """S1, S2 …; in a crowd every second, fifth or tenth, and always the first of a course and the last."""
    shown = [session for session in counting if time.shows(session.at)]
    chosen: list[Session] = []
    for step in LABEL_STEPS:
        numbered = [row for row in shown if (row.number or 0) % step == 0]
        chosen = _without_crowding([*shown[-1:], *(row for row in shown if row.number == 1), *numbered], time)
        if len(chosen) >= len(numbered):
            break
    kept = {(row.course, row.number) for row in chosen}
    return [f"S{row.number}" if (row.course, row.number) in kept else "" for row in counting]


def _without_crowding(wanted: list[Session], time: TimeAxis) -> list[Session]:
    """The earlier in the list, the surer its place."""
    kept: dict[float, Session] = {}
    for row in wanted:
        x, width = time.px(row.at), text_size(f"S{row.number}", SMALL)[0] + 6
        if all(abs(x - other) >= width for other in kept):
            kept[x] = row
    return list(kept.values())


def _name_first_doses(lane: Lane, canvas: Canvas) -> list[Part]:
    """From the last course back, as far as the words do not run into each other."""
    time = canvas.time
    edge, named = time.width_px, []
    for number, first in reversed(list(enumerate(time.first_doses, 1))):
        course = f"course {number}, " if len(time.first_doses) > 1 else ""
        text = f"{course}first dose {say_day_of(time, first)}"
        left = min(time.px(first), edge - text_size(text, SMALL)[0])
        if not time.shows(first) or left < -LEFT_PX:
            continue
        edge = left - 8
        place = {"x": first.isoformat(), "xref": "x", "xanchor": "left", "xshift": left - time.px(first)}
        font = {"size": SMALL, "color": canvas.theme.muted}
        named.append(words(text, font, **place, **_above(lane)))
    return named


def _name_as_of(lane: Lane, canvas: Canvas) -> Part:
    """Beside the line at which the record stops being known."""
    place = {"x": canvas.time.until.isoformat(), "xref": "x", "xanchor": "left", "xshift": 2}
    font = {"size": NORMAL, "color": canvas.theme.ink}
    return words(f"as of {say_day(canvas.time.as_of)}", font, **place, **_above(lane))


def _above(lane: Lane) -> Part:
    return {"y": lane.domain[1], "yref": "paper", "yanchor": "bottom", "yshift": FIRST_DOSE_SHIFT}
