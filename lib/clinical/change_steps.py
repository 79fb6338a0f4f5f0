"""A sorted row of changes as steps of several patients each, so that a figure of thousands holds no single one."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class ChangeSteps:
    """From the largest rise to the largest fall: the median of each step and how many patients it stands for.

    classes: how many patients lie above the first cut, between each two, and at or below the last, counted one by one.
    n_missing: patients without a change to measure. They have no height.
    """

    medians: tuple[float, ...]
    counts: tuple[int, ...]
    classes: tuple[int, ...]
    n_missing: int

    @property
    def n_known(self) -> int:
        return sum(self.counts)


def sort_into_steps(
    changes: ArrayLike, *, cuts: ArrayLike = (), most_steps: int = 100, least_a_step: int = 1
) -> ChangeSteps:
    """changes: one a patient, negative is better, nan where missing. cuts: a step never reaches over one (0, -25, -50).

    A change at a cut belongs to the better side. A step has at least least_a_step patients, unless between two cuts there
    are fewer: such a rest joins the step beside it and may then lie over a cut.
    """
    every = np.asarray(changes, dtype=float)
    known = -np.sort(-every[~np.isnan(every)])
    edges = {0, len(known)}
    bounds = [0, *(int(np.sum(known > cut)) for cut in -np.sort(-np.asarray(cuts, dtype=float))), len(known)]
    size = max(least_a_step, -(-len(known) // most_steps), 1)
    for low, high in pairwise(bounds):
        n_steps = max(1, (high - low) // size)
        edges |= {low + round((high - low) * step / n_steps) for step in range(n_steps + 1)}
    steps = [known[low:high] for low, high in pairwise(_join(sorted(edges), least_a_step))]
    return ChangeSteps(
        tuple(float(np.median(step)) for step in steps),
        tuple(len(step) for step in steps),
        tuple(high - low for low, high in pairwise(bounds)),
        int(len(every) - len(known)),
    )


def _join(edges: list[int], least: int) -> list[int]:
    """Without the edges that would leave fewer than `least` between two; the whole stays one step, however few."""
    kept = [0]
    for edge in edges[1:-1]:
        if edge - kept[-1] >= least and edges[-1] - edge >= least:
            kept.append(edge)
    return [*kept, edges[-1]] if edges[-1] else []
