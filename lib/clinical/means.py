"""A mean that was measured, how far it may lie from the one behind it, and how large it is against a spread."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit


@dataclass(frozen=True)
class Mean:
    """Of n values; sd with n − 1, not a number of fewer than two."""

    n: int
    value: float
    sd: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, by Student's t with n − 1 degrees of freedom (Student 1908); no numbers of fewer than two values."""
        if self.n < 2:
            return float("nan"), float("nan")
        half = float(stdtrit(self.n - 1, 0.975)) * self.sd / sqrt(self.n)
        return self.value - half, self.value + half


def measure_mean(values: ArrayLike) -> Mean:
    """Of those that are known; nan is left out."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    n = len(known)
    return Mean(
        n,
        float(known.mean()) if n else float("nan"),
        float(known.std(ddof=1)) if n > 1 else float("nan"),
    )


def pool_spread(first: float, second: float) -> float:
    """The root of the mean variance of two measurements of the same people: the SD of Cohen's d_av (Cumming 2012)."""
    return sqrt((first**2 + second**2) / 2)
