"""What is known of signed decisions and of what followed them, as arrays that lib.clinical.decisions reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.clinical.segments import NONE, Bools, Ints, Layout, expand, limits_of
from lib.clinical.trajectory import Timeline

# What each decision waits for.
SCORE, NO_DOSE, REFERRAL, DATA = TARGETS = ("score", "no dose", "referral", "data")
DECIDED, FOLLOW_UP_DUE, CLOSED = STATES = ("decided", "follow-up due", "closed")
MET, NOT_MET, NO_SCORE = "target met", "target not met", "no score"
NOT_TAKEN, SUPERSEDED = "new dose not taken", "superseded"
OUTCOMES = (MET, NOT_MET, NO_SCORE, NOT_TAKEN, SUPERSEDED)
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Decisions:
    """Signed decisions, arrays in any order; of one patient the higher number was signed later.

    number: key of the decision. last_day: until which an outcome is taken. target: position in TARGETS. instrument: code, NONE
    where no score is asked for. points, from_total: the total has to be at least `points` below `from_total`; where
    from_total is NONE, below `points`. new_dose_mg: NaN where no new dose was decided. is_stop:
    no dose at all is to follow. signed_at: moment of signing by the clinic's clock, in seconds since 1970.
    """

    number: Ints
    patient: Ints
    on_day: Ints
    review_by: Ints
    last_day: Ints
    target: Ints
    instrument: Ints
    points: Ints
    from_total: Ints
    new_dose_mg: NDArray[np.float64]
    is_stop: Bools
    signed_at: Ints

    def waits_for(self, target: str) -> Bools:
        return self.target == TARGETS.index(target)


@dataclass(frozen=True)
class Dated:
    """Records, arrays in any order."""

    patient: Ints
    day: Ints

    def between(self, patient: Ints, after: Ints, until: Ints) -> tuple[Ints, Ints]:
        """Places of these patients' records dated later than `after` and not later than `until`, by date, and whose they are."""
        layout = Layout.covering(limits_of(self.patient, patient), limits_of(self.day, after, until), (0, 1))
        keys = layout.pack(self.patient, self.day, 0)
        order = np.argsort(keys, kind="stable")
        start = np.searchsorted(keys[order], layout.pack(patient, after, 1))
        stop = np.searchsorted(keys[order], layout.pack(patient, until, 1))
        position, owner = expand(start, stop)
        return order[position], owner

    def first(self, patient: Ints, after: Ints, until: Ints) -> Ints:
        """The day of the first of them, or NONE."""
        place, owner = self.between(patient, after, until)
        return first_of(self.day[place], owner, len(patient))


@dataclass(frozen=True)
class Followed:
    """What followed, nothing of it dated after the day asked about: the forms; counting sessions with their doses and
    seconds of the local day (NONE: time unknown); referrals; visits: sessions of any kind that happened; and looks: other records
    that show that somebody looked at the patient."""

    timeline: Timeline
    sessions: Dated
    session_mg: NDArray[np.float64]
    session_second: Ints
    referrals: Dated
    visits: Dated
    looks: Dated


def first_of(day: Ints, owner: Ints, n_owners: int) -> Ints:
    """The lowest of each owner's days, or NONE."""
    first = np.full(n_owners, _NEVER)
    np.minimum.at(first, owner, day)
    return np.where(first == _NEVER, NONE, first)
