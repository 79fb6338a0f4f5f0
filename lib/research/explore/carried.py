"""Last observation carried forward, as a labelled sensitivity beside the observed cases and never alone."""

from dataclasses import dataclass, replace

import numpy as np

from lib.clinical.intervals import Share
from lib.clinical.means import Mean, measure_mean
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.facts import Facts
from lib.clinical.response import is_response
from lib.clinical.segments import Bools
from lib.research.explore.changes import read_totals
from lib.research.explore.studied import Floats, is_due

LABEL = "Last observation carried forward (sensitivity only)"
# Lachin 2016; the National Research Council's report on missing data (2010).
WHY = (
    "Carrying the last total forward says that somebody who stopped stayed as they were. It is biased in either direction and "
    "makes intervals too narrow; it is shown to see how much the observed cases depend on who is still there, and is no result."
)


@dataclass(frozen=True)
class Compared:
    """The same people once as observed, once carried forward. response: of those whose change is known, at caseness or not, a
    provisional improvement among them."""

    observed: Mean
    carried: Mean
    observed_response: Share
    carried_response: Share

    @property
    def n_carried(self) -> int:
        return self.carried.n - self.observed.n


def carry_forward(asked: Asked, facts: Facts) -> Compared:
    """Of those due after a dosing session: the total there, or else the last one after an earlier session of the course. Raises
    ValueError for a time point that is no session: of the others, the days of earlier totals are not kept."""
    if not asked.session:
        raise ValueError("Totals are carried forward from session to session only.")
    due = is_due(asked, facts)
    baseline, observed = read_totals(asked, facts)
    carried = observed
    for session in range(asked.session - 1, 0, -1):
        _, earlier = read_totals(replace(asked, time_point=f"session_{session}"), facts)
        carried = np.where(np.isnan(carried), earlier, carried)
    return Compared(
        measure_mean((observed - baseline)[due]),
        measure_mean((carried - baseline)[due]),
        _count_responses(asked, baseline, observed, due),
        _count_responses(asked, baseline, carried, due),
    )


def _count_responses(asked: Asked, baseline: Floats, total: Floats, due: Bools) -> Share:
    known = due & ~np.isnan(baseline) & ~np.isnan(total)
    met = is_response(total[known].astype(np.int64), baseline[known].astype(np.int64), asked.policy)
    return Share(int(met.sum()), int(known.sum()))
