"""Rates that stand side by side on one paper: what one table tells must not tell a small count of another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.saying import Telling
from lib.clinical.outcomes.told import NOT_TOLD, Told, hides, tell
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


@dataclass(frozen=True)
class InRow:
    """A group or a month beside others. share: None where it is not told. known: 87 %, over 96 %, or not told; worst: 57 %, at
    least 40 %, or not told. is_thin: too few of those due have the score."""

    share: Share | None
    known: str
    worst: str
    is_thin: bool


def tell_in_row(rows: Sequence[Counted], telling: Telling) -> list[InRow]:
    """Of months or groups whose sum is told as well. Whoever left out the missing is told with them or not at all."""
    shown = zip(rows, *_show_in_row(rows, telling), strict=True) if rows else ()
    return [
        _tell_one(one, telling, has_rate=bool(has_rate), has_coverage=bool(has_coverage))
        for one, has_rate, has_coverage in shown
    ]


def _tell_one(one: Counted, telling: Telling, *, has_rate: bool, has_coverage: bool) -> InRow:
    told = tell(one, telling, with_counts=False)
    # Few missing are said as a bound; where another group's few could be worked out, nothing is.
    has_coverage = has_rate and (has_coverage or telling.hides(one.coverage))
    is_told = has_rate and (has_coverage or one.denominator == one.measure.bound_by)
    known, worst = (told.known, told.worst) if has_coverage else (NOT_TOLD, NOT_TOLD)
    # Thin is a bound, not a count: a rate that is shown says it, also where its coverage is not told for another's sake.
    return InRow(one.share if is_told else None, known, worst, told.is_thin and is_told)


def _show_in_row(rows: Sequence[Counted], telling: Telling) -> tuple[Bools, Bools]:
    """Of which the rate, and of which the coverage may be shown."""
    met = [[one.met, one.total - one.met] for one in rows]
    known = [[one.coverage.n, one.bound_missing] for one in rows]
    limit = telling.limit
    is_rate = ~hide_in_table(met, limit).cells.any(axis=1) & ~np.array([hides(one, telling) for one in rows])
    is_coverage = ~hide_in_table(known, limit).cells.any(axis=1)
    # Coverage beside a rate tells how many were not met.
    return is_rate, is_coverage & is_rate
