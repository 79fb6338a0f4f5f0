"""Calendar months: in which a course began, and a day so many of them away."""

import numpy as np

from lib.clinical.outcomes.facts import Facts
from lib.clinical.segments import Ints


def group_by_month(facts: Facts) -> tuple[Ints, Ints]:
    """(the first day of every month from the first to the last first dose, since 1970-01-01; each course's place among them)."""
    if not len(facts):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    month = facts.day_0.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    every = np.arange(month.min(), month.max() + 1)
    days = every.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days, month - month.min()


def add_months(day: Ints, months: int) -> Ints:
    """The same day of the month so many months later; where that month is shorter, its last day, as CQL adds months. Days since
    1970-01-01."""
    dates = np.asarray(day, dtype=np.int64).astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    target = month + months
    last = (target + 1).astype("datetime64[D]").astype(np.int64) - 1
    same = target.astype("datetime64[D]").astype(np.int64) + (dates - month.astype("datetime64[D]")).astype(
        np.int64
    )
    return np.minimum(same, last)
