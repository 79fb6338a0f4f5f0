"""Change from baseline at each time point: mean, interval and effect size of those who have both totals."""

from dataclasses import dataclass

import numpy as np

from lib.clinical.means import Mean, measure_mean, pool_spread
from lib.clinical.outcomes.asked import Asked
from lib.clinical.outcomes.facts import Facts
from lib.clinical.segments import NONE
from lib.research.explore.studied import Floats, is_due

EFFECT_SIZES = (
    "Cohen's d is the mean change divided by a standard deviation (SD). On baseline SD: that of the same people's baselines "
    "(Glass's form; it grows where a cohort lets only high baselines in). On pooled SD: the root of the mean of the variances at "
    "baseline and at the time point. Its interval is that of the mean change divided by the same SD, which is taken as known. "
    "Below 0 is better."
)


@dataclass(frozen=True)
class Change:
    """Of those due. n_due: how many; change, baseline, total: of those who have both totals."""

    time_point: str
    n_due: int
    change: Mean
    baseline: Mean
    total: Mean

    @property
    def n_missing(self) -> int:
        return self.n_due - self.change.n

    @property
    def pooled_sd(self) -> float:
        return pool_spread(self.baseline.sd, self.total.sd)

    def effect(self, sd: float) -> tuple[float, float, float]:
        """d, and the ends of its interval; no numbers where the SD is 0 or unknown."""
        if not sd > 0:
            return (float("nan"),) * 3
        return self.change.value / sd, *(end / sd for end in self.change.interval)  # type: ignore[return-value]


def derive_change(asked: Asked, facts: Facts) -> Change:
    """Nobody is left out by severity: the cohort says who is studied."""
    due = is_due(asked, facts)
    baseline, total = read_totals(asked, facts)
    both = due & ~np.isnan(baseline) & ~np.isnan(total)
    return Change(
        asked.time_point,
        int(due.sum()),
        measure_mean((total - baseline)[both]),
        measure_mean(baseline[both]),
        measure_mean(total[both]),
    )


def read_totals(asked: Asked, facts: Facts) -> tuple[Floats, Floats]:
    """Baseline and total at the time point, nan where there is none; a last score that is stale is none."""
    scores = asked.scores(facts)
    baseline, total = scores["baseline_total"], scores.total(asked.time_point)
    return np.where(baseline == NONE, np.nan, baseline), np.where(asked.has_score(facts), total, np.nan)
