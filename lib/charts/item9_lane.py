"""The item-9 lane: one square a form with the answer in it. Not answered is an empty frame, never a 0."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from lib.charts.canvas import SMALL, Canvas, Lane, Part, Parts, header, scatter, words
from lib.charts.labels import text_size
from lib.charts.records import Form, Record
from lib.charts.text import lines, say_moment

ROW = 0.66
WORDS_PX = 10
LARGEST, SMALLEST = 16.0, 12.0
# How far apart two digits stand at least, in squares.
CLEAR = 0.75
# What stands under an answer that is in no table, and what it means.
BESIDE_WORDS = MappingProxyType(
    {
        "replaced": "on a form that was corrected or taken back",
        "not taken": "on a form that was not taken",
    }
)
# By such a word, when and which answers.
Beside = dict[str, list[tuple[datetime, int]]]


def draw_item9_lane(forms: list[Form], record: Record, lane: Lane, canvas: Canvas) -> Parts:
    """Every stored PHQ-9 form, in force or not, and every answer on one that was not taken, or was corrected or taken back (of
    the record): a safety answer is never superseded."""
    beside = {
        word: answers
        for word, answers in (
            ("replaced", record.waiting.replaced_moments),
            ("not taken", record.waiting.moments),
        )
        if answers
    }
    color = canvas.theme.instrument("PHQ-9")
    title = (
        "<b>PHQ-9 item 9</b>, death or self-harm, answers 0–3, up is more often · 0 is not a risk assessment"
    )
    parts = Parts(annotations=[header(lane, title, color)])
    parts.axes[lane.layout_name] = {"range": [lane.low, lane.high], "domain": lane.domain, "visible": False}
    if not forms:
        if beside:
            return _add_beside(beside, LARGEST, lane, canvas, parts)
        font = {"size": SMALL + 2, "color": canvas.theme.ink}
        said = "no form that could be read" if record.waiting.n_unknown else "no PHQ-9 form yet"
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
    return _add_beside(beside, size, lane, canvas, parts)


def _add_beside(beside: Beside, size: float, lane: Lane, canvas: Canvas, parts: Parts) -> Parts:
    """Squares in a frame of ink over the others, with their words: they are in no table, and count all the same."""
    for word, answers in beside.items():
        squares = _place_squares(
            answers,
            size,
            {"color": canvas.theme.ink, "width": 2},
            lane,
            canvas,
            name=f"item 9, {word}",
            text=[f"<b>{answer}</b>" for _, answer in answers],
            hovertext=[
                lines(
                    f"<b>Item 9: {_say_answer(answer)}</b>", f"{say_moment(at, False)} · {BESIDE_WORDS[word]}"
                )
                for at, answer in answers
            ],
        )
        parts.traces.append(squares)
        parts.annotations += [
            _write_under(at, word, lane, canvas) for at, _ in answers if canvas.time.shows(at)
        ]
    return parts


def _what_is_missing(form: Form) -> str:
    if form.item_9 is not None:
        return ""
    return "not answered" if form.has_items else "not collected"


def _squares(forms: list[Form], size: float, lane: Lane, canvas: Canvas) -> Part:
    theme = canvas.theme
    edges = {
        "color": [theme.instrument("PHQ-9") if form.item_9 is not None else theme.muted for form in forms],
        "width": [0 if _what_is_missing(form) == "not answered" else 1.2 for form in forms],
    }
    return _place_squares(
        [(form.at, form.item_9) for form in forms],
        size,
        edges,
        lane,
        canvas,
        name="item 9",
        text=_digits(forms, size, canvas),
        hovertext=[_describe_answer(form, canvas) for form in forms],
    )


def _place_squares(
    answers: Sequence[tuple[datetime, int | None]],
    size: float,
    edges: Part,
    lane: Lane,
    canvas: Canvas,
    **said: Any,
) -> Part:
    """One square a moment and answer. edges: their line; said: name, and of each its text and hovertext."""
    theme = canvas.theme
    fills = [theme.answers[answer or 0] for _, answer in answers]
    digits = [theme.answer_digits[answer or 0] for _, answer in answers]
    return scatter(
        lane,
        [at for at, _ in answers],
        [ROW] * len(answers),
        mode="markers+text",
        marker={"symbol": "square", "size": size, "color": fills, "line": edges, "opacity": 1},
        textposition="middle center",
        textfont={"size": 11 if size > 13 else 10, "color": digits},
        **said,
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
    reached = float("inf")
    for form in reversed(forms):
        text, x = _what_is_missing(form), canvas.time.px(form.at)
        width = text_size(text, WORDS_PX)[0]
        if text and canvas.time.shows(form.at) and x + width / 2 < reached:
            reached = x - width / 2
            parts.annotations.append(_write_under(form.at, text, lane, canvas))
    return parts


def _write_under(at: datetime, text: str, lane: Lane, canvas: Canvas) -> Part:
    """Left of the line at as_of."""
    font = {"size": WORDS_PX, "color": canvas.theme.ink}
    place = {"x": at.isoformat(), "xref": "x", "y": 0, "yref": lane.axis, "yanchor": "bottom"}
    half = text_size(text, WORDS_PX)[0] / 2
    left = min(0.0, canvas.time.px(canvas.time.until) - 4 - canvas.time.px(at) - half)
    return words(text, font, xanchor="center", xshift=left, **place)


def _say_answer(answer: int) -> str:
    return f"{answer}{' (denied; not a risk assessment)' if answer == 0 else ''}"


def _describe_answer(form: Form, canvas: Canvas) -> str:
    answer = _what_is_missing(form) if form.item_9 is None else _say_answer(form.item_9)
    since = form.on - timedelta(days=14)
    return lines(
        f"<b>Item 9: {answer}</b>",
        f"{say_moment(form.at, form.is_time_known)} · {canvas.time.say_day_of_course(form.at)}",
        f"asks about {since.day}/{since.month} to {form.on.day}/{form.on.month}" if form.has_items else None,
    )
