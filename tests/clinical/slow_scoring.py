"""A second way to score a form: by counting answers of each kind, and by bands that are written out total by
total."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MAX_MISSING = 2
ITEM_9_OF = 9

BANDS: dict[int, tuple[str, ...]] = {
    9: (*["minimal"] * 5, *["mild"] * 5, *["moderate"] * 5, *["moderately severe"] * 5, *["severe"] * 8),
    7: (*["minimal"] * 5, *["mild"] * 5, *["moderate"] * 5, *["severe"] * 7),
}


@dataclass(frozen=True)
class Scored:
    """What one form says once it has been scored."""

    total: int | None
    low: int | None
    high: int | None
    is_prorated: bool
    n_missing: int
    item_9: int | None
    band: str | None


def band(total: int, n_items: int) -> str:
    """evidence 1.1: “0-4 none/minimal, 5-9 mild, 10-14 moderate, 15-19 moderately severe, 20-27 severe”;
    GAD-7 “0-4 minimal, 5-9 mild, 10-14 moderate, 15-21 severe”."""
    if not 0 <= total < len(BANDS[n_items]):
        raise ValueError(f"no total of {n_items} items: {total}")
    return BANDS[n_items][total]


def filled_up(points: int, answered: int, n_items: int) -> int:
    """“total = floor(n × mean + ½)”."""
    return math.floor(n_items * Fraction(points, answered) + Fraction(1, 2))


def item_9_of(items: Sequence[int | None], n_items: int) -> int | None:
    """“Item 9 is never filled”: what was answered, or None."""
    return items[8] if n_items == ITEM_9_OF else None


def score(items: Sequence[int | None], n_items: int) -> Scored:
    """“Up to 2 missing items: total = floor(n × mean + ½), is_prorated, with bounds [sum, sum + 3 × missing].
    More than 2: the form is stored without a total”."""
    answers = list(items)
    zeros, ones, twos, threes, blanks = (answers.count(answer) for answer in (0, 1, 2, 3, None))
    answered = zeros + ones + twos + threes
    if len(answers) != n_items or answered + blanks != n_items:
        raise ValueError(f"not {n_items} answers of 0 to 3: {answers}")
    item_9 = item_9_of(answers, n_items)
    if blanks > MAX_MISSING:
        return Scored(None, None, None, False, blanks, item_9, None)
    points = ones + twos + twos + threes + threes + threes
    total = filled_up(points, answered, n_items)
    low, high = points, points + 3 * blanks
    return Scored(total, low, high, blanks > 0, blanks, item_9, band(total, n_items))
