"""Other instruments, charted without rules: no bands, no baseline, no category; the scale is that of the data, with 0."""

from dataclasses import dataclass
from datetime import datetime

from lib.charts.canvas import SMALL, Canvas, Lane, Part, Parts, header, scatter, words_beside
from lib.charts.labels import Label, box_around, boxes_along, free_side
from lib.charts.records import Form, Record
from lib.charts.text import lines, plain, say_moment
from lib.clinical.instruments import INSTRUMENTS

NAME_LETTERS = 30
HEADROOM = 1.2
LATEST_SIDES = ("middle right", "top right", "bottom right", "top left", "bottom left", "top center")


@dataclass(frozen=True)
class OtherScores:
    """The forms of one instrument that this product has no rules for."""

    name: str
    forms: tuple[Form, ...]

    @property
    def scored(self) -> list[Form]:
        return [form for form in self.forms if form.total is not None]

    @property
    def high(self) -> float:
        """The top of the axis, over the whole record, so that another range of dates shows the same scale."""
        return HEADROOM * max([form.total or 0 for form in self.forms], default=0) or 1.0


def gather_others(record: Record) -> list[OtherScores]:
    others = [form for form in record.forms if form.instrument not in INSTRUMENTS]
    names = dict.fromkeys(form.instrument for form in others)
    return [OtherScores(name, tuple(form for form in others if form.instrument == name)) for name in names]


def draw_other_lane(scores: OtherScores, lane: Lane, canvas: Canvas) -> Parts:
    """Points and straight segments; hollow before the first dose, as in the other lanes."""
    theme, name = canvas.theme, plain(scores.name, NAME_LETTERS)
    n_without = len(scores.forms) - len(scores.scored)
    without = f" · {n_without} without a total" if n_without else ""
    title = f"<b>{name} total</b>, points as recorded, no rules, direction not known here{without}"
    parts = Parts(annotations=[header(lane, title, theme.ink)])
    axis = {"range": [0, lane.high], "nticks": 4, "domain": lane.domain}
    parts.axes[lane.layout_name] = axis | {"tickfont": {"color": theme.muted, "size": SMALL}}
    if scores.scored:
        parts.traces += [_segments(scores, lane, canvas), _points(scores, lane, canvas)]
        parts.annotations += _name_latest(scores, lane, canvas)
    return parts


def _runs(scores: OtherScores, gap_days: int) -> list[list[Form]]:
    runs: list[list[Form]] = []
    for form in scores.scored:
        if runs and (form.on - runs[-1][-1].on).days <= gap_days:
            runs[-1].append(form)
        else:
            runs.append([form])
    return runs


def _segments(scores: OtherScores, lane: Lane, canvas: Canvas) -> Part:
    when: list[datetime | None] = []
    totals: list[float | None] = []
    for run in _runs(scores, canvas.options.gap_days):
        when += [*(form.at for form in run), None]
        totals += [*(form.total for form in run), None]
    line = {"color": canvas.theme.ink, "width": 1.6, "shape": "linear"}
    return scatter(lane, when, totals, mode="lines", connectgaps=False, line=line)


def _points(scores: OtherScores, lane: Lane, canvas: Canvas) -> Part:
    ink, paper = canvas.theme.ink, canvas.theme.paper
    fill = [paper if form.is_before_first_dose else ink for form in scores.scored]
    return scatter(
        lane,
        [form.at for form in scores.scored],
        [form.total for form in scores.scored],
        name=plain(scores.name, NAME_LETTERS),
        mode="markers",
        marker={"size": 7, "color": fill, "line": {"color": ink, "width": 1.6}, "opacity": 1},
        hovertext=[_describe(form, canvas) for form in scores.scored],
    )


def _name_latest(scores: OtherScores, lane: Lane, canvas: Canvas) -> list[Part]:
    latest = scores.scored[-1]
    if not canvas.time.shows(latest.at):
        return []
    points = [canvas.at(lane, form.at, form.total or 0) for form in scores.scored]
    taken = [*boxes_along(points[-3:]), box_around(*points[-1], 5)]
    label = Label(*points[-1], f"<b>{latest.total}</b>", SMALL + 2)
    side = (
        free_side(label, LATEST_SIDES, taken, (-20, canvas.time.width_px, -4, lane.height_px)) or "top center"
    )
    return [words_beside(lane, latest.at, latest.total or 0, label, side=side, color=canvas.theme.ink)]


def _describe(form: Form, canvas: Canvas) -> str:
    return lines(
        f"<b>{plain(form.instrument, NAME_LETTERS)} {form.total}</b>",
        f"{say_moment(form.at, form.is_time_known)} · {canvas.time.say_day_of_course(form.at)}",
        f"entered by {form.entered_by}" if form.entered_by in ("patient", "staff") else None,
        "no rules for this instrument",
    )
