"""On demand: light shading over the hours after each dose in which source page A sees plasticity; a claim, no effect."""

from datetime import datetime, timedelta

from lib.charts.canvas import Canvas, Part, Parts
from lib.charts.records import Session

Span = tuple[datetime, datetime]


def draw_windows(sessions: list[Session], canvas: Canvas) -> Parts:
    """Through all lanes, never beyond as_of; windows that meet are one."""
    start, until = canvas.time.start, canvas.time.until
    spans = [(max(since, start), min(end, until)) for since, end in join_windows(sessions, canvas)]
    return Parts(shapes=[_shade(span, canvas) for span in spans if span[0] < span[1]])


def join_windows(sessions: list[Session], canvas: Canvas) -> list[Span]:
    """From when to when, after each counting session; one without a time of day is counted from noon."""
    first, last = (timedelta(hours=hours) for hours in canvas.options.plasticity_h)
    joined: list[Span] = []
    for at in (session.at for session in sessions if session.counts):
        since, end = at + first, at + last
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((since, end))
    return joined


def say_windows(canvas: Canvas) -> str:
    """What the shading is, and who says so."""
    first, last = canvas.options.plasticity_h
    return f"shaded: {first}–{last} h after each dose ({canvas.options.plasticity_source})"


def _shade(span: Span, canvas: Canvas) -> Part:
    ends = {"xref": "x", "x0": span[0].isoformat(), "x1": span[1].isoformat()}
    look = {"fillcolor": canvas.theme.shade, "line": {"width": 0}, "layer": "below"}
    return {"type": "rect", "yref": "paper", "y0": 0, "y1": 1} | ends | look
