"""The patient chart: five lanes over one true-time axis that always runs to as_of."""

import plotly.graph_objects as go

from lib.charts.canvas import DATA_PX, HEADER_PX, Canvas, Lane
from lib.charts.dose_facts import Doses, gather_doses
from lib.charts.dose_lane import draw_dose_lane, fit_dose_lane
from lib.charts.frame import draw_frame, lay_out
from lib.charts.item9_lane import draw_item9_lane
from lib.charts.options import PLASTICITY, ChartOptions
from lib.charts.plasticity_windows import draw_windows
from lib.charts.records import Record, present, read_record
from lib.charts.safety_facts import find_concerns
from lib.charts.safety_lane import draw_safety_lane
from lib.charts.score_facts import gather_scores
from lib.charts.score_lanes import draw_score_lane
from lib.charts.stagger import MOST_ROWS, ROW_PX, count_rows, stagger
from lib.charts.theme import Theme
from lib.charts.time_axis import TimeAxis, make_time_axis
from lib.clinical.history import PatientHistory
from lib.clinical.instruments import GAD7, PHQ9

# Pixels of the lanes under a full safety lane; rows that it does not need go to the two scores.
PHQ9_PX, GAD7_PX, DOSE_PX, ITEM9_PX = 174.7, 124.9, 86.0, 36.0
PHQ9_SHARE = 0.6


def plot_patient(history: PatientHistory, theme: Theme, options: ChartOptions) -> go.Figure:
    """Scores, doses, safety and item 9 of one patient."""
    record = read_record(history)
    time = make_time_axis(history.as_of, record.moments, record.first_doses, options.window, DATA_PX)
    canvas = Canvas(theme, time, options)
    placed = stagger(find_concerns(record, options, time), time)
    doses = _doses(history, record, time)
    phq9, gad7, dose, safety, item9 = _stack(count_rows(placed), doses)
    parts = draw_frame(canvas)
    for instrument, lane in ((PHQ9, phq9), (GAD7, gad7)):
        change = options.reliable_change(instrument)
        scores = gather_scores(instrument, lane, record, history.status, reliable_change=change)
        parts.add(draw_score_lane(scores, canvas))
    if options.shows(PLASTICITY):
        parts.add(draw_windows(record.sessions, canvas))
    parts.add(draw_dose_lane(doses, dose, canvas))
    parts.add(draw_safety_lane(record.sessions, placed, safety, canvas))
    parts.add(draw_item9_lane([form for form in record.forms if form.instrument == PHQ9.name], item9, canvas))
    # Plotly's own validation would take six times as long as the rest; the tests validate every kind of figure.
    return go.Figure({"data": parts.traces, "layout": lay_out(parts, canvas)}, _validate=False)


def _stack(n_rows: int, doses: Doses) -> tuple[Lane, Lane, Lane, Lane, Lane]:
    """The lanes from top to bottom; each but the first has its header above it."""
    spare = (MOST_ROWS - n_rows) * ROW_PX
    phq9 = Lane("y", 0, PHQ9_PX + PHQ9_SHARE * spare, 0, PHQ9.max_total)
    gad7 = Lane("y2", phq9.bottom_px + HEADER_PX, GAD7_PX + (1 - PHQ9_SHARE) * spare, 0, GAD7.max_total)
    dose = fit_dose_lane("y3", gad7.bottom_px + HEADER_PX, DOSE_PX, doses)
    safety = Lane("y4", dose.bottom_px + HEADER_PX, (1 + n_rows) * ROW_PX, 0, 1 + n_rows)
    return phq9, gad7, dose, safety, Lane("y5", safety.bottom_px + HEADER_PX, ITEM9_PX, 0, 1)


def _doses(history: PatientHistory, record: Record, time: TimeAxis) -> Doses:
    ceiling, ended_on = (present(history.patient.get(name)) for name in ("dose_ceiling_mg", "ended_on"))
    return gather_doses(record, ceiling and float(ceiling), time.until, ended_on)
