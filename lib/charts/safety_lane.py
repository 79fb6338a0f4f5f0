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
from lib.charts.labels import text_size
from lib.charts.options import PLASTICITY
from lib.charts.plasticity_windows import say_windows
from lib.charts.records import Session
from lib.charts.stagger import GLYPH_PX, Placed

LABEL_STEPS = (1, 2, 5, 10, 20, 50)


def draw_safety_lane(sessions: list[Session], placed: list[Placed], lane: Lane, canvas: Canvas) -> Parts:
    """A tick and a number for each session that counts; under them the findings, staggered."""
    counting = [session for session in sessions if session.counts]
    parts = Parts(annotations=[header(lane, _say_header(counting, canvas), canvas.theme.ink)])
    parts.axes[lane.layout_name] = {"range": [lane.low, lane.high], "domain": lane.domain, "visible": False}
    if counting:
        parts.traces.append(_session_ticks(counting, lane, canvas))
    if placed:
        parts.traces.append(_glyphs(placed, lane, canvas))
    n_silent = sum(not place.side for place in placed)
    if n_silent:
        font = {"size": SMALL, "color": canvas.theme.ink}
        parts.annotations.append(
            words_in_margin(lane, f"{n_silent} more: point at the shapes", font, lane.high - 0.5)
        )
    if not placed:
        parts.annotations.append(_say_empty(lane, canvas, has_session=bool(counting)))
    return parts


def _say_header(counting: list[Session], canvas: Canvas) -> str:
    limit = canvas.options.blood_pressure_limit
    n = sum(row.sbp_pre_mmhg is not None and row.dbp_pre_mmhg is not None for row in counting)
    before = f"before {n} of {len(counting)} dose{'s' * (len(counting) > 1)}" if n else "before no dose"
    recorded = f", recorded {before}" if counting else ""
    shaded = f" · {say_windows(canvas)}" if canvas.options.shows(PLASTICITY) else ""
    return f"<b>Sessions and safety</b> · BP limit {limit[0]}/{limit[1]}{recorded}{shaded}"


def _session_ticks(counting: list[Session], lane: Lane, canvas: Canvas) -> Part:
    return scatter(
        lane,
        [session.at for session in counting],
        [lane.high - 0.8] * len(counting),
        name="sessions",
        mode="markers+text",
        marker={"symbol": "line-ns", "size": 5, "line": {"color": canvas.theme.ink, "width": 1.2}},
        text=_number_labels(counting, canvas),
        textposition="top center",
        textfont={"color": canvas.theme.ink, "size": SMALL},
        hovertext=[describe_session(session, canvas.time) for session in counting],
    )


def _number_labels(counting: list[Session], canvas: Canvas) -> list[str]:
    """S1, S2 …; in a crowd every second, fifth or tenth, and always the first of a course and the last."""
    shown = [session for session in counting if canvas.time.shows(session.at)]
    chosen: list[Session] = []
    for step in LABEL_STEPS:
        numbered = [row for row in shown if (row.number or 0) % step == 0]
        chosen = _without_crowding(
            [*shown[-1:], *(row for row in shown if row.number == 1), *numbered], canvas
        )
        if len(chosen) >= len(numbered):
            break
    return [f"S{row.number}" if row in chosen else "" for row in counting]


def _without_crowding(wanted: list[Session], canvas: Canvas) -> list[Session]:
    """The earlier in the list, the surer its place."""
    kept: list[Session] = []
    for row in wanted:
        x, width = canvas.time.px(row.at), text_size(f"S{row.number}", SMALL)[0] + 6
        if row not in kept and all(abs(x - canvas.time.px(other.at)) >= width for other in kept):
            kept.append(row)
    return kept


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
        size, color = SMALL, canvas.theme.muted
        where = "this window" if canvas.time.is_window else "the record"
        text = f"not in {where}: BP over the limit, MOAA/S ≤3, adverse event beyond mild"
    place = {"x": 0.5, "xref": "x domain", "y": lane.low + 0.5, "yref": lane.axis}
    return words(text, {"size": size, "color": color}, **place)
