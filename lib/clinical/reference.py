"""Whom a patient's course is held against: the clinic's other first courses, as they stood when the last month ended.

A flag of one patient may not come and go with another's form. So the reference changes at one known moment, the first of a
month, and with corrections of what lies before it. It follows from the records alone: any day can be computed again.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lib.clinical.expected import Comparison, band_of
from lib.clinical.histories import Prepared
from lib.clinical.instruments import PHQ9
from lib.clinical.policy import Policy
from lib.clinical.segments import NONE, Ints
from lib.clinical.session_scores import SessionScores, derive_session_scores

Floats = np.ndarray


class Reference(Protocol):
    """clinic_of: by patient key, of everybody asked."""

    @property
    def clinic_of(self) -> Ints: ...

    def of_clinics(self, clinics: list[int]) -> dict[int, SessionScores]:
        """By clinic PHQ-9 of its patients who can be compared, as on `reference_day`, by patient key."""
        ...


@dataclass(frozen=True)
class DerivedReference:
    """scores: of whole clinics, in the order of the patients' keys."""

    scores: SessionScores
    clinic_of: Ints

    def of_clinics(self, clinics: list[int]) -> dict[int, SessionScores]:
        return split_by_clinic(self.scores, self.clinic_of[self.scores.patient], clinics)


def split_by_clinic(scores: SessionScores, clinic: Ints, wanted: list[int]) -> dict[int, SessionScores]:
    """The same of each of these clinics; each keeps its order. clinic: row by row."""
    order = np.argsort(clinic, kind="stable")
    start, stop = (np.searchsorted(clinic, wanted, side=side, sorter=order) for side in ("left", "right"))
    bounds = zip(wanted, start.tolist(), stop.tolist(), strict=True)
    return {key: scores.select(order[first:last]) for key, first, last in bounds}


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


def nobody() -> DerivedReference:
    """A reference without patients: nothing can be held against it."""
    none, no = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    return DerivedReference(
        SessionScores(none, none, none, no, no, np.zeros((0, 0), dtype=np.int64), none), none
    )


def derive_reference(prepared: Prepared, clinic_of: Ints, as_of: int, policy: Policy) -> DerivedReference:
    """prepared: the histories of whole clinics up to `reference_day`."""
    day = reference_day(as_of)
    # A name decides only the fold of the calibration, which nobody asks here.
    names = dict.fromkeys(range(len(clinic_of)), "")
    scores = derive_session_scores(prepared, PHQ9, day, policy, names).comparable()
    return DerivedReference(scores.select((scores.after != NONE).any(axis=1)), clinic_of)


def upper_edges(reference: Reference, asked: Asked, policy: Policy) -> tuple[Floats, Ints]:
    """(rows × 2: the upper edges of the watched and of the flagged band, and of how many other patients).

    NaN and 0 where too few are comparable. The patient is never among those compared: what counts at a session is a baseline
    and a total, so one pair like the patient's own is left out, and patients with equal pairs are computed together.
    """
    edges, n_compared = np.full((len(asked.patient), 2), np.nan), np.zeros(len(asked.patient), dtype=np.int64)
    numbers = policy.off_expected_course
    is_in_reach = (asked.session >= 1) & (asked.session <= policy.expected_course.max_session)
    # Of a reference without anybody nobody's clinic is known.
    rows = np.flatnonzero(is_in_reach) if len(reference.clinic_of) else np.zeros(0, dtype=np.int64)
    clinics = reference.of_clinics(np.unique(reference.clinic_of[asked.patient[rows]]).tolist())
    clinics = {key: scores for key, scores in clinics.items() if len(scores.patient)}
    rows = rows[np.isin(reference.clinic_of[asked.patient[rows]], [*clinics])]
    if not len(rows):
        return edges, n_compared
    upper = tuple(
        0.5 + percent / 200 for percent in (numbers.watch_band_percent, numbers.medium_band_percent)
    )
    cells, cell_of = _cells(clinics, reference.clinic_of, asked, rows)
    for number, (clinic, session, band, baseline, total) in enumerate(cells.tolist()):
        others = _without_one(clinics[clinic], session, baseline, total)
        comparison = Comparison(others, PHQ9, band, policy)
        cell = comparison.cell(session, policy.expected_course.min_patients)
        if cell.n_patients >= policy.expected_course.min_patients:
            inside = rows[cell_of == number]
            edges[inside] = comparison.bounds(cell, asked.baseline[inside], upper)
            n_compared[inside] = cell.n_patients
    return edges, n_compared


def _cells(clinics: dict[int, SessionScores], clinic_of: Ints, asked: Asked, rows: Ints) -> tuple[Ints, Ints]:
    """Distinct (clinic, session, band, own baseline, own total in the reference) and which one each of the rows has."""
    session = asked.session[rows]
    patient, baseline, after = (
        np.concatenate([getattr(scores, name) for scores in clinics.values()])
        for name in ("patient", "baseline", "after")
    )
    order = np.argsort(patient)
    place = np.searchsorted(patient, asked.patient[rows], sorter=order)
    found = order[np.minimum(place, len(patient) - 1)]
    own, own_baseline = np.full(len(rows), NONE), np.full(len(rows), NONE)
    is_in = patient[found] == asked.patient[rows]
    own[is_in] = after[found[is_in], session[is_in] - 1]
    own_baseline[own != NONE] = baseline[found[own != NONE]]
    columns = (
        clinic_of[asked.patient[rows]],
        session,
        band_of(asked.baseline[rows], PHQ9),
        own_baseline,
        own,
    )
    cells, cell_of = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return cells, cell_of.ravel()


def _without_one(scores: SessionScores, session: int, baseline: int, total: int) -> SessionScores:
    """Without one patient of this baseline and total, where the patient who asks is one of them."""
    if total == NONE:
        return scores
    alike = np.flatnonzero((scores.baseline == baseline) & (scores.after[:, session - 1] == total))
    return scores.select(np.arange(len(scores.patient)) != alike[0])
