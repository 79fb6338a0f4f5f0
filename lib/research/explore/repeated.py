"""Repeated totals of a cohort as a mixed model takes them: one row a patient and visit, and what of the design can be told."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.course_scores import N_SESSIONS
from lib.clinical.policy import Policy
from lib.clinical.segments import Bools, Ints
from lib.research.explore.changes import read_totals
from lib.research.explore.studied import Floats, Studied, is_due
from lib.research.people import Words

SESSIONS = tuple(range(1, N_SESSIONS + 1))


@dataclass(frozen=True)
class Repeated:
    """Rows: patient (0 to n_patients − 1, ascending), visit (the session), change, and of the patient baseline and site. visits:
    the sessions in the model; left_out: those with too few totals. n_missing: due at these visits, of these patients, and not
    there. n_without: patients with a baseline and no total at any visit, who are in no row."""

    patient: Ints
    visit: Ints
    change: Floats
    baseline: Floats
    site: Words
    visits: tuple[int, ...]
    left_out: tuple[int, ...]
    n_missing: int
    n_without: int

    @property
    def n_patients(self) -> int:
        return int(self.patient.max()) + 1 if len(self.patient) else 0

    def count(self, visit: int) -> int:
        return int((self.visit == visit).sum())


def gather_repeated(studied: Studied, instrument: int, policy: Policy, least: int) -> Repeated:
    """Totals after the sessions, of those with a baseline whose course did not begin daily. least: a visit with fewer totals
    is left out: its mean would be of few people, and its effect could hardly be estimated."""
    facts = studied.facts
    asked = [Asked(instrument, f"session_{number}", policy) for number in SESSIONS]
    baseline = read_totals(asked[0], facts)[0]
    is_in = ~np.isnan(baseline) & ~facts.is_daily
    totals = np.column_stack([read_totals(one, facts)[1] for one in asked])
    due = np.column_stack([is_due(one, facts) for one in asked]) & is_in[:, None]
    known = ~np.isnan(totals) & is_in[:, None]
    is_kept = known.sum(axis=0) >= least
    known, due = known & is_kept, due & is_kept
    row, column = np.nonzero(known)
    _, patient = np.unique(row, return_inverse=True)
    seen = known.any(axis=1)
    return Repeated(
        patient.astype(np.int64),
        np.array(SESSIONS)[column],
        (totals - baseline[:, None])[row, column],
        baseline[row],
        studied.people.clinic[row],
        tuple(_sessions(is_kept)),
        tuple(_sessions(~is_kept)),
        int((due & ~known)[seen].sum()),
        int((is_in & ~seen).sum()),
    )


def _sessions(mask: Bools) -> list[int]:
    return np.array(SESSIONS)[mask].tolist()


@dataclass(frozen=True)
class Design:
    """fixed: a column a visit (its mean change at the mean baseline and the patients' mix of sites), then names: the baseline and
    the sites but the first, each around its mean over patients. random: 1, and the visit around its mean."""

    fixed: Floats
    random: Floats
    names: tuple[str, ...]
    has_sites: bool


def build_design(repeated: Repeated) -> Design:
    """Sites are left out where there is one, or where they cannot be told from the rest."""
    visits = (repeated.visit[:, None] == np.array(repeated.visits)).astype(float)
    first = np.unique(repeated.patient, return_index=True)[1]

    def center(values: Floats) -> Floats:
        return values - values[first].mean(axis=0)

    sites = sorted(set(repeated.site.tolist()))
    dummies = np.column_stack(
        [center((repeated.site == one).astype(float)) for one in sites[1:]] or [visits[:, :0]]
    )
    plain = np.column_stack([visits, center(repeated.baseline)])
    fixed = np.column_stack([plain, dummies])
    has_sites = len(sites) > 1 and np.linalg.matrix_rank(fixed) == fixed.shape[1]
    visit = repeated.visit.astype(float)
    random = np.column_stack([np.ones(len(visit)), visit - visit.mean()])
    names = ("baseline", *(sites[1:] if has_sites else ()))
    return Design(fixed if has_sites else plain, random, names, has_sites)
