"""The month in which a course began."""

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
