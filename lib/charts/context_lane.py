"""The context lane: events as shapes with words, medications as bars with their names above them."""

from lib.charts.canvas import SMALL, Canvas, Lane, Part, Parts, header, scatter, words, words_in_margin
from lib.charts.context_facts import Bar, Context
from lib.charts.labels import text_size
from lib.charts.stagger import GLYPH_PX, RIGHT_PX, ROW_PX

BAR_PX = 19.0
# Where a row's line stands, from the row's floor.
LINE_AT = 3.0


def context_height(context: Context) -> float:
    return ROW_PX * context.n_event_rows + BAR_PX * len(context.bars)


def draw_context_lane(context: Context, lane: Lane, canvas: Canvas) -> Parts:
    """The lane counts in pixels, events from the top, medications below them."""
    where = " in this range" if canvas.time.is_window and context.n_recorded else ""
    has_any = bool(context.placed or context.bars)
    tail = "" if has_any else f" · none recorded{where}"
    title = f"<b>Events and medications</b>{tail}"
    parts = Parts(annotations=[header(lane, title, canvas.theme.ink)])
    if not has_any:
        return parts
    parts.axes[lane.layout_name] = {"range": [0, lane.high], "domain": lane.domain, "visible": False}
    if context.placed:
        parts.traces.append(_events(context, lane, canvas))
    floor = lane.high - ROW_PX * context.n_event_rows
    for k, bar in enumerate(context.bars, 1):
        parts.add(_bar(bar, floor - BAR_PX * k, lane, canvas))
    if context.n_hidden:
        font = {"size": SMALL, "color": canvas.theme.ink}
        text = f"{context.n_hidden} more medications"
        parts.annotations.append(words_in_margin(lane, text, font, LINE_AT, shift=60))
    return parts


def _events(context: Context, lane: Lane, canvas: Canvas) -> Part:
    placed = context.placed
    return scatter(
        lane,
        [place.finding.at for place in placed],
        [lane.high - ROW_PX * (place.row + 0.5) for place in placed],
        name="events",
        mode="markers+text",
        marker={"symbol": "diamond-open", "size": GLYPH_PX, "color": canvas.theme.ink, "opacity": 1},
        text=[f" {place.finding.words} " if place.side else "" for place in placed],
        textposition=[place.side or "middle right" for place in placed],
        textfont={"color": canvas.theme.ink, "size": SMALL},
        hovertext=[place.finding.hover for place in placed],
    )


def _bar(bar: Bar, floor: float, lane: Lane, canvas: Canvas) -> Parts:
    """A line from start to end, dotted where the start is unknown; a tick says that it began or ended there."""
    time, y = canvas.time, floor + LINE_AT
    since, until = bar.since or time.start, bar.until or time.until
    line = {"color": canvas.theme.stems, "width": 2.4, "dash": "solid" if bar.is_start_known else "dot"}
    ends = [at for at in (bar.since, bar.until) if at]
    marker = {"symbol": "line-ns", "size": 6, "line": {"color": canvas.theme.ink, "width": 1.4}}
    traces = [
        scatter(lane, [since, until], [y, y], mode="lines", line=line, name="medication", cliponaxis=True),
        scatter(
            lane, ends, [y] * len(ends), mode="markers", marker=marker, hovertext=[bar.hover] * len(ends)
        ),
    ]
    left = min(time.px(since), time.width_px + RIGHT_PX - text_size(bar.words, SMALL)[0])
    place = {"x": since.isoformat(), "xref": "x", "xanchor": "left", "xshift": left - time.px(since) + 2}
    font = {"size": SMALL, "color": canvas.theme.ink}
    text = words(bar.words, font, y=y, yref=lane.axis, yanchor="bottom", yshift=1, **place)
    return Parts(traces=traces if ends else traces[:1], annotations=[text | {"hovertext": bar.hover}])
