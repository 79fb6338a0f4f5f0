"""What one instrument says of each course on the days that a clinic's figures look at.

The rows hold whole numbers, NONE for unknown, days since 1970-01-01. They follow from the records alone and speak of no day on
which they are looked at: who is due, and what is stale, is asked of them later (lib/clinical/outcomes/facts.py).
"""

from types import MappingProxyType

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared
from lib.clinical.policy import Policy
from lib.clinical.response import derive_course
from lib.clinical.response_days import find_relapses, find_remissions, find_responses
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.session_scores import find_forms_after
from lib.clinical.spans import Points, Spans, select_spans

# Totals are kept after each of so many sessions: Hull's course has four, Hassan's six.
N_SESSIONS = 6
# Days after the first dose, by the name of the time point.
WEEKS = MappingProxyType({"week_4": 28, "week_12": 84})
TIME_POINTS = (*(f"session_{number}" for number in range(1, N_SESSIONS + 1)), *WEEKS, "latest")
SCORE_COLUMNS = (
    "baseline_total",
    "baseline_on",
    *(f"{name}_total" for name in TIME_POINTS),
    # Bit by bit, in the order of TIME_POINTS: a provisional improvement, shown with "?" and counted by nobody.
    "unsure",
    "latest_on",
    "response_on",
    "remission_on",
    "relapse_on",
)


def derive_course_scores(prepared: Prepared, points: Points, policy: Policy) -> pd.DataFrame:
    """SCORE_COLUMNS, one row a point; every point's course has a counting session.

    x_total: the valid total at the time point (NONE: none). After session k: lib/clinical/session_scores.py. At a week: the last
    follow-up within the policy's days of it. latest: the last follow-up. response_on: the first response that a form at least a
    week later confirmed. remission_on: the first remission. relapse_on: the first day of the category relapse
    after response_on, or at all where there is none. Provisional forms are none of these.
    """
    timeline = prepared.timeline
    spans = select_spans(timeline, prepared.courses, points, policy)
    course = derive_course(timeline, points, spans, policy)
    forms = _find_forms(prepared, points, spans, policy)
    unsure = np.zeros(len(points.patient), dtype=np.int64)
    for bit, position in enumerate(forms.values()):
        unsure |= _is_unsure(prepared, position).astype(np.int64) << bit
    responses = find_responses(timeline, points, course, policy)
    return pd.DataFrame(
        {
            "baseline_total": course.baseline,
            "baseline_on": timeline.at(timeline.day, spans.baseline),
            **{f"{name}_total": timeline.at(timeline.total, position) for name, position in forms.items()},
            "unsure": unsure,
            "latest_on": course.latest_day,
            "response_on": responses.first_confirmed_day,
            "remission_on": find_remissions(timeline, course, prepared.provisional, policy),
            "relapse_on": find_relapses(prepared, points, course, responses.first_confirmed_day, policy),
        }
    )


def _find_forms(prepared: Prepared, points: Points, spans: Spans, policy: Policy) -> dict[str, Ints]:
    """By time point the form that speaks of it: its position in the timeline, NONE: none."""
    after = find_forms_after(prepared, points.course, spans, policy)
    forms = {f"session_{number}": after[:, number - 1] for number in range(1, N_SESSIONS + 1)}
    margins = {"week_4": policy.outcomes.week_4_margin_days, "week_12": policy.outcomes.week_12_margin_days}
    for name, days in WEEKS.items():
        forms[name] = _last_within(prepared, points, spans, days, margins[name])
    forms["latest"] = np.where(spans.has_follow_up, spans.stop - 1, NONE)
    return forms


def _last_within(prepared: Prepared, points: Points, spans: Spans, days: int, margin: int) -> Ints:
    """The last follow-up at most `margin` days from the day so many days after the first dose."""
    timeline = prepared.timeline
    after = timeline.position(points.patient, points.instrument, spans.first_day + days + margin + 1)
    last = np.minimum(after, spans.stop) - 1
    is_some = last >= spans.start
    is_near = timeline.at(timeline.day, np.where(is_some, last, NONE)) >= spans.first_day + days - margin
    return np.where(is_some & is_near, last, NONE)


def _is_unsure(prepared: Prepared, position: Ints) -> Bools:
    return prepared.timeline.at(prepared.is_unsure.astype(np.int64), position) == 1
