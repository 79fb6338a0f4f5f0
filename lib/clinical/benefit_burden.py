"""How far scores fell beside what treatment cost the patient, counted in cells; and the four parts that two cuts make of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]
Edges = tuple[float, ...]


@dataclass(frozen=True)
class BenefitBurden:
    """counts: (burden, change), a cell between each two edges. A change at an edge belongs to the better side (below), a burden
    at an edge to the heavier one (above). Patients in no cell: n_no_change, whose change is unknown, and n_no_burden, of whom
    only the burden is."""

    change_edges: Edges
    burden_edges: Edges
    counts: Counts
    n_no_change: int
    n_no_burden: int

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    @property
    def n_missing(self) -> int:
        return self.n_no_change + self.n_no_burden

    def split(self, change_cut: float, burden_cut: float) -> Counts:
        """(2, 2): rows lighter and heavier, columns better (change at most the cut) and not better.

        Raises ValueError for a cut that is no inner edge: a cell is never divided.
        """
        if change_cut not in self.change_edges[1:-1] or burden_cut not in self.burden_edges[1:-1]:
            raise ValueError("a cut lies on an inner edge of the cells")
        return self._sum_blocks(self.counts, (change_cut,), (burden_cut,))

    def find_cuts(self, near: tuple[float, float], limit: int) -> tuple[Edges, Edges]:
        """Where the two cuts may stand, of change and of burden: nowhere that a group of 1 to limit patients could be told.

        Whoever moves the cuts can take the four counts of one place from those of another: all that can be worked out so is the
        count of every block between the places offered. So places are offered only while no block is small: first the nearest
        to `near` with somebody in each part, if there is one. Where there is no such place, or so few are in no cell that the
        whole map would tell them, the nearest alone is offered, and what is small there has to be hidden.
        """
        nearest: list[list[float]] = [
            sorted(edges[1:-1], key=lambda edge, at=at: abs(edge - at))  # type: ignore[misc]
            for edges, at in zip((self.change_edges, self.burden_edges), near, strict=True)
        ]
        ranked = [[(rank, edge) for rank, edge in enumerate(edges)] for edges in nearest]
        places = sorted(product(*ranked), key=lambda place: sum(rank for rank, _ in place))
        pairs = [[[edge] for _, edge in place] for place in places]
        offered = [pair for pair in pairs if self._tells_nobody(pair, limit)]
        if not offered or 0 < self.n_missing <= limit:
            return (nearest[0][0],), (nearest[1][0],)
        chosen = next((pair for pair in offered if self._sum_blocks(self.counts, *pair).all()), offered[0])
        for _, edge, axis in sorted((*one, side) for side in range(2) for one in ranked[side]):
            chosen[axis].append(edge)
            if chosen[axis].count(edge) > 1 or not self._tells_nobody(chosen, limit):
                chosen[axis].pop()
        return tuple(sorted(chosen[0])), tuple(sorted(chosen[1]))

    def _tells_nobody(self, cuts: Sequence[Sequence[float]], limit: int) -> bool:
        """No block is small, and none's count is the least or the most that its cells allow: of a cell it is shown whether 1 to
        limit patients are in it, or more. A limit of 0 hides nothing."""
        is_few = (self.counts > 0) & (self.counts <= limit)
        n, n_few, n_many = (
            self._sum_blocks(counts, *cuts)
            for counts in (self.counts, is_few.astype(np.int64), (self.counts > limit).astype(np.int64))
        )
        is_told = (n_few > 0) & ((n == n_few + (limit + 1) * n_many) | ((n_many == 0) & (n == limit * n_few)))
        return not (((n > 0) & (n <= limit)) | is_told).any()

    def _sum_blocks(self, counts: Counts, changes: Sequence[float], burdens: Sequence[float]) -> Counts:
        """Sums over the blocks between these edges."""
        columns = [0, *sorted(self.change_edges.index(edge) for edge in changes)]
        rows = [0, *sorted(self.burden_edges.index(edge) for edge in burdens)]
        found: Counts = np.add.reduceat(np.add.reduceat(counts, rows, axis=0), columns, axis=1)
        return found


def count_benefit_burden(
    change: ArrayLike, burden: ArrayLike, change_edges: ArrayLike, burden_edges: ArrayLike
) -> BenefitBurden:
    """change and burden: one a patient, nan where unknown; edges ascending. What lies beyond an end is in the last cell."""
    changes, burdens = np.asarray(change, dtype=float), np.asarray(burden, dtype=float)
    across, up = np.asarray(change_edges, dtype=float), np.asarray(burden_edges, dtype=float)
    no_change, no_burden = np.isnan(changes), np.isnan(burdens)
    is_known = ~(no_change | no_burden)
    columns = np.clip(np.searchsorted(across, changes[is_known], side="left") - 1, 0, len(across) - 2)
    rows = np.clip(np.searchsorted(up, burdens[is_known], side="right") - 1, 0, len(up) - 2)
    shape = (len(up) - 1, len(across) - 1)
    counts = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
    return BenefitBurden(
        tuple(across.tolist()),
        tuple(up.tolist()),
        counts,
        int(no_change.sum()),
        int((no_burden & ~no_change).sum()),
    )
