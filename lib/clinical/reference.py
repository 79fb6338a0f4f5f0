"""Whom a patient's course is held against: the clinic's other first courses, as they stood when the last month ended.

A flag of one patient may not come and go with another's form. So the reference changes at one known moment, the first of a
month, and with corrections of what lies before it. It follows from the records alone: any day can be computed again.
"""

from dataclasses import dataclass

import numpy as np

from lib.clinical.expected import Comparison, band_of
from lib.clinical.histories import Prepared
from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints
from lib.clinical.session_scores import SessionScores, derive_session_scores

Floats = np.ndarray


@dataclass(frozen=True)
class Reference:
    """scores: PHQ-9 of patients who can be compared, as on `reference_day`. clinic_of: by patient key, of everybody asked."""

    scores: SessionScores
    clinic_of: Ints


@dataclass(frozen=True)
class Asked:
    """Totals to be held against a reference, arrays: patient key, baseline, and after which session."""

    patient: Ints
    baseline: Ints
    session: Ints


def reference_day(as_of: int) -> int:
    """The last day of the month before a day."""
    month = np.datetime64(int(as_of), "D").astype("datetime64[M]")
    return int(month.astype("datetime64[D]").astype(np.int64)) - 1


def nobody() -> Reference:
    """A reference without patients: nothing can be held against it."""
    none, no = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    return Reference(SessionScores(none, none, none, no, no, np.zeros((0, 0), dtype=np.int64), none), none)


def derive_reference(prepared: Prepared, clinic_of: Ints, as_of: int, policy: Policy) -> Reference:
    """prepared: the histories of whole clinics up to `reference_day`."""
    day = reference_day(as_of)
    # A name decides only the fold of the calibration, which nobody asks here.
    names = dict.fromkeys(range(len(clinic_of)), "")
    scores = derive_session_scores(prepared, PHQ9, day, policy, names).comparable()
    return Reference(scores.select((scores.after != NONE).any(axis=1)), clinic_of)


def upper_edges(reference: Reference, asked: Asked, policy: Policy) -> tuple[Floats, Ints]:
    """(rows × 2: the upper edges of the watched and of the flagged band, and of how many other patients).

    NaN and 0 where too few are comparable. The patient is never among those compared: what counts at a session is a baseline
    and a total, so one pair like the patient's own is left out, and patients with equal pairs are computed together.
    """
    edges, n_compared = np.full((len(asked.patient), 2), np.nan), np.zeros(len(asked.patient), dtype=np.int64)
    scores, numbers = reference.scores, policy.off_expected_course
    is_in_reach = (asked.session >= 1) & (asked.session <= policy.expected_course.max_session)
    rows = np.flatnonzero(is_in_reach) if len(scores.patient) else np.zeros(0, dtype=np.int64)
    upper = tuple(
        0.5 + percent / 200 for percent in (numbers.watch_band_percent, numbers.medium_band_percent)
    )
    cells, cell_of = _cells(reference, asked, rows)
    clinics = {key: _of_clinic(reference, key) for key in set(cells[:, 0].tolist())}
    for number, (clinic, session, band, baseline, total) in enumerate(cells.tolist()):
        others = _without_one(clinics[clinic], session, baseline, total)
        comparison = Comparison(others, PHQ9, band, policy)
        cell = comparison.cell(session, policy.expected_course.min_patients)
        if cell.n_patients >= policy.expected_course.min_patients:
            inside = rows[cell_of == number]
            edges[inside] = comparison.bounds(cell, asked.baseline[inside], upper)
            n_compared[inside] = cell.n_patients
    return edges, n_compared


def _cells(reference: Reference, asked: Asked, rows: Ints) -> tuple[Ints, Ints]:
    """Distinct (clinic, session, band, own baseline, own total in the reference) and which one each row has."""
    scores, session = reference.scores, asked.session[rows]
    place = np.searchsorted(scores.patient, asked.patient[rows])
    found = np.minimum(place, max(len(scores.patient) - 1, 0))
    own = np.full(len(rows), NONE)
    is_in = scores.patient[found] == asked.patient[rows] if len(rows) else np.zeros(0, dtype=bool)
    own[is_in] = scores.after[found[is_in], session[is_in] - 1]
    own_baseline = np.full(len(rows), NONE)
    own_baseline[own != NONE] = scores.baseline[found[own != NONE]]
    columns = (
        reference.clinic_of[asked.patient[rows]],
        session,
        band_of(asked.baseline[rows], PHQ9),
        own_baseline,
        own,
    )
    cells, cell_of = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return cells, cell_of.ravel()


def _of_clinic(reference: Reference, clinic: int) -> SessionScores:
    return reference.scores.select(reference.clinic_of[reference.scores.patient] == clinic)


def _without_one(scores: SessionScores, session: int, baseline: int, total: int) -> SessionScores:
    """Without one patient of this baseline and total, where the patient who asks is one of them."""
    if total == NONE:
        return scores
    alike = np.flatnonzero((scores.baseline == baseline) & (scores.after[:, session - 1] == total))
    return scores.select(np.arange(len(scores.patient)) != alike[0])
