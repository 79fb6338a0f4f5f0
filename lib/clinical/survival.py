"""Time to a first event: the Kaplan-Meier curve, its interval and its median, and the incidence beside a competing event.

What these curves cannot say, and every screen that shows one must. An event is seen at a form, so it happened at some time
since the form before (interval-censored): the curve steps at visits, late by up to the time between two of them. Who stops
filling in forms is counted as if the others spoke for them; patients who stop often do worse (informative dropout), so a
curve of good outcomes flatters. Where stopping treatment makes the event impossible, the incidence beside the competing
event is the answer, and one minus Kaplan-Meier is too high.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.clinical.intervals import Z

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
CENSORED, EVENT, COMPETING = 0, 1, 2


@dataclass(frozen=True)
class Curve:
    """The share that has had no event yet, a step for each day on which someone had one or was last seen.

    days ascending. n_at_risk: just before the day. survival, low, high: from the day on; the interval is Greenwood's on the
    log(-log) scale, 95 %, and not a number where there is no event yet or nobody is left.
    """

    days: Floats
    n_at_risk: Counts
    n_events: Counts
    n_censored: Counts
    survival: Floats
    low: Floats
    high: Floats

    @property
    def n(self) -> int:
        return int(self.n_at_risk[0]) if len(self.days) else 0

    @property
    def median(self) -> float:
        """The first day on which at most half are without the event; not a number where that is never reached."""
        return _first(self.days, self.survival <= 0.5)

    @property
    def median_interval(self) -> tuple[float, float]:
        """95 %, by turning the log(-log) interval over (Brookmeyer, Crowley 1982); an end that is never reached is no number."""
        return _first(self.days, self.low <= 0.5), _first(self.days, self.high <= 0.5)

    def count_at_risk(self, days: ArrayLike) -> Counts:
        """How many are neither censored nor had the event before each day: the numbers under the figure."""
        later = np.append(self.n_at_risk, 0)
        return later[np.searchsorted(self.days, np.asarray(days, dtype=float), side="left")]


@dataclass(frozen=True)
class Incidence:
    """The share that has had the event by each day, where another event makes it impossible (Aalen-Johansen).

    se: standard error by the delta method, as statsmodels has it.
    """

    days: Floats
    n_at_risk: Counts
    share: Floats
    competing: Floats
    se: Floats


def estimate_survival(days: ArrayLike, is_event: ArrayLike) -> Curve:
    """days: from the origin to the first event, or to the last form without it, one a patient, 0 or more.

    Kaplan, Meier 1958; Greenwood's variance; interval of log(-log S) (Kalbfleisch, Prentice 1980). An event and a censoring
    of one day: the event comes first. Raises ValueError for a day below 0 or unknown.
    """
    at, causes = _check(days, np.asarray(is_event, dtype=bool))
    steps, n_at_risk, gone = _count(at, causes)
    n_events = gone[EVENT]
    survival = np.cumprod(1 - n_events / n_at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(n_events / (n_at_risk * (n_at_risk - n_events)))
        log = np.log(survival)
        spread = Z * np.sqrt(greenwood) / -log
        low, high = survival ** np.exp(spread), survival ** np.exp(-spread)
    is_known = (survival > 0) & (survival < 1)
    low, high = np.where(is_known, low, np.nan), np.where(is_known, high, np.nan)
    return Curve(steps, n_at_risk, n_events, gone[CENSORED], survival, low, high)


def estimate_incidence(days: ArrayLike, cause: ArrayLike) -> Incidence:
    """cause: CENSORED, EVENT or COMPETING, one a patient beside its day (Aalen, Johansen 1978).

    Raises ValueError for a day below 0 or unknown, or another cause.
    """
    at, causes = _check(days, np.asarray(cause, dtype=np.int64))
    steps, n, gone = _count(at, causes)
    events, competing = gone[EVENT], gone[COMPETING]
    both = events + competing
    before = np.concatenate([[1.0], np.cumprod(1 - both / n)[:-1]]) if len(n) else np.empty(0)
    share = np.cumsum(before * events / n)
    return Incidence(
        steps, n, share, np.cumsum(before * competing / n), _error(share, before, n, events, both)
    )


def _error(share: Floats, before: Floats, n: Counts, events: Counts, both: Counts) -> Floats:
    """Sums over earlier days of squares that hold the day's own share, multiplied out so that each is one running sum."""
    with np.errstate(divide="ignore"):
        hazard = both / (n * (n - both))
    # Where nobody is left there is no error to be estimated.
    hazard = np.where(n > both, hazard, np.nan)
    own = before * events / n**2
    variance = share**2 * np.cumsum(hazard) - 2 * share * np.cumsum(share * hazard)
    variance += np.cumsum(share**2 * hazard) + np.cumsum((before / n) ** 2 * (n - events) * events / n)
    variance += 2 * np.cumsum(share * own) - 2 * share * np.cumsum(own)
    return np.sqrt(np.maximum(variance, 0))


def _check(days: ArrayLike, causes: NDArray) -> tuple[Floats, Counts]:
    at, coded = np.asarray(days, dtype=float), causes.astype(np.int64)
    if at.shape != coded.shape or at.ndim != 1:
        raise ValueError("a day and a cause for each patient")
    if not (at >= 0).all() or not np.isin(coded, (CENSORED, EVENT, COMPETING)).all():
        raise ValueError("days are 0 or more, causes 0, 1 or 2")
    return at, coded


def _count(at: Floats, causes: Counts) -> tuple[Floats, Counts, Counts]:
    """The days, how many are at risk just before each, and how many leave on it by each cause (3, days)."""
    steps, rank = np.unique(at, return_inverse=True)
    gone = np.bincount(causes * len(steps) + rank, minlength=3 * len(steps)).reshape(3, len(steps))
    leaving = gone.sum(axis=0)
    n_at_risk = np.cumsum(leaving[::-1])[::-1]
    return steps, n_at_risk.astype(np.int64), gone.astype(np.int64)


def _first(days: Floats, holds: NDArray[np.bool_]) -> float:
    return float(days[holds.argmax()]) if holds.any() else float("nan")
