"""Arithmetic on sorted segments: what the kernel is made of instead of a Python function a patient.

np.sort of packed int64 values is vectorised in NumPy 2 and needs no gather afterwards: 4.8 million keys in 0.05 s, where an
argsort takes 0.62 s.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# "Unknown" among whole numbers; below every day and total, so that it can never pass for one.
NONE = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Layout:
    """How fields ride in one int64, the first the most significant. `lows` are taken off so that each field starts at 0."""

    lows: tuple[int, ...]
    widths: tuple[int, ...]

    @classmethod
    def covering(cls, *limits: tuple[int, int]) -> "Layout":
        """A layout for fields with these (lowest, highest) values; OverflowError when they need more than 63 bits."""
        widths = tuple(max(1, int(high - low).bit_length()) for low, high in limits)
        if sum(widths) > 63:
            raise OverflowError(f"A packed key needs {sum(widths)} bits; split the patients into parts.")
        return cls(tuple(low for low, _ in limits), widths)

    def pack(self, *values: Ints | int) -> Ints:
        """One int64 a row. A value outside its limits is moved to the nearest one."""
        packed: Ints = np.int64(0)  # type: ignore[assignment]
        for value, low, width in zip(values, self.lows, self.widths, strict=True):
            field = np.clip(np.subtract(value, low, dtype=np.int64), 0, (1 << width) - 1)
            packed = (packed << width) | field
        return packed

    def unpack(self, packed: Ints, position: int) -> Ints:
        """One field of the packed keys."""
        below = sum(self.widths[position + 1 :])
        return ((packed >> below) & ((1 << self.widths[position]) - 1)) + self.lows[position]

    def above(self, packed: Ints, position: int) -> Ints:
        """The keys without the fields from `position` on: equal where all fields before it are."""
        return packed >> sum(self.widths[position:])


def limits_of(values: Ints, *others: Sequence[int] | Ints) -> tuple[int, int]:
    """The lowest and highest among arrays, (0, 0) when all are empty."""
    arrays = [np.asarray(array) for array in (values, *others) if len(array)]
    return (int(min(a.min() for a in arrays)), int(max(a.max() for a in arrays))) if arrays else (0, 0)


def expand(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """Every position in the ranges [start, stop), and the number of the range that it came from."""
    lengths = np.maximum(stops - starts, 0)
    owner = np.repeat(np.arange(len(starts)), lengths)
    before = np.cumsum(lengths) - lengths
    return np.arange(len(owner)) - before[owner] + starts[owner], owner


def reduce_over(
    function: np.ufunc, values: NDArray, starts: Ints, stops: Ints, empty: int
) -> NDArray[np.int64]:
    """`function` (np.minimum, np.maximum, np.add …) over values[start:stop] of each range; `empty` for an empty range."""
    result = np.full(len(starts), empty, dtype=np.int64)
    filled = np.flatnonzero(stops > starts)
    if len(filled):
        padded = np.append(values, values[-1:])
        edges = np.column_stack([starts[filled], stops[filled]]).ravel()
        result[filled] = function.reduceat(padded, edges)[::2]
    return result


def median_is_below(values: Ints, owner: Ints, n_owners: int, limit: int) -> Bools:
    """Whether the median of each owner's values is below `limit`; False for an owner without values."""
    layout = Layout.covering((0, max(n_owners - 1, 0)), limits_of(values))
    ordered = layout.unpack(np.sort(layout.pack(owner, values)), 1)
    counts = np.bincount(owner, minlength=n_owners)
    start = np.cumsum(counts) - counts
    some = counts > 0
    middle_sum = np.full(n_owners, 2 * limit)
    low, high = start + (counts - 1) // 2, start + counts // 2
    middle_sum[some] = ordered[low[some]] + ordered[high[some]]
    return middle_sum < 2 * limit
