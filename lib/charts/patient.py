"""The patient chart: its lanes over one true-time axis that always runs to as_of."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import plotly.graph_objects as go

from lib.charts.canvas import DATA_PX, Canvas, Part, Parts
from lib.charts.context_facts import Context, gather_context
from lib.charts.context_lane import context_height, draw_context_lane
from lib.charts.dose_facts import Doses, gather_doses
from lib.charts.dose_lane import draw_dose_lane, fit_dose_axis
from lib.charts.expected_facts import place_ribbon
from lib.charts.frame import draw_frame, lay_out
from lib.charts.item9_lane import draw_item9_lane
from lib.charts.options import EXPECTED, PLASTICITY, ChartOptions
from lib.charts.order_facts import Mark, mark_orders
from lib.charts.order_strip import draw_order_strip
from lib.charts.other_scores import OtherScores, draw_other_lane, gather_others
from lib.charts.plasticity_windows import draw_windows
from lib.charts.records import Record, read_record
from lib.charts.safety_facts import find_concerns
from lib.charts.safety_lane import draw_safety_lane
from lib.charts.score_facts import gather_scores
from lib.charts.score_lanes import draw_score_lane
from lib.charts.session_numbers import draw_session_axis, number_sessions
from lib.charts.stack import Needs, Stack, stack_lanes
from lib.charts.stagger import Placed, count_rows, stagger
from lib.charts.theme import Theme
from lib.charts.time_axis import TimeAxis, make_time_axis
from lib.charts.typed_rows import present
from lib.clinical.expected_course import ExpectedCourse
from lib.clinical.history import PatientHistory
from lib.clinical.instruments import GAD7, PHQ9


@dataclass(frozen=True)
class Content:
    """What the lanes below and above the scores hold, found before anybody knows how high a lane is."""

    record: Record
    marks: list[Mark]
    doses: Doses
    placed: list[Placed]
    others: list[OtherScores]
    context: Context

    @property
    def needs(self) -> Needs:
        return Needs(
            has_orders=bool(self.marks),
            n_safety_rows=count_rows(self.placed),
            context_px=context_height(self.context),
            highest_mg=fit_dose_axis(self.doses),
            other_highs=tuple(scores.high for scores in self.others),
        )


def plot_patient(
    history: PatientHistory,
    theme: Theme,
    options: ChartOptions,
    expected: Mapping[str, ExpectedCourse] = MappingProxyType({}),
) -> go.Figure:
    """draw_patient as a figure."""
    # Plotly's own validation would take six times as long as the rest; the tests validate every kind of figure.
    return go.Figure(draw_patient(history, theme, options, expected), _validate=False)


def draw_patient(
    history: PatientHistory,
    theme: Theme,
    options: ChartOptions,
    expected: Mapping[str, ExpectedCourse] = MappingProxyType({}),
) -> Part:
    """Orders, scores, doses, safety, item 9 and context of one patient. expected: by instrument, drawn with its layer."""
    record = read_record(history)
    time = make_time_axis(history.as_of, record.moments, record.first_doses, options.window, DATA_PX)
    canvas = Canvas(theme, time, options)
    content = _gather(history, record, canvas)
    stack = stack_lanes(content.needs)
    parts = draw_frame(canvas)
    for instrument, lane in ((PHQ9, stack.phq9), (GAD7, stack.gad7)):
        change = options.reliable_change(instrument)
        scores = gather_scores(instrument, lane, record, history.status_rows, reliable_change=change)
        if options.shows(EXPECTED):
            course = expected.get(instrument.name)
            ribbon = place_ribbon(course, record.counting, time, options.expected_days)
            scores = replace(scores, ribbon=ribbon)
        parts.add(draw_score_lane(scores, canvas))
    parts.add(_draw_other_lanes(content, stack, canvas))
    if options.shows(PLASTICITY):
        # Shapes lie in the order of the list: the shading over the bands.
        parts.add(draw_windows(record.sessions, canvas))
    return {"data": parts.traces, "layout": lay_out(parts, canvas, stack.height_px)}


def _gather(history: PatientHistory, record: Record, canvas: Canvas) -> Content:
    time = canvas.time
    return Content(
        record,
        mark_orders(record, time),
        _doses(history, record, time),
        stagger(find_concerns(record, canvas.options, time), time),
        gather_others(record),
        gather_context(record, time),
    )


def _draw_other_lanes(content: Content, stack: Stack, canvas: Canvas) -> Parts:
    """All lanes but the two scores."""
    record = content.record
    phq9_forms = [form for form in record.forms if form.instrument == PHQ9.name]
    parts = draw_order_strip(content.marks, stack.orders, canvas)
    counting, numbers = record.counting, number_sessions(record.counting, canvas.time)
    parts.add(draw_session_axis(counting, numbers, stack.session_axis, canvas))
    parts.add(draw_dose_lane(content.doses, stack.dose, canvas))
    parts.add(draw_safety_lane(record, numbers, content.placed, stack.safety, canvas))
    parts.add(draw_item9_lane(phq9_forms, record, stack.item9, canvas))
    for scores, lane in zip(content.others, stack.others, strict=True):
        parts.add(draw_other_lane(scores, lane, canvas))
    return parts.add(draw_context_lane(content.context, stack.context, canvas))


def _doses(history: PatientHistory, record: Record, time: TimeAxis) -> Doses:
    ceiling, ended_on = (present(history.patient.get(name)) for name in ("dose_ceiling_mg", "ended_on"))
    return gather_doses(record, ceiling and float(ceiling), time.until, ended_on)
