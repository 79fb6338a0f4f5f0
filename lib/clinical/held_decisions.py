"""Decisions that wait for no dose: what broke them, what leaves them unclear, and who looked at the patient."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.decision_records import NO_DOSE, Decisions, Followed, first_of
from lib.clinical.moments import SECONDS_A_DAY, Moments
from lib.clinical.segments import NONE, Bools, Ints

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Held:
    """By decision, days or NONE. broken_on: of the first dose that was not to be taken. unclear_on: of a dose on the day of
    signing that may have come before the signature or after it. seen_on: of the first record that shows that somebody
    looked, from review-by on."""

    broken_on: Ints
    unclear_on: Ints
    seen_on: Ints

    @property
    def is_kept(self) -> Bools:
        return (self.broken_on == NONE) & (self.unclear_on == NONE) & (self.seen_on != NONE)


def find_held(decisions: Decisions, followed: Followed, end: Ints) -> Held:
    """Of every decision; what does not wait for no dose has NONE throughout."""
    is_held = decisions.waits_for(NO_DOSE)
    # A dose from review-by on ends a hold as planned; a stop has no such day.
    until = np.where(decisions.is_stop, end, np.minimum(end, decisions.review_by - 1))
    first_day = np.minimum(decisions.on_day, decisions.signed_at // SECONDS_A_DAY)
    place, owner = followed.sessions.between(decisions.patient, first_day - 1, np.where(is_held, until, NONE))
    day = followed.sessions.day[place]
    moment = Moments(day, followed.session_second[place])
    signed_at = decisions.signed_at[owner]
    is_after = (day > decisions.on_day[owner]) | (moment.earliest > signed_at)
    # What was taken after the next decision was signed says nothing of this one.
    is_under = moment.earliest <= _next_signed(decisions)[owner]
    is_broken = is_after & is_under
    is_unclear = ~is_after & (moment.latest > signed_at)
    return Held(
        broken_on=first_of(day[is_broken], owner[is_broken], len(end)),
        unclear_on=first_of(day[is_unclear], owner[is_unclear], len(end)),
        seen_on=_first_look(decisions, followed, np.where(is_held, end, NONE)),
    )


def _next_signed(decisions: Decisions) -> Ints:
    """The moment at which the patient's next decision was signed, far in the future where there is none."""
    order = np.lexsort((decisions.number, decisions.patient))
    earlier, later = order[:-1], order[1:]
    is_same = decisions.patient[earlier] == decisions.patient[later]
    found = np.full(len(order), _NEVER)
    found[earlier[is_same]] = decisions.signed_at[later[is_same]]
    return found


def _first_look(decisions: Decisions, followed: Followed, end: Ints) -> Ints:
    """A session shows that somebody looked where doses may be taken again, and never after a stop."""
    after = decisions.review_by - 1
    look = followed.looks.first(decisions.patient, after, end)
    visit = followed.visits.first(decisions.patient, after, np.where(decisions.is_stop, NONE, end))
    earlier = np.where(look == NONE, visit, np.minimum(look, visit))
    return np.where(visit == NONE, look, earlier)
