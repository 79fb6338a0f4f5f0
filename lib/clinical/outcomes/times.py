"""Times to a first event: from the first dose to response or remission, and from a response to relapse."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.facts import Facts
from lib.clinical.segments import NONE, Bools, Ints

# Ended treatment without the event: it makes the event impossible to see.
EVENT, STOPPED, SEEN_LAST = 1, 2, 0
RESPONSE, REMISSION, RELAPSE = "response", "remission", "relapse"
NAMES = (RESPONSE, REMISSION, RELAPSE)


@dataclass(frozen=True)
class Times:
    """One entry a course that is followed. days: from the origin to the event, or else to the last form. cause:
    EVENT, STOPPED or SEEN_LAST. n_unfollowed: courses with an origin and no form after it. is_followed: which of the facts."""

    days: Ints
    cause: Ints
    n_unfollowed: int
    is_followed: Bools

    @property
    def is_event(self) -> Bools:
        return self.cause == EVENT


def time_event(asked: Asked, facts: Facts, event: str) -> Times:
    """event: of NAMES. Response is the first that was confirmed; its day is that of the form, known only at the next form, so
    that the curve steps at visits. Of courses with a baseline at caseness; relapse, of those that have responded."""
    scores = asked.scores(facts)
    is_case = (scores["baseline_total"] != NONE) & asked.is_at_caseness(facts)
    origin = scores["response_on"] if event == RELAPSE else facts.day_0
    on = scores[f"{event}_on"]
    if event == RELAPSE:
        on = np.where(on > origin, on, NONE)
    has_origin = is_case & (origin != NONE)
    last = scores["latest_on"]
    is_followed = has_origin & (last != NONE) & (last >= origin)
    # A treatment that ended before its last form is still followed to that form.
    ended = (facts.ended_on != NONE) & (facts.ended_on >= last)
    cause = np.where(on != NONE, EVENT, np.where(ended, STOPPED, SEEN_LAST))
    until = np.where(on != NONE, on, last)
    return Times(
        (until - origin)[is_followed],
        cause[is_followed],
        int((has_origin & ~is_followed).sum()),
        is_followed,
    )
