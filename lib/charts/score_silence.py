"""What is not known is drawn too: the time since the last score, and an instrument without any."""

from itertools import pairwise

from lib.charts.canvas import NORMAL, SMALL, Canvas, Part, Parts, scatter, words
from lib.charts.labels import Box, overlaps, text_size
from lib.charts.score_facts import Scores
from lib.charts.time_axis import say_day_of

SILENT_AFTER_DAYS = 14


def draw_silence(scores: Scores, canvas: Canvas, taken: list[Box]) -> Parts:
    """What is silent: the gaps between scores, and the time from the last one to as_of."""
    parts = Parts(annotations=_name_gaps(scores, canvas, taken))
    text = _say_silence(scores, canvas)
    if text:
        parts.traces.append(_hatch(scores, canvas))
        parts.annotations.append(_words_in_zone(scores, canvas, text, taken))
    return parts


def _hatch(scores: Scores, canvas: Canvas) -> Part:
    """From the last score, or from the first date, to as_of."""
    since = max(scores.points[-1].at if scores.points else canvas.time.start, canvas.time.start)
    top, until = scores.instrument.max_total, canvas.time.until
    pattern = {
        "shape": "/",
        "size": 7,
        "solidity": 0.12,
        "fgcolor": canvas.theme.hatch,
        "bgcolor": "rgba(0,0,0,0)",
    }
    place = {"mode": "none", "fill": "toself", "fillpattern": pattern, "cliponaxis": True}
    return scatter(scores.lane, [since, until, until, since], [0, 0, top, top], **place)


def _say_silence(scores: Scores, canvas: Canvas) -> str:
    name = scores.instrument.name
    if not scores.points:
        n = len(scores.without_total)
        return f"no {name} total: {n} form{'s' * (n > 1)} without one" if n else f"no {name} form yet"
    latest = scores.points[-1].on
    days = canvas.time.days_to_as_of(latest)
    is_silent = days > SILENT_AFTER_DAYS
    return f"no score since {say_day_of(canvas.time, latest)}<br>({days} days)" if is_silent else ""


def _words_in_zone(scores: Scores, canvas: Canvas, text: str, taken: list[Box]) -> Part:
    """Right-aligned at as_of, as high as they cover no score."""
    size = NORMAL if scores.points else NORMAL + 1
    right = canvas.time.px(canvas.time.until) - 6
    middle = _free_height(text, size, right - text_size(text, size)[0], scores, taken)
    place = {
        "x": canvas.time.until.isoformat(),
        "xref": "x",
        "xanchor": "right",
        "xshift": -6,
        "align": "right",
    }
    font = {"size": size, "color": canvas.theme.ink}
    return words(text, font, y=scores.lane.y(middle), yref=scores.lane.axis, yanchor="middle", **place)


def _name_gaps(scores: Scores, canvas: Canvas, taken: list[Box]) -> list[Part]:
    """How long nobody asked, in the gaps that are wide enough to say it."""
    named = []
    for previous, form in pairwise(scores.points):
        days = (form.on - previous.on).days
        text, middle = f"{days} days<br>without a score", previous.at + (form.at - previous.at) / 2
        width = text_size(text, SMALL)[0]
        room = canvas.time.px(form.at) - canvas.time.px(previous.at) - 24
        if days > canvas.options.gap_days and width < room and canvas.time.shows(middle):
            y = scores.lane.y(_free_height(text, SMALL, canvas.time.px(middle) - width / 2, scores, taken))
            font = {"size": SMALL, "color": canvas.theme.muted}
            place = {
                "x": middle.isoformat(),
                "xref": "x",
                "y": y,
                "yref": scores.lane.axis,
                "align": "center",
            }
            named.append(words(text, font, yanchor="middle", **place))
    return named


def _free_height(text: str, size: float, left: float, scores: Scores, taken: list[Box]) -> float:
    """The middle of the highest place where a text covers nothing."""
    width, height = text_size(text, size)
    middles = [top - height / 2 for top in range(int(scores.lane.height_px) - 6, int(height), -8)]
    free = (y for y in middles if not overlaps((left, left + width, y - height / 2, y + height / 2), taken))
    return next(free, middles[0])
