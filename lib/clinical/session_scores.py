"""Totals after each dosing session of patients' first courses: what an expected course is made of.

x_k, the total after session k, is the last valid follow-up that has k counting sessions before its date and lies 3 to 28
days [policy] after the last of them. A form on the day of session k + 1 still speaks of session k, as everywhere ("sessions
before a form", definitions.md 2): it asks about the two weeks before. Earlier than 3 days it asks about the days before the
session (evidence/clinical.md 8); later than 28 it speaks of what came after.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import blake2b

import numpy as np

from lib.clinical.histories import Prepared
from lib.clinical.instruments import Instrument
from lib.clinical.policy import Policy
from lib.clinical.runs import ends_run
from lib.clinical.segments import NONE, Bools, Ints, expand
from lib.clinical.spans import Points, Spans, select_spans


@dataclass(frozen=True)
class SessionScores:
    """One instrument, one row a patient who has begun a course, in any order. What is not known is NONE.

    patient: key. baseline: of the first course. n_sessions: its counting sessions so far. is_daily: a daily low-dose course.
    is_current: no later course has begun. after: rows × sessions, the total after session k in column k − 1. fold: 0, 1, …
    which of the calibration's parts the patient belongs to.
    """

    patient: Ints
    baseline: Ints
    n_sessions: Ints
    is_daily: Bools
    is_current: Bools
    after: Ints
    fold: Ints

    def select(self, mask: Bools | Ints) -> "SessionScores":
        return SessionScores(*(getattr(self, entry.name)[mask] for entry in fields(self)))

    def comparable(self) -> "SessionScores":
        """Those who can be compared by session: with a baseline, and not on daily doses."""
        return self.select((self.baseline != NONE) & ~self.is_daily)


def derive_session_scores(
    prepared: Prepared, instrument: Instrument, as_of: int, policy: Policy, patient_ids: Mapping[int, str]
) -> SessionScores:
    """Everybody's row. patient_ids: by patient key; the name and not its place decides the fold."""
    courses = prepared.courses
    first = courses.first_begun
    patient = courses.patient[first]
    points = Points(
        patient, np.full(len(first), instrument.code), first, np.full(len(first), as_of, dtype=np.int64)
    )
    spans = select_spans(prepared.timeline, courses, points, policy)
    folds = fold_of((patient_ids[key] for key in patient), policy.expected_course.folds)
    return SessionScores(
        patient=patient,
        baseline=prepared.timeline.at(prepared.timeline.total, spans.baseline),
        n_sessions=courses.count_sessions_before(first, points.as_of + 1),
        is_daily=courses.is_daily(first, points.as_of, policy),
        is_current=courses.is_current[first],
        after=prepared.timeline.at(prepared.timeline.total, find_forms_after(prepared, first, spans, policy)),
        fold=folds,
    )


def fold_of(patient_ids: Iterable[str], n_folds: int) -> Ints:
    """A part for each name, the same in whatever order and company it comes."""
    digests = (blake2b(name.encode(), digest_size=8).digest() for name in patient_ids)
    return np.array([int.from_bytes(digest) % n_folds for digest in digests], dtype=np.int64)


def find_forms_after(prepared: Prepared, course: Ints, spans: Spans, policy: Policy) -> Ints:
    """Rows of courses × sessions: the position in the timeline of the form after session k in column k − 1, or NONE. course:
    rows of Courses with a counting session. spans: theirs, of one instrument each."""
    limits, courses, timeline = policy.expected_course, prepared.courses, prepared.timeline
    position, row = expand(spans.start, spans.stop)
    day = timeline.day[position]
    session = courses.count_sessions_before(course[row], day)
    last = courses.session_day[courses.session_start[course[row]] + np.maximum(session, 1) - 1]
    is_near = (day - last >= limits.min_days_after) & (day - last <= limits.max_days_after)
    kept = (session >= 1) & (session <= limits.max_session) & is_near
    position, cell = position[kept], row[kept] * limits.max_session + session[kept] - 1
    is_last = ends_run(cell)
    after = np.full(len(course) * limits.max_session, NONE)
    after[cell[is_last]] = position[is_last]
    return after.reshape(len(course), limits.max_session)
