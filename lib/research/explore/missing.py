"""Who is missing: the share of those due without a total, by time point, baseline and dose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lib.clinical.intervals import Difference, Share
from lib.clinical.outcomes.asked import Asked
from lib.clinical.segments import Bools
from lib.clinical.small_cells import hide_in_table
from lib.research.explore.studied import EVERYONE, NO_BASELINE, Studied, is_due
from lib.research.people import UNKNOWN

# Groups that stand in no order with the others.
UNORDERED = (EVERYONE, NO_BASELINE, UNKNOWN)


@dataclass(frozen=True)
class Missing:
    """A row of the map. shares: missing of due, by time point; None where it is not told."""

    group: str
    shares: tuple[Share | None, ...]


def map_missing(
    studied: Studied, asked: Asked, time_points: Sequence[str], groups: Mapping[str, Bools], limit: int
) -> list[Missing]:
    """groups: everyone first, then groups that have nobody in common. limit: the largest count that is not told."""
    columns = [_count(studied, replace(asked, time_point=at), groups, limit) for at in time_points]
    return [Missing(name, tuple(column[row] for column in columns)) for row, name in enumerate(groups)]


def _count(studied: Studied, asked: Asked, groups: Mapping[str, Bools], limit: int) -> list[Share | None]:
    due, known = is_due(asked, studied.facts), asked.has_score(studied.facts)
    counts = np.array(
        [[int((mask & due & ~known).sum()), int((mask & due & known).sum())] for mask in groups.values()]
    )
    hidden = _hide(counts, limit)
    return [
        None if is_hidden else Share(int(n), int(n + n_known))
        for (n, n_known), is_hidden in zip(counts, hidden, strict=True)
    ]


def _hide(counts: np.ndarray, limit: int) -> list[bool]:
    """Everyone first; the others sum to it."""
    if len(counts) == 1:
        return [bool(((counts > 0) & (counts <= limit)).any())]
    found = hide_in_table(counts[1:], limit)
    # A whole of few, or of which a part is not told, is not told either.
    whole = bool(found.is_total or found.column_totals.any())
    return [whole, *(found.cells.any(axis=1) | found.row_totals).tolist()]


def say_gradient(rows: Sequence[Missing], at: int, least: int) -> str:
    """Whether the first and the last of the ordered groups differ in how many are missing at a time point (its place), in words.
    least: groups with fewer due are not compared."""
    told = [
        (row.group, share)
        for row in rows
        if row.group not in UNORDERED and (share := row.shares[at]) and share.total >= least
    ]
    if len(told) < 2:
        return "Fewer than two groups are large enough to say whether missing totals go with it."
    (first_name, first), (last_name, last) = told[0], told[-1]
    low, high = Difference(last, first).interval
    points = 100 * (last.n / last.total - first.n / first.total)
    said = (
        f"{first_name}: {first.n:,} of {first.total:,} missing; {last_name}: {last.n:,} of {last.total:,}; difference "
        f"{points:+.0f} points (95 % interval {100 * low:+.0f} to {100 * high:+.0f})."
    ).replace("-", "−")
    if low <= 0 <= high:
        return f"{said} No difference lies within the interval: it is neither shown nor ruled out."
    return f"{said} Who is missing goes with it: the observed cases do not speak for everybody."
