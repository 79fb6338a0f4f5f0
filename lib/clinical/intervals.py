"""How far a share that was counted may lie from the one behind it."""

from dataclasses import dataclass
from math import hypot, sqrt

Z = 1.959963984540054  # The normal quantile of a 95 % interval.


@dataclass(frozen=True)
class Share:
    """n of total: a count with its denominator."""

    n: int
    total: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share, 0 to 1; all of it where nothing was counted (Wilson 1927)."""
        if not self.total:
            return 0.0, 1.0
        share, weight = self.n / self.total, Z**2 / self.total
        middle = (share + weight / 2) / (1 + weight)
        half = sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
        return max(0.0, middle - half), min(1.0, middle + half)


def say_share(share: Share) -> str:
    """12/40, 30 % (18 to 45 %); without a denominator, that nobody was counted."""
    if not share.total:
        return "0/0, nobody to count"
    low, high = share.interval
    return f"{share.n}/{share.total}, {100 * share.n / share.total:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"


@dataclass(frozen=True)
class Difference:
    """How much larger the first share is than the second, of two groups that have nobody in common."""

    first: Share
    second: Share

    @property
    def value(self) -> float | None:
        """-1 to 1; None where one of them counted nobody."""
        if not self.first.total or not self.second.total:
            return None
        return self.first.n / self.first.total - self.second.n / self.second.total

    @property
    def interval(self) -> tuple[float, float]:
        """Newcombe's 95 % interval from the two Wilson intervals (Newcombe 1998, method 10); all where nothing was counted."""
        if (value := self.value) is None:
            return -1.0, 1.0
        ends = ((one.n / one.total, *one.interval) for one in (self.first, self.second))
        (a, low_a, high_a), (b, low_b, high_b) = ends
        down, up = hypot(a - low_a, high_b - b), hypot(high_a - a, b - low_b)
        return max(-1.0, value - down), min(1.0, value + up)
