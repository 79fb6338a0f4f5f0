"""Completion: which forms were due at which time point of a course, and which of them there are."""

import numpy as np
import pandas as pd

from lib.clinical.histories import Prepared
from lib.clinical.instruments import BY_CODE
from lib.clinical.outcomes.course_scores import N_SESSIONS, WEEKS
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Bools, Ints
from lib.clinical.session_scores import find_forms_after
from lib.clinical.spans import Points, Spans, select_spans

# Days after the first dose; the first two are those of the clinic's outcomes.
_DAYS = (*WEEKS.values(), 182)
LABELS = (
    "Baseline",
    *(f"Session {number}" for number in range(1, N_SESSIONS + 1)),
    *(f"Month {number}" for number in (1, 3, 6)),
)
COMPLETION_COLUMNS = ("clinic_id", "instrument", "point", "n_due", "n_done")


def select_begun(prepared: Prepared, between: tuple[int, int], as_of: int) -> Points:
    """Courses whose first counting session lies between two days (both belong to it), once an instrument that the patient's
    clinic collects."""
    first = prepared.courses.first_day
    rows = np.flatnonzero((first >= between[0]) & (first <= between[1]))
    patient = prepared.courses.patient[rows]
    parts = [(one.code, prepared.collects[one.code][patient]) for one in BY_CODE]
    return Points(
        np.concatenate([patient[is_collected] for _, is_collected in parts]),
        np.concatenate([np.full(is_collected.sum(), code) for code, is_collected in parts]),
        np.concatenate([rows[is_collected] for _, is_collected in parts]),
        np.full(sum(is_collected.sum() for _, is_collected in parts), as_of),
    )


def derive_completion(prepared: Prepared, points: Points, died_on: Ints, policy: Policy) -> pd.DataFrame:
    """One row a form that was due: patient, instrument, point (place in LABELS), day_0, is_done. died_on: by patient key, NONE.

    Baseline: due once the course has begun. After a session: due when the form's days have passed (to the next session, at most
    [policy expected_course.max_days_after]), not in daily courses. Month 1, 3, 6: the days of week 4, 12 and 26 with the margins
    [policy outcomes] have passed. Nothing is due after a death, or once the patient's next course began; it is due of those who
    left. Done: a valid form is on record that speaks of the time point, as the clinic's outcomes read it.
    """
    spans = select_spans(prepared.timeline, prepared.courses, points, policy)
    last_day = _last_day(prepared, points, died_on)
    after = find_forms_after(prepared, points.course, spans, policy)
    found = [(np.ones(len(points.patient), dtype=bool), spans.has_baseline)]
    found += [
        (_is_session_due(prepared, points, number, last_day, policy), after[:, number - 1] != NONE)
        for number in range(1, N_SESSIONS + 1)
    ]
    margins = (policy.outcomes.week_4_margin_days, *[policy.outcomes.week_12_margin_days] * 2)
    found += [
        (spans.first_day + days + margin < last_day, _has_form(prepared, points, spans, days, margin))
        for days, margin in zip(_DAYS, margins, strict=True)
    ]
    frames = [
        pd.DataFrame(
            {
                "patient": points.patient[is_due],
                "instrument": points.instrument[is_due],
                "point": place,
                "day_0": spans.first_day[is_due],
                "is_done": is_done[is_due],
            }
        )
        for place, (is_due, is_done) in enumerate(found)
    ]
    return pd.concat(frames, ignore_index=True)


def _last_day(prepared: Prepared, points: Points, died_on: Ints) -> Ints:
    """The first day on which nothing can become due any more: today, the death, or the next course."""
    ends = (died_on[points.patient], prepared.courses.next_first_day[points.course])
    last = points.as_of
    for end in ends:
        last = np.where(end == NONE, last, np.minimum(last, end))
    return last


def _is_session_due(prepared: Prepared, points: Points, number: int, last_day: Ints, policy: Policy) -> Bools:
    """The days in which a form speaks of the session of this number are over. Of two sessions on one day the first has none."""
    courses, course = prepared.courses, points.course
    at = courses.session_start[course] + number - 1
    n = courses.session_stop[course] - courses.session_start[course]
    safe = np.minimum(at, max(len(courses.session_day) - 2, 0))
    day = courses.session_day[np.where(n >= number, at, 0)]
    following = courses.session_day[safe + 1] if len(courses.session_day) > 1 else day
    closes = day + policy.expected_course.max_days_after
    closes = np.where(n > number, np.minimum(closes, following), closes)
    is_daily = courses.is_daily(course, points.as_of, policy)
    return (n >= number) & ~is_daily & (closes > day) & (closes < last_day)


def _has_form(prepared: Prepared, points: Points, spans: Spans, days: int, margin: int) -> Bools:
    """Whether a follow-up lies at most so many days from the day."""
    low, high = (
        prepared.timeline.position(points.patient, points.instrument, spans.first_day + days + shift)
        for shift in (-margin, margin + 1)
    )
    return np.minimum(high, spans.stop) > np.maximum(low, spans.start)


def summarise_completion(due: pd.DataFrame) -> pd.DataFrame:
    """COMPLETION_COLUMNS, one row a clinic, instrument and time point at which anything was due. due: with clinic_id."""
    counted = due.assign(n_due=1, n_done=1 * due["is_done"])
    keys = ["clinic_id", "instrument", "point"]
    return counted.groupby(keys, as_index=False)[["n_due", "n_done"]].sum()[list(COMPLETION_COLUMNS)]
