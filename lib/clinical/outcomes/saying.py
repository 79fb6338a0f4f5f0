"""A rate in words that a manager can defend: of whom, how many, how sure, how complete. Small counts are not told."""

from dataclasses import dataclass

from lib.clinical.intervals import Share
from lib.clinical.outcomes.counting import Counted
from lib.clinical.small_cells import is_share_hidden, say_count


@dataclass(frozen=True)
class Telling:
    """limit: the largest count that is not told (0: all are). least_coverage: per cent of those due; below, a rate is thin."""

    limit: int
    least_coverage: int

    def hides(self, share: Share) -> bool:
        return is_share_hidden(share.n, share.total, self.limit)

    def say_rate(self, share: Share) -> str:
        """57 %; "under 4 %" where its count is too small to be told; "–" of nobody."""
        if not share.total:
            return "–"
        if not self.hides(share):
            return f"{100 * share.n / share.total:.0f} %"
        if share.total <= self.limit:
            return "too few"
        bound = 100 * self.limit / share.total
        return f"under {bound:.0f} %" if share.n <= self.limit else f"over {100 - bound:.0f} %"

    def say_counts(self, share: Share) -> str:
        """160 of 283; <11 of 283."""
        n = say_count(share.n, self.hides(share), self.limit)
        return f"{n} of {say_count(share.total, 0 < share.total <= self.limit, self.limit)}"

    def say_interval(self, share: Share) -> str:
        """95 % interval 51–62 %."""
        if not share.total:
            return "nobody to count"
        if self.hides(share):
            return f"counts under {self.limit + 1} are not told"
        low, high = share.interval
        return f"95 % interval {100 * low:.0f}–{100 * high:.0f} %"

    def say_coverage(self, counted: Counted) -> str:
        """87 % of 283 due have the score."""
        if not counted.bound_total:
            return "nobody is due yet"
        return f"{self.say_rate(counted.coverage)} of {counted.bound_total:,} due have the score"

    def say_bounds(self, counted: Counted) -> str:
        """If everybody whose score is missing had fared badly, 57 %; had they fared well, 69 %."""
        if not counted.bound_total:
            return ""
        return f"worst case {self.say_rate(counted.worst)}, best case {self.say_rate(counted.best)}"

    def is_thin(self, counted: Counted) -> bool:
        """Fewer of those due have a score than a rate needs."""
        return 100 * counted.coverage.n < self.least_coverage * counted.bound_total

    def say_tipping_point(self, counted: Counted, percent: int) -> str:
        """Stays at 40 % or above unless more than 31 of the 58 missing did not."""
        side = "at or above" if counted.measure.is_good else "at or below"
        if not counted.bound_missing:
            return "No score is missing: no assumption is needed."
        borne = counted.tipping_point(percent)
        if borne is None:
            return f"Not {side} {percent} %, whatever became of the {counted.bound_missing:,} whose score is missing."
        if borne == counted.bound_missing:
            return f"Stays {side} {percent} % whatever became of the {counted.bound_missing:,} whose score is missing."
        return f"Stays {side} {percent} % unless more than {borne:,} of the {counted.bound_missing:,} missing fared badly."
