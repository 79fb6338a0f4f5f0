"""How far scores fell beside what treatment cost the patient, counted in cells; and the four parts that two cuts make of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class BenefitBurden:
    """counts: (burden, change), a cell between each two edges. A change at an edge belongs to the better side (below), a burden
    at an edge to the heavier one (above). n_missing: patients of whom one of the two is unknown; they are in no cell."""

    change_edges: tuple[float, ...]
    burden_edges: tuple[float, ...]
    counts: Counts
    n_missing: int

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def split(self, change_cut: float, burden_cut: float) -> Counts:
        """(2, 2): rows lighter and heavier, columns better (change at most the cut) and not better.

        Raises ValueError for a cut that is no inner edge: a cell is never divided.
        """
        if change_cut not in self.change_edges[1:-1] or burden_cut not in self.burden_edges[1:-1]:
            raise ValueError("a cut lies on an inner edge of the cells")
        column, row = self.change_edges.index(change_cut), self.burden_edges.index(burden_cut)
        rows = np.stack([self.counts[:row].sum(axis=0), self.counts[row:].sum(axis=0)])
        return np.stack([rows[:, :column].sum(axis=1), rows[:, column:].sum(axis=1)], axis=1)


def count_benefit_burden(
    change: ArrayLike, burden: ArrayLike, change_edges: ArrayLike, burden_edges: ArrayLike
) -> BenefitBurden:
    """change and burden: one a patient, nan where unknown; edges ascending. What lies beyond an end is in the last cell."""
    changes, burdens = np.asarray(change, dtype=float), np.asarray(burden, dtype=float)
    across, up = np.asarray(change_edges, dtype=float), np.asarray(burden_edges, dtype=float)
    is_known = ~(np.isnan(changes) | np.isnan(burdens))
    columns = np.clip(np.searchsorted(across, changes[is_known], side="left") - 1, 0, len(across) - 2)
    rows = np.clip(np.searchsorted(up, burdens[is_known], side="right") - 1, 0, len(up) - 2)
    shape = (len(up) - 1, len(across) - 1)
    counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    return BenefitBurden(tuple(across.tolist()), tuple(up.tolist()), counts, int((~is_known).sum()))
