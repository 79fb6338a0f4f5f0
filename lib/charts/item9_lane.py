"""The item-9 lane: one square a form with the answer in it. Not answered is an empty frame, never a 0."""

from datetime import datetime, timedelta
from itertools import pairwise

from lib.charts.canvas import SMALL, Canvas, Lane, Part, Parts, header, scatter, words
from lib.charts.labels import text_size
from lib.charts.records import Form, Record
from lib.charts.text import lines, say_moment

ROW = 0.66
WORDS_PX = 10
LARGEST, SMALLEST = 16.0, 12.0
# How far apart two digits stand at least, in squares.
CLEAR = 0.75


def draw_item9_lane(forms: list[Form], record: Record, lane: Lane, canvas: Canvas) -> Parts:
    """Every stored PHQ-9 form, in force or not, and every answer on one that was not taken (of the record): a safety answer is
    never superseded."""
    waiting = record.waiting
    color = canvas.theme.instrument("PHQ-9")
    title = (
        "<b>PHQ-9 item 9</b>, death or self-harm, answers 0–3, up is more often · 0 is not a risk assessment"
    )
    parts = Parts(annotations=[header(lane, title, color)])
    parts.axes[lane.layout_name] = {"range": [lane.low, lane.high], "domain": lane.domain, "visible": False}
    if not forms:
        if waiting:
            return _add_waiting(waiting, LARGEST, lane, canvas, parts)
        font = {"size": SMALL + 2, "color": canvas.theme.ink}
        said = "no form that could be read" if record.n_unreadable else "no PHQ-9 form yet"
        parts.annotations.append(words(said, font, x=0.5, xref="x domain", y=0.5, yref=lane.axis))
        return parts
    # The highest answers last, so that in a crowd they lie on top; a 0 must not cover what nobody answered.
    ordered = sorted(forms, key=lambda form: (0.5 if form.item_9 is None else form.item_9, form.at))
    size = _square_size(forms, canvas)
    parts.traces.append(_squares(ordered, size, lane, canvas))
    parts.shapes += [
        _dashed_frame(form, size, lane, canvas) for form in forms if _what_is_missing(form) == "not answered"
    ]
    parts = _name_missing(forms, lane, canvas, parts)
    return _add_waiting(waiting, size, lane, canvas, parts) if waiting else parts


def _add_waiting(
    waiting: list[tuple[datetime, int]], size: float, lane: Lane, canvas: Canvas, parts: Parts
) -> Parts:
    """Squares in a frame of ink over the others, with their words: they are in no table, and count all the same."""
    theme = canvas.theme
    squares = scatter(
        lane,
        [at for at, _ in waiting],
        [ROW] * len(waiting),
        name="item 9, not taken",
        mode="markers+text",
        marker={
            "symbol": "square",
            "size": size,
            "color": [theme.answers[answer] for _, answer in waiting],
            "line": {"color": theme.ink, "width": 2},
            "opacity": 1,
        },
        text=[f"<b>{answer}</b>" for _, answer in waiting],
        textposition="middle center",
        textfont={"size": 11, "color": [theme.answer_digits[answer] for _, answer in waiting]},
        hovertext=[
            lines(f"<b>Item 9: {answer}</b>", f"{say_moment(at, False)} · on a form that was not taken")
            for at, answer in waiting
        ],
    )
    parts.traces.append(squares)
    font = {"size": WORDS_PX, "color": theme.ink}
    for at, _ in waiting:
        if canvas.time.shows(at):
            place = {"x": at.isoformat(), "xref": "x", "y": 0, "yref": lane.axis, "yanchor": "bottom"}
            parts.annotations.append(words("not taken", font, xanchor="center", **place))
    return parts


def _what_is_missing(form: Form) -> str:
    if form.item_9 is not None:
        return ""
    return "not answered" if form.has_items else "not collected"


