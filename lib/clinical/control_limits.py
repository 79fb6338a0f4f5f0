"""Where a count may lie by chance alone: limits of a funnel plot and of a chart of months, exact rather than normal.

Two levels each: a point outside the 95 % limits is seen one time in twenty where nothing differs, one outside the 99.8 %
limits one time in five hundred. Limits ask for a look at the figures; they rank nobody.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaincc, ndtri

Floats = NDArray[np.float64]
WARNING, ACTION = 0.95, 0.998
# Points in a row on one side of the median that are read as a shift and not as chance: the rule of NHS run charts is 7 or 8.
RUN = 8


@dataclass(frozen=True)
class Limits:
    """Two-sided limits of a share (0 to 1) or of a rate, beside the sizes that they were asked for; nan where the size is 0."""

    size: Floats
    low_95: Floats
    high_95: Floats
    low_998: Floats
    high_998: Floats


@dataclass(frozen=True)
class Dispersion:
    """phi: the mean of squared distances from the target, about 1 where chance alone acts. p: how often chance gives as much."""

    phi: float
    p: float
    n_groups: int

    @property
    def is_over(self) -> bool:
        """Beyond what 5 % of chance would give: limits of chance alone are then too narrow, whatever they show."""
        return self.p < 0.05


def limit_share(target: float, n: ArrayLike) -> Limits:
    """Exact binomial limits of a share around target (0 to 1) for each n, with Spiegelhalter's interpolation.

    Spiegelhalter 2005, Statistics in Medicine 24:1185, appendix A.1.1: r is the lowest count whose cumulative probability is
    above p, and the limit is (r - a) / n with a = (F(r) - p) / (F(r) - F(r - 1)). Cut off at 0 and 1.
    """
    return _limits(np.asarray(n, dtype=float), target, _Binomial(target))


def limit_rate(target: float, exposure: ArrayLike) -> Limits:
    """Exact Poisson limits of events a unit of exposure (a session, 100 sessions) around the target rate: a u-chart's.

    The same interpolation between whole counts as limit_share, so that the limits do not jump where a count does.
    """
    return _limits(np.asarray(exposure, dtype=float), target, _Poisson(target))


def measure_dispersion(
    n: ArrayLike, total: ArrayLike, target: float, *, is_estimated: bool = True
) -> Dispersion:
    """Do shares differ more between groups than chance allows? Pearson's chi-square around the target (Spiegelhalter 2005).

    is_estimated: the target is these groups' own pooled share, which takes one degree of freedom.
    """
    counts, totals = np.asarray(n, dtype=float), np.asarray(total, dtype=float)
    counts, totals = counts[totals > 0], totals[totals > 0]
    freedom = len(totals) - is_estimated
    if freedom < 1 or not 0 < target < 1:
        return Dispersion(float("nan"), float("nan"), len(totals))
    chi = float(((counts - totals * target) ** 2 / (totals * target * (1 - target))).sum())
    return Dispersion(chi / len(totals), float(gammaincc(freedom / 2, chi / 2)), len(totals))


def find_shifts(values: ArrayLike, length: int = RUN) -> NDArray[np.bool_]:
    """Which values belong to a run of at least `length` on one side of the median of all.

    A value on the median neither makes a run longer nor ends it; an unknown one (nan) the same. (Perla 2011, BMJ Qual Saf 20:46.)
    """
    known = np.asarray(values, dtype=float)
    is_shift = np.zeros(len(known), dtype=bool)
    if np.isnan(known).all():
        return is_shift
    side = np.nan_to_num(np.sign(known - np.nanmedian(known)))
    at = np.flatnonzero(side)
    for run in np.split(at, np.flatnonzero(np.diff(side[at])) + 1):
        is_shift[run] = len(run) >= length
    return is_shift


class _Binomial:
    def __init__(self, target: float) -> None:
        self.mean, self.variance = target, target * (1 - target)

    def cumulate(self, count: Floats, n: Floats) -> Floats:
        """P(at most count), by the incomplete beta function; 0 below 0."""
        inside = np.clip(count, 0, np.maximum(n - 1, 0))
        share: Floats = betainc(np.maximum(n - inside, 1), inside + 1, 1 - self.mean)
        return np.where(count < 0, 0.0, np.where(count >= n, 1.0, share))


class _Poisson:
    def __init__(self, target: float) -> None:
        self.mean = self.variance = target

    def cumulate(self, count: Floats, exposure: Floats) -> Floats:
        share: Floats = gammaincc(np.maximum(count, 0) + 1, exposure * self.mean)
        return np.where(count < 0, 0.0, share)


def _limits(size: Floats, target: float, chance: _Binomial | _Poisson) -> Limits:
    tails = [(1 - WARNING) / 2, (1 + WARNING) / 2, (1 - ACTION) / 2, (1 + ACTION) / 2]
    highest = 1.0 if isinstance(chance, _Binomial) else np.inf
    ends = [
        np.clip(_invert(size, tail, chance) / np.where(size > 0, size, np.nan), 0, highest) for tail in tails
    ]
    return Limits(size, *ends)


def _invert(size: Floats, tail: float, chance: _Binomial | _Poisson) -> Floats:
    """The count below which `tail` of the probability lies, between whole counts."""
    # Near the normal answer, then step by step: some ten steps, whatever the size.
    guess = size * chance.mean + ndtri(tail) * np.sqrt(size * chance.variance)
    count = np.maximum(np.floor(guess), 0)
    while (is_low := chance.cumulate(count, size) <= tail).any():
        count += is_low
    while (is_high := (count > 0) & (chance.cumulate(count - 1, size) > tail)).any():
        count -= is_high
    above, below = chance.cumulate(count, size), chance.cumulate(count - 1, size)
    return count - (above - tail) / (above - below)
