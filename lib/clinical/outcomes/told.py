"""A rate with everything that belongs to it, in words, so that no part tells a small count that another part hides.

The parts are of one sum: those due are met, not met and missing. Whoever reads two of the three and the sum has the third, so a
part is left out where it would complete such a sum (lib/clinical/small_cells.py says how small is small).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import Counted
from lib.clinical.outcomes.saying import Telling

NOT_TOLD, NOBODY = "not told", "–"
_BOUNDS_HIDDEN = "worst and best case are not told: they would tell a small count"


@dataclass(frozen=True)
class Told:
    """share: None where it is not told. is_thin: too few of those due have a score."""

    rate: str
    counts: str
    interval: str
    coverage: str
    bounds: str
    share: Share | None
    is_thin: bool

    @property
    def known(self) -> str:
        """The coverage as a figure says it: 87 %; over 96 %; too few."""
        return self.coverage.partition(" of ")[0]

    @property
    def worst(self) -> str:
        """The worst case as a figure says it: 57 %; at most 43 %; not told."""
        said = self.bounds.partition(", best case")[0]
        return said.removeprefix("worst case ") if said.startswith("worst case") else NOT_TOLD

    def say(self) -> str:
        """57 %, 160 of 283, 95 % interval 51–62 %; 87 % of 283 due have the score; worst case 57 %, best case 69 %."""
        rate = ", ".join(part for part in (self.rate, self.counts, self.interval) if part)
        return "; ".join(part for part in (rate, self.coverage, self.bounds) if part)


def tell(counted: Counted, telling: Telling, *, with_counts: bool = True) -> Told:
    """with_counts: False where the denominator would tell a small count of another table; then only per cent are told."""
    is_hidden, share = hides(counted, telling), counted.share
    if not share.total:
        is_few = 0 < counted.bound_total <= telling.limit
        due = "too few are due" if is_few else telling.say_coverage(counted)
        return Told(NOBODY, "", "nobody to count", due, "", None, bool(counted.bound_total))
    if _is_too_few(counted, telling):
        return Told("too few", "", f"counts under {telling.limit + 1} are not told", "", "", None, True)
    rate = telling.say_rate(share) if telling.hides(share) or not is_hidden else NOT_TOLD
    return Told(
        rate,
        telling.say_counts(share) if with_counts and rate != NOT_TOLD else "",
        f"counts under {telling.limit + 1} are not told" if is_hidden else telling.say_interval(share),
        _say_coverage(counted, telling, with_counts=with_counts and not _tells_exit(counted, telling)),
        _say_bounds(counted, telling, rate),
        None if is_hidden else share,
        _is_thin(counted, telling),
    )


def find_told(every: Sequence[Counted], telling: Telling) -> list[bool]:
    """Of rates that stand beside one another, whose counts are told: not where the denominator, or those due, differ by a small
    count from those of one that is told before it, or from the start: which would tell who is in one and not in the other."""
    told: list[bool] = []
    for at, counted in enumerate(every):
        before = [one for one, is_told in zip(every[:at], told, strict=True) if is_told]
        # How many there are at the start is told with the page.
        apart = [counted.start - counted.total]
        apart += [abs(counted.total - one.total) for one in before]
        apart += [abs(counted.bound_total - one.bound_total) for one in before]
        told.append(not any(0 < n <= telling.limit for n in apart))
    return told


def _tells_exit(counted: Counted, telling: Telling) -> bool:
    """Those due, beside the start or the denominator, would tell how few left on the way; the denominator alone does not."""
    apart = (counted.start - counted.bound_total, abs(counted.bound_total - counted.total))
    return counted.bound_total != counted.total and any(0 < n <= telling.limit for n in apart)


def hides(counted: Counted, telling: Telling) -> bool:
    """Whether the rate is not told: it is small itself, or coverage beside it would tell how few were met, or were not."""
    inside = telling.hides(_inside(counted)) and not telling.hides(counted.coverage)
    return telling.hides(counted.share) or inside


def _is_too_few(counted: Counted, telling: Telling) -> bool:
    """A small part of a sum of so few would be told by the rest of it. Judged by the sums that are told."""
    is_inside, is_missing = telling.hides(_inside(counted)), telling.hides(counted.coverage)
    is_of_due = counted.denominator == counted.measure.bound_by
    if (is_inside or is_missing) and counted.total <= (3 if is_of_due else 2) * telling.limit:
        return True
    return is_inside and not is_missing and counted.coverage.n <= 2 * telling.limit


def _is_thin(counted: Counted, telling: Telling) -> bool:
    """Small numbers are judged by what is told of them."""
    if not counted.bound_total or not telling.hides(counted.coverage):
        return bool(counted.bound_total) and telling.is_thin(counted)
    known, due = _most_missing(counted, telling.limit)
    return counted.coverage.n <= telling.limit or 100 * known < telling.least_coverage * due


def _inside(counted: Counted) -> Share:
    """Met, of those whose outcome is known."""
    return Share(counted.bound_met, counted.coverage.n)


def _say_coverage(counted: Counted, telling: Telling, *, with_counts: bool) -> str:
    coverage, limit = counted.coverage, telling.limit
    if not counted.bound_total:
        return "nobody is due yet"
    if not telling.hides(coverage):
        of = f"{counted.bound_total:,} due" if with_counts else "those due"
        return f"{telling.say_rate(coverage)} of {of} have the score"
    if coverage.n <= limit:
        return "too few of those due have the score"
    n, total = _most_missing(counted, limit)
    return f"over {100 * n / total:.0f} % of those due have the score"


def _most_missing(counted: Counted, limit: int) -> tuple[int, int]:
    """(known, due) had as many been missing as is not told, from the sum that stands in the counts and nothing else."""
    if counted.denominator == counted.measure.bound_by:
        return max(counted.bound_total - limit, 0), counted.bound_total
    return counted.coverage.n, counted.coverage.n + limit


def _say_bounds(counted: Counted, telling: Telling, rate: str) -> str:
    if not counted.bound_total:
        return ""
    known, met, limit = counted.coverage.n, counted.bound_met, telling.limit
    if not telling.hides(counted.coverage):
        is_told = not telling.hides(_inside(counted)) and not hides(counted, telling)
        return telling.say_bounds(counted) if is_told else _BOUNDS_HIDDEN
    if known <= limit or telling.hides(counted.share):
        return _BOUNDS_HIDDEN
    # At most `limit` are missing, and no more than that is told of them.
    total = _most_missing(counted, limit)[1]
    low, high = 100 * met / total, min(100.0, 100 * (met + limit) / total)
    if not counted.measure.is_good:
        return f"worst case at most {high:.0f} %, best case at least {low:.0f} %"
    worst = f"{rate}" if counted.denominator == counted.measure.bound_by else f"at least {low:.0f} %"
    return f"worst case {worst}, best case at most {high:.0f} %"
