"""The lanes of PHQ-9 and GAD-7: points and straight segments, as they were entered and no smoother."""

from datetime import datetime
from typing import Any

from lib.charts.canvas import SMALL, Canvas, Part, Parts, header, scatter
from lib.charts.expected_ribbon import draw_ribbon
from lib.charts.options import RECALL
from lib.charts.recall_bars import draw_recall
from lib.charts.records import BY_STAFF, PRORATED, Form
from lib.charts.score_facts import Scores, describe_form
from lib.charts.score_label import label_latest
from lib.charts.score_lines import draw_lines
from lib.charts.score_silence import draw_silence


def draw_score_lane(scores: Scores, canvas: Canvas) -> Parts:
    """Bands, reference lines, the scores, the latest one in words and the silence since then."""
    name = scores.instrument.name
    color = canvas.theme.instrument(name)
    title = f"<b>{name} total</b>, points 0–{scores.instrument.max_total}, lower is better{_say_marks(scores, canvas)}"
    parts = Parts(
        annotations=[header(scores.lane, title, color)], axes={scores.lane.layout_name: _axis(scores, canvas)}
    )
    if scores.ribbon:
        parts.traces += draw_ribbon(scores.ribbon, scores.lane, canvas)
    label, taken = label_latest(scores, canvas)
    parts.add(draw_lines(scores, canvas)).add(draw_silence(scores, canvas, taken))
    parts.traces += [
        trace
        for trace in (
            draw_recall(scores, canvas) if canvas.options.shows(RECALL) else None,
            _segments(scores, canvas),
            _superseded(scores, canvas),
            _points(scores, canvas),
            _without_total(scores, canvas),
            _ring(scores, canvas),
            _new(scores, canvas),
        )
        if trace
    ]
    parts.annotations += label
    return parts


def _say_marks(scores: Scores, canvas: Canvas) -> str:
    """What hollow, p, s and a frame mean, where they occur."""
    points = scores.points
    marks = {
        "○ before dose 1": any(form.is_before_first_dose for form in points),
        f"{PRORATED} prorated": any(form.is_prorated for form in points),
        f"{BY_STAFF} by staff": any(form.is_by_staff for form in points),
        "□ new since your review": bool(_new_forms(scores, canvas)),
    }
    return "".join(f" · {mark}" for mark, occurs in marks.items() if occurs)


def _axis(scores: Scores, canvas: Canvas) -> Part:
    top = scores.instrument.max_total
    return {
        "range": [0, top],
        "tickvals": [value for value in (0, 5, 10, 15, 20, 25) if value <= top],
        "domain": scores.lane.domain,
        "tickfont": {"color": canvas.theme.muted, "size": SMALL},
    }


def _segments(scores: Scores, canvas: Canvas) -> Part | None:
    """Straight lines within each run of scores, and none between two runs."""
    if not scores.points:
        return None
    when: list[datetime | None] = []
    totals: list[float | None] = []
    for run in scores.runs(canvas.options.gap_days):
        when += [*([None] if when else []), *(form.at for form in run)]
        totals += [*([None] if totals else []), *(form.total for form in run)]
    line = {"color": canvas.theme.instrument(scores.instrument.name), "width": 2, "shape": "linear"}
    return scatter(scores.lane, when, totals, mode="lines", connectgaps=False, line=line)


def _points(scores: Scores, canvas: Canvas) -> Part | None:
    """Hollow before the first dose; prorated ones carry a p and a bar over what the total could have been; an s is staff's."""
    points, color = scores.points, canvas.theme.instrument(scores.instrument.name)
    if not points:
        return None
    fill = [canvas.theme.paper if form.is_before_first_dose else color for form in points]
    return scatter(
        scores.lane,
        [form.at for form in points],
        [form.total for form in points],
        name=scores.instrument.name,
        mode="markers+text",
        marker={
            "size": _point_size(scores, canvas),
            "color": fill,
            "line": {"color": color, "width": 1.8},
            "opacity": 1,
        },
        text=[form.mark if form is not points[-1] else "" for form in points],
        textposition="top right",
        textfont={"color": color, "size": SMALL},
        hovertext=[describe_form(form, scores, canvas.time) for form in points],
        **_bounds(points, color),
    )


def _bounds(points: tuple[Form, ...], color: str) -> dict[str, Any]:
    if not any(form.is_prorated for form in points):
        return {}
    above = [(form.total_high or 0) - (form.total or 0) if form.is_prorated else 0 for form in points]
    below = [(form.total or 0) - (form.total_low or 0) if form.is_prorated else 0 for form in points]
    bar = {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": color}
    return {"error_y": bar | {"thickness": 1.2, "width": 4}}


def _superseded(scores: Scores, canvas: Canvas) -> Part | None:
    """Forms of a day on which another one counts: kept in sight, small and pale."""
    forms = scores.superseded
    pale = canvas.theme.pale_instrument(scores.instrument.name)
    if not forms:
        return None
    return scatter(
        scores.lane,
        [form.at for form in forms],
        [form.total for form in forms],
        mode="markers",
        marker={"size": 5, "color": pale, "opacity": 1},
        hovertext=[describe_form(form, scores, canvas.time) for form in forms],
    )


def _without_total(scores: Scores, canvas: Canvas) -> Part | None:
    """A form too incomplete for a total: a cross on the floor and the words, so that nobody reads a 0."""
    forms = scores.without_total
    if not forms:
        return None
    return scatter(
        scores.lane,
        [form.at for form in forms],
        [0 for _ in forms],
        mode="markers+text",
        marker={"symbol": "x-thin", "size": 7, "line": {"color": canvas.theme.muted, "width": 1.6}},
        text=["no total"] * len(forms),
        textposition="top center",
        textfont={"color": canvas.theme.muted, "size": SMALL},
        hovertext=[describe_form(form, scores, canvas.time) for form in forms],
    )


def _point_size(scores: Scores, canvas: Canvas) -> float:
    """Smaller points where forms stand close, so that a line of them stays a line."""
    shown = [canvas.time.px(form.at) for form in scores.points if canvas.time.shows(form.at)]
    nearest = (shown[-1] - shown[0]) / (len(shown) - 1) if len(shown) > 1 else 20.0
    return min(9.0, max(5.0, 0.7 * nearest))


def _new_forms(scores: Scores, canvas: Canvas) -> list[Form]:
    """Forms with a total that the reader has not reviewed yet, or that say something else than they did."""
    forms = (*scores.points, *scores.superseded)
    return [form for form in forms if form.record in canvas.options.new_forms]


def _new(scores: Scores, canvas: Canvas) -> Part | None:
    """A square frame, so that it is not taken for the ring of the latest."""
    forms = _new_forms(scores, canvas)
    if not forms:
        return None
    ink = canvas.theme.ink
    size = _point_size(scores, canvas) + 11
    marker = {"symbol": "square-open", "size": size, "line": {"color": ink, "width": 1}, "color": ink}
    when, totals = [form.at for form in forms], [form.total for form in forms]
    return scatter(scores.lane, when, totals, name="new since your review", mode="markers", marker=marker)


def _ring(scores: Scores, canvas: Canvas) -> Part | None:
    if not scores.points:
        return None
    latest = scores.points[-1]
    size = _point_size(scores, canvas) + 7
    line = {"color": canvas.theme.ink, "width": 1.3}
    marker = {"symbol": "circle-open", "size": size, "line": line, "color": canvas.theme.ink}
    return scatter(scores.lane, [latest.at], [latest.total], mode="markers", marker=marker)
