"""What a score is read against: severity bands, baseline, half of it, remission, and the error of measurement."""

from datetime import datetime

from lib.charts.canvas import NORMAL, SMALL, Canvas, Part, Parts, level, words, words_in_margin
from lib.charts.expected_facts import say_ribbon
from lib.charts.labels import spread, text_size
from lib.charts.score_facts import Scores
from lib.charts.time_axis import say_day_of

SHORT_BANDS = {"moderately severe": "mod. severe"}


def draw_lines(scores: Scores, canvas: Canvas) -> Parts:
    """Bands and lines, and in the margin what each line is."""
    return Parts(
        shapes=[*_bands(scores, canvas), *_reference_lines(scores, canvas), *_bracket(scores, canvas)],
        annotations=[*_band_names(scores, canvas), *_margin_labels(scores, canvas)],
    )


def _edges(scores: Scores) -> list[tuple[float, float, str, int]]:
    """Low and high edge, name and step of grey of each band; edges lie at half points, where no total can."""
    bands = scores.instrument.bands
    lows = [max(lowest - 0.5, 0) for lowest, _ in bands]
    highs = [*lows[1:], float(scores.instrument.max_total)]
    greys = [*range(len(bands) - 1), 4]
    return [
        (low, high, name, grey) for low, high, (_, name), grey in zip(lows, highs, bands, greys, strict=True)
    ]


def _bands(scores: Scores, canvas: Canvas) -> list[Part]:
    place = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": scores.lane.axis, "layer": "below"}
    return [
        place | {"y0": low, "y1": high, "fillcolor": canvas.theme.bands[grey], "line": {"width": 0}}
        for low, high, _, grey in _edges(scores)
    ]


def _band_names(scores: Scores, canvas: Canvas) -> list[Part]:
    font = {"size": SMALL, "color": canvas.theme.muted}
    place = {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "xshift": 4,
        "yref": scores.lane.axis,
        "yanchor": "middle",
    }
    return [
        words(SHORT_BANDS.get(name, name), font, y=(low + high) / 2, **place)
        for low, high, name, _ in _edges(scores)
    ]


def find_levels(scores: Scores, canvas: Canvas) -> list[tuple[float, datetime, str]]:
    """At which total a line lies, from when, and how it is dashed: remission, baseline and the response's part of it."""
    start = canvas.time.start
    remission = (canvas.options.remission_below - 0.5, start, "dot")
    if scores.baseline is None:
        return [remission]
    since = max(start, scores.baseline_on or start)
    response = [(_kept(scores.baseline, canvas) / 100, since, "dash")] if scores.baseline else []
    return [remission, (scores.baseline, since, "solid"), *response]


def _kept(baseline: int, canvas: Canvas) -> int:
    """What a response leaves of the baseline, in hundredths of a point."""
    return baseline * (100 - canvas.options.response_percent)


def _reference_lines(scores: Scores, canvas: Canvas) -> list[Part]:
    color, end = canvas.theme.instrument(scores.instrument.name), canvas.time.end
    return [
        level(scores.lane, y, since, end, {"color": color, "width": 1, "dash": dash})
        for y, since, dash in find_levels(scores, canvas)
    ]


def _bracket(scores: Scores, canvas: Canvas) -> list[Part]:
    """In the margin: the totals that differ from the baseline by less than a reliable change."""
    if scores.baseline is None:
        return []
    reach = scores.reliable_change - 0.5
    low = max(scores.baseline - reach, 0)
    high = min(scores.baseline + reach, scores.instrument.max_total)
    path = f"M 4,{low} L 9,{low} L 9,{high} L 4,{high}"
    line = {"color": canvas.theme.instrument(scores.instrument.name), "width": 1.2}
    place = {"type": "path", "xref": "paper", "xsizemode": "pixel", "xanchor": 1, "yref": scores.lane.axis}
    return [place | {"path": path, "line": line}]


def _margin_labels(scores: Scores, canvas: Canvas) -> list[Part]:
    """One column of labels, each as near to its line as the others allow."""
    lane, theme = scores.lane, canvas.theme
    below = canvas.options.remission_below
    labels = [(below - 0.5, f"remission &lt;{below}", NORMAL), *_baseline_labels(scores, canvas)]
    if scores.ribbon:
        labels.append((scores.ribbon.last_median, say_ribbon(scores.ribbon), SMALL))
    wanted = [lane.px(y) for y, _, _ in labels]
    heights = [text_size(text, size)[1] for _, text, size in labels]
    middles = spread(wanted, heights, 0, lane.height_px)
    color = theme.instrument(scores.instrument.name)
    return [
        words_in_margin(
            lane, text, {"size": size, "color": color if size == NORMAL else theme.muted}, lane.y(middle)
        )
        for (_, text, size), middle in zip(labels, middles, strict=True)
    ]


def _baseline_labels(scores: Scores, canvas: Canvas) -> list[tuple[float, str, int]]:
    """Where in points, what, and how large."""
    if scores.baseline is None or scores.baseline_on is None:
        text = "no baseline" if scores.has_session and scores.points else ""
        return [(scores.instrument.max_total / 2, text, NORMAL)] if text else []
    old = "<br>over 14 days before dose 1" if scores.is_baseline_stale else ""
    kept = _kept(scores.baseline, canvas)
    response = f"{canvas.options.response_percent} % (≤{kept // 100})"
    up = 0.5 if scores.baseline + scores.reliable_change <= scores.instrument.max_total else -0.5
    error = f"less than {scores.reliable_change} points:<br>within measurement error"
    return [
        (
            scores.baseline,
            f"baseline {scores.baseline} · {say_day_of(canvas.time, scores.baseline_on)}{old}",
            NORMAL,
        ),
        *([(kept / 100, response, NORMAL)] if kept else []),
        (scores.baseline + up * scores.reliable_change, error, SMALL),
    ]
