"""Decision memory: past decisions in similar courses, what was decided and what was recorded afterwards. Never what works.

Two courses are as far apart as the root mean square of the differences of their features, each counted in standard deviations
over all past decisions and this course. Within the caliper [policy] a decision is a neighbour; below min_neighbours [policy]
nothing is said, because an interval over a handful of patients who were chosen by their doctors says less than it seems to.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.clinical.policy_review_tables import DecisionMemory

# What makes courses similar. The first three have to be known; the others count where both are.
REQUIRED = ("baseline_total", "change_share", "n_dosing_sessions")
FEATURES = (*REQUIRED, "dose_mg_per_kg", "gad7_total")


@dataclass(frozen=True)
class Memory:
    """neighbours: rows of the decisions, the nearest first, with distance (standard deviations). n_decisions: all that were
    compared. reason: why nothing is said; "" otherwise. changes: points from the last total before the decision to the first
    one after it that counts, sorted, of neighbours that have one."""

    neighbours: pd.DataFrame
    n_decisions: int
    reason: str
    changes: tuple[int, ...] = ()

    def count_options(self) -> Sequence[tuple[str, int]]:
        """How many of the neighbours' decisions named each option, the most frequent first, then by name."""
        counts = self.neighbours["options"].explode().value_counts()
        return sorted(((str(name), int(n)) for name, n in counts.items()), key=lambda one: (-one[1], one[0]))

    def count_fallen(self, points: int) -> tuple[int, int]:
        """(how many totals fell by at least so many points, of how many that were measured)."""
        return sum(change <= -points for change in self.changes), len(self.changes)

    def median_change(self) -> tuple[float, int, int] | None:
        """The median and the order statistics that hold it with 95 %, of six changes or more; below six none do."""
        n = len(self.changes)
        if n < 6:
            return None
        rank = _rank_below_median(n)
        return float(np.median(self.changes)), self.changes[rank], self.changes[n - 1 - rank]


def _rank_below_median(n: int) -> int:
    """The highest rank (from 0) such that a binomial(n, ½) lies below it with at most 2.5 %: distribution-free."""
    below, weight, rank = 0.0, 0.5**n, 0
    while below + weight <= 0.025:
        below += weight
        rank += 1
        weight = weight * (n - rank + 1) / rank
    return rank - 1


def remember(
    decisions: pd.DataFrame, patient: int, course: "pd.Series[float]", limits: DecisionMemory
) -> Memory:
    """What was decided in courses like this one. decisions: one row each: patient, options (list of words), change (points, NaN:
    not measured) and FEATURES as they stood at the decision (NaN: unknown). course: FEATURES of the patient today.

    The patient's own decisions are left out."""
    others = decisions[(decisions["patient"] != patient) & decisions[list(REQUIRED)].notna().all(axis=1)]
    unknown = [name for name in REQUIRED if pd.isna(course[name])]
    if unknown:
        return _nothing(others, "this course has no baseline, no follow-up or no dosing session to compare")
    distance = _distances(others, course)
    near = others.assign(distance=distance)[distance <= limits.caliper_sd]
    near = near.sort_values(["distance", "patient"], kind="stable", ignore_index=True)
    if len(near) < limits.min_neighbours:
        return _nothing(
            others, f"{len(near)} decisions in similar courses; fewer than {limits.min_neighbours}"
        )
    changes = tuple(sorted(int(change) for change in near["change"].dropna()))
    return Memory(near, len(others), "", changes)


def _nothing(others: pd.DataFrame, reason: str) -> Memory:
    return Memory(others.iloc[:0].assign(distance=pd.Series(dtype=float)), len(others), reason)


def _distances(decisions: pd.DataFrame, course: "pd.Series[float]") -> "pd.Series[float]":
    features, own = decisions[list(FEATURES)].astype(float), course[list(FEATURES)].astype(float)
    spread = pd.concat([features, own.to_frame().T]).astype(float).std(ddof=0)
    # A feature in which nobody differs tells nobody apart.
    scaled = (features - own) / spread.where(spread > 0)
    return np.sqrt((scaled**2).mean(axis=1).fillna(0))
