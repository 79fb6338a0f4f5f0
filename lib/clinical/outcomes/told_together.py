"""Rates that stand side by side on one paper: what one table tells must not tell a small count of another."""

from collections.abc import Mapping, Sequence

import numpy as np

from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.told import Told, hides, tell
from lib.clinical.segments import Bools
from lib.clinical.small_cells import hide_in_table


def tell_measures(counted: Mapping[str, Counted], telling: Telling) -> dict[str, Told]:
    """By name. Measures of more people than the smallest of them say per cent alone where the difference is a small count."""
    least = min(counted.values(), key=lambda one: one.bound_total)
    return {
        name: tell(one, telling, with_counts=not _tells_difference(one, least, telling.limit))
        for name, one in counted.items()
    }


def _tells_difference(one: Counted, least: Counted, limit: int) -> bool:
    """Of those due, of those with a score and of those without: how many more they are."""
    more = (
        one.bound_total - least.bound_total,
        one.coverage.n - least.coverage.n,
        one.bound_missing - least.bound_missing,
    )
    return any(0 < abs(n) <= limit for n in more)


def show_in_row(rows: Sequence[Counted], telling: Telling) -> tuple[Bools, Bools]:
    """Of months whose sum is told as well: of which the rate, and of which the coverage may be shown."""
    if not rows:
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    met = [[one.met, one.total - one.met] for one in rows]
    known = [[one.coverage.n, one.bound_missing] for one in rows]
    limit = telling.limit
    is_rate = ~hide_in_table(met, limit).cells.any(axis=1) & ~np.array([hides(one, telling) for one in rows])
    is_coverage = ~hide_in_table(known, limit).cells.any(axis=1)
    # Coverage beside a rate tells how many were not met.
    return is_rate, is_coverage & is_rate
