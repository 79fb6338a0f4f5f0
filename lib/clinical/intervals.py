"""How far a share that was counted may lie from the one behind it."""

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054  # The normal quantile of a 95 % interval.


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
        share, weight = self.n / self.total, _Z**2 / self.total
        middle = (share + weight / 2) / (1 + weight)
        half = sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
        return max(0.0, middle - half), min(1.0, middle + half)


def say_share(share: Share) -> str:
    """12/40, 30 % (18 to 45 %); without a denominator, that nobody was counted."""
    if not share.total:
        return "0/0, nobody to count"
    low, high = share.interval
    return f"{share.n}/{share.total}, {100 * share.n / share.total:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