def _squares(forms: list[Form], size: float, lane: Lane, canvas: Canvas) -> Part:
    theme = canvas.theme
    edges = [theme.instrument("PHQ-9") if form.item_9 is not None else theme.muted for form in forms]
    digits = [theme.answer_digits[form.item_9 or 0] for form in forms]
    return scatter(
        lane,
        [form.at for form in forms],
        [ROW] * len(forms),
        name="item 9",
        mode="markers+text",
        marker={
            "symbol": "square",
            "size": size,
            "color": [theme.answers[form.item_9 or 0] for form in forms],
            "line": {
                "color": edges,
                "width": [0 if _what_is_missing(form) == "not answered" else 1.2 for form in forms],
            },
            "opacity": 1,
        },
        text=_digits(forms, size, canvas),
        textposition="middle center",
        textfont={"size": 11 if size > 13 else 10, "color": digits},
        hovertext=[_describe_answer(form, canvas) for form in forms],
    )


def _digits(forms: list[Form], size: float, canvas: Canvas) -> list[str]:
    """The digit of each square that no square of a higher answer covers; `forms` run from low to high."""
    shown: list[float] = []
    digits = []
    for form in reversed(forms):
        x = canvas.time.px(form.at)
        is_covered = any(abs(x - other) < CLEAR * size for other in shown)
        digits.append("" if form.item_9 is None or is_covered else f"<b>{form.item_9}</b>")
        shown.append(x)
    return digits[::-1]


def _square_size(forms: list[Form], canvas: Canvas) -> float:
    """Smaller where forms stand close; a single close pair does not shrink them all."""
    shown = [canvas.time.px(form.at) for form in forms if canvas.time.shows(form.at)]
    if len(shown) < 2:
        return LARGEST
    nearest = min(right - left for left, right in pairwise(shown))
    usual = (shown[-1] - shown[0]) / (len(shown) - 1)
    return min(LARGEST, max(SMALLEST, nearest, 0.75 * usual))


def _dashed_frame(form: Form, size: float, lane: Lane, canvas: Canvas) -> Part:
    """A marker's edge cannot be dashed; a shape of fixed pixels can."""
    half, middle = size / 2, lane.px(ROW)
    place = {"xref": "x", "xsizemode": "pixel", "xanchor": form.at.isoformat(), "yref": lane.axis}
    edges = {"x0": -half, "x1": half, "y0": lane.y(middle - half), "y1": lane.y(middle + half)}
    return {"type": "rect", "line": {"color": canvas.theme.ink, "width": 1.3, "dash": "dot"}} | place | edges


def _name_missing(forms: list[Form], lane: Lane, canvas: Canvas, parts: Parts) -> Parts:
    """The words under the empty frames, from the latest back, as long as they do not run into each other."""
    font = {"size": WORDS_PX, "color": canvas.theme.ink}
    reached = float("inf")
    for form in reversed(forms):
        text, x = _what_is_missing(form), canvas.time.px(form.at)
        width = text_size(text, WORDS_PX)[0]
        if text and canvas.time.shows(form.at) and x + width / 2 < reached:
            reached = x - width / 2
            place = {"x": form.at.isoformat(), "xref": "x", "y": 0, "yref": lane.axis, "yanchor": "bottom"}
            # Left of the line at as_of.
            left = min(0.0, canvas.time.px(canvas.time.until) - 4 - x - width / 2)
            parts.annotations.append(words(text, font, xanchor="center", xshift=left, **place))
    return parts


def _describe_answer(form: Form, canvas: Canvas) -> str:
    answer = (
        _what_is_missing(form)
        or f"{form.item_9}{' (denied; not a risk assessment)' if form.item_9 == 0 else ''}"
    )
    since = form.on - timedelta(days=14)
    return lines(
        f"<b>Item 9: {answer}</b>",
        f"{say_moment(form.at, form.is_time_known)} · {canvas.time.say_day_of_course(form.at)}",
        f"asks about {since.day}/{since.month} to {form.on.day}/{form.on.month}" if form.has_items else None,
    )
