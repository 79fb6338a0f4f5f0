"""Small draws that read like sentences."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")

# Purposes of a stream; the cohort itself has 0.
RANDOM_STORY, PLANTED, ROWS = 1, 2, 3


def stream(seed: int, purpose: int, number: int, part: int = 0) -> np.random.Generator:
    """A generator of its own for one thing.

    Always four words: numpy pads a shorter list with zeros, so [seed, 1] and [seed, 1, 0] would be the same stream.
    """
    return np.random.default_rng([seed, purpose, number, part])


def happens(rng: np.random.Generator, share: float) -> bool:
    return bool(rng.random() < share)


def between(rng: np.random.Generator, low: int, high: int) -> int:
    """A whole number, both ends included."""
    return int(rng.integers(low, high + 1))


def around(rng: np.random.Generator, mean: float, sd: float, low: int, high: int) -> int:
    """A whole number near the mean, never beyond the ends."""
    return min(max(int(mean + sd * float(rng.standard_normal()) + 0.5), low), high)


def pick(rng: np.random.Generator, shares: Mapping[T, float]) -> T:
    """One of the keys, as often as its share; what the shares leave open goes to the last."""
    drawn = float(rng.random())
    for choice, upper in zip(shares, accumulate(shares.values()), strict=True):
        if drawn < upper:
            return choice
    return choice
