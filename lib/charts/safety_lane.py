"""The session and safety lane: which session, and what of it a prescriber must have seen, as a shape and words."""

from lib.charts.canvas import (
    NORMAL,
    SMALL,
    Canvas,
    Lane,
    Part,
    Parts,
    header,
    scatter,
    words,
    words_in_margin,
)
from lib.charts.dose_facts import describe_session
from lib.charts.integration_facts import describe_integration, find_in_window
from lib.charts.records import Record, Session
from lib.charts.safety_facts import say_named
from lib.charts.session_numbers import draw_ticks
from lib.charts.stagger import GLYPH_PX, Placed

TICKS_FROM_TOP = 0.8


def draw_safety_lane(
    record: Record, numbers: list[str], placed: list[Placed], lane: Lane, canvas: Canvas
) -> Parts:
    """A tick and a number for each session that counts; under them the findings, staggered, and how much was recorded."""
    counting = record.counting
    title = f"<b>Sessions and safety</b>: {say_named(canvas.options)}"
    parts = Parts(annotations=[header(lane, title, canvas.theme.ink), _say_coverage(counting, lane, canvas)])
    parts.axes[lane.layout_name] = {"range": [lane.low, lane.high], "domain": lane.domain, "visible": False}
    if counting:
        hover = [describe_session(session, canvas.time) for session in counting]
        shown = {"y": lane.high - TICKS_FROM_TOP, "name": "sessions", "hovertext": hover}
        parts.traces.append(draw_ticks(counting, numbers, lane, canvas, **shown))
    if record.integrations:
        parts.traces.append(_integrations(record, lane, canvas))
    if placed:
        parts.traces.append(_glyphs(placed, lane, canvas))
    else:
        parts.annotations.append(_say_empty(lane, canvas, has_session=bool(counting)))
    return parts.add(_notes_in_margin(record, placed, lane, canvas))


def _notes_in_margin(record: Record, placed: list[Placed], lane: Lane, canvas: Canvas) -> Parts:
    """What a star means, and how many findings found no room for words."""
    font = {"size": SMALL, "color": canvas.theme.ink}
    first, last = canvas.options.plasticity_h
    n_silent = sum(not place.side for place in placed)
    notes = []
    if any(canvas.time.shows(practice.at) for practice in record.integrations):
        notes.append((f"★ integration, {first}–{last} h after", lane.high - TICKS_FROM_TOP))
    if n_silent:
        notes.append((f"{n_silent} more: point at the shapes", lane.low + 0.5))
    return Parts(annotations=[words_in_margin(lane, text, font, y) for text, y in notes])


def _say_coverage(counting: list[Session], lane: Lane, canvas: Canvas) -> Part:
    """Of how many sessions each thing was recorded: what was not looked at is not known to be well."""
    shown = [session for session in counting if canvas.time.shows(session.at)]
    recorded = {
        "BP before": sum(row.sbp_pre_mmhg is not None and row.dbp_pre_mmhg is not None for row in shown),
        "MOAA/S": sum(row.sedation_moaas is not None for row in shown),
        "dissociation": sum(row.dissociation_0_10 is not None for row in shown),
        "supervisor": sum(row.supervisor_present is not None for row in shown),
        "AE asked": sum(row.ae_asked is True for row in shown),
    }
    counts = " · ".join(f"{name} {n}" for name, n in recorded.items())
    where = " in this range" if canvas.time.is_window else ""
    text = f"recorded, of {len(shown)} session{'s' * (len(shown) != 1)}{where}: {counts}" if shown else ""
    font = {"size": SMALL, "color": canvas.theme.muted}
    place = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": lane.low,
        "yref": lane.axis,
        "yanchor": "bottom",
    }
    return words(text, font, **place)


def _integrations(record: Record, lane: Lane, canvas: Canvas) -> Part:
    """Filled where it surely fell into the hours after a dose."""
    hours, ink = canvas.options.plasticity_h, canvas.theme.ink
    is_in = find_in_window(record, hours)
    return scatter(
        lane,
        [practice.at for practice in record.integrations],
        [lane.high - TICKS_FROM_TOP] * len(is_in),
        name="integration",
        mode="markers",
        marker={
            "symbol": "star",
            "size": GLYPH_PX,
            "color": [ink if inside else canvas.theme.paper for inside in is_in],
            "line": {"color": ink, "width": 1},
            "opacity": 1,
        },
        hovertext=[
            describe_integration(practice, hours, canvas.time, is_in=inside)
            for practice, inside in zip(record.integrations, is_in, strict=True)
        ],
    )


def _glyphs(placed: list[Placed], lane: Lane, canvas: Canvas) -> Part:
    symbols = [place.finding.symbol for place in placed]
    return scatter(
        lane,
        [place.finding.at for place in placed],
        [lane.high - 1.5 - place.row for place in placed],
        name="safety",
        mode="markers+text",
        marker={"symbol": symbols, "size": GLYPH_PX, "color": canvas.theme.ink, "opacity": 1},
        text=[f" {place.finding.words} " if place.side else "" for place in placed],
        textposition=[place.side or "middle right" for place in placed],
        textfont={"color": canvas.theme.ink, "size": SMALL},
        hovertext=[place.finding.hover for place in placed],
    )


def _say_empty(lane: Lane, canvas: Canvas, *, has_session: bool) -> Part:
    """Nothing recorded is not the same as nothing happened."""
    size, color, text = NORMAL + 1, canvas.theme.ink, "no session yet"
    if has_session:
        where = "this range" if canvas.time.is_window else "the record"
        size, color, text = SMALL, canvas.theme.muted, f"none of these in {where}"
    place = {"x": 0.5, "xref": "x domain", "y": lane.high - 1.5, "yref": lane.axis}
    return words(text, {"size": size, "color": color}, **place)
