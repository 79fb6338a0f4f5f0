"""Intervals of shares: what a count of a small group can be trusted for."""

from math import sqrt

# 95 % of a normal distribution lie within so many standard deviations.
_Z = 1.959964


def wilson(n: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share n/of (Wilson 1927), which holds its level at small numbers; (0, 1) of nobody."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = n / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def say_share(n: int, of: int) -> str:
    """7 of 12 (58 %, 32–81 %): count, denominator, share and its 95 % interval."""
    if of == 0:
        return "0 of 0"
    low, high = wilson(n, of)
    return f"{n:,} of {of:,} ({100 * n / of:.0f} %, {100 * low:.0f}–{100 * high:.0f} %)"
