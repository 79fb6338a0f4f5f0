"""Counts so small that they could point to a person are not shown, and neither is any count from which one could be derived.

A count from 1 to the limit is said as "<11" (limit 10, as CMS has it), and 0 stays 0. Where the rest of a table would tell what
stands there, further counts are hidden and said as "≥11". A table is seen as a network in which people flow: a count is what
flows along an edge, a total is what flows into a row or out of a column. What a reader can work out of such a table is exactly
known: a hidden count is certain if and only if no circle of hidden counts leads through it along which people could be moved.
"""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Flow:
    """A count of people who go from one place to another; places are any hashable names. A total is the last to be hidden."""

    source: object
    target: object
    n: int
    is_total: bool = False

    @property
    def cost(self) -> int:
        """What is lost where it is hidden: its people, and with a total far more, since others are read against it."""
        return 10 * self.n if self.is_total else self.n


@dataclass(frozen=True)
class HiddenTable:
    """What is hidden of a table (rows, columns), of its totals, and of all."""

    cells: Mask
    row_totals: Mask
    column_totals: Mask
    is_total: bool


def say_count(n: int, is_hidden: bool, limit: int) -> str:
    """0, "<11", "≥11" for one that is hidden for another's sake, or the count itself."""
    if not is_hidden:
        return f"{n:,}"
    return f"<{limit + 1}" if n <= limit else f"≥{limit + 1}"


def is_share_hidden(n: int, total: int, limit: int) -> bool:
    """A share tells both its count and the rest: neither may be small. A total that is small hides every share of it."""
    return any(0 < one <= limit for one in (n, total - n, total))


def hide_in_list(counts: ArrayLike, limit: int) -> tuple[Mask, bool]:
    """Which of the counts are hidden, and whether their sum is; the sum is taken to be shown beside them."""
    numbers = _check(counts)
    flows = [Flow("in", "out", int(n)) for n in numbers]
    hidden = hide_in_flows([*flows, Flow("out", "in", int(numbers.sum()), is_total=True)], limit)
    return hidden[:-1], bool(hidden[-1])


def hide_in_table(counts: ArrayLike, limit: int) -> HiddenTable:
    """counts: (rows, columns), shown with the totals of rows and columns and the sum of all."""
    table = _check(counts)
    n_rows, n_columns = table.shape
    flows = [Flow(("row", i), ("column", j), int(n)) for (i, j), n in np.ndenumerate(table)]
    flows += [Flow("all", ("row", i), int(n), is_total=True) for i, n in enumerate(table.sum(axis=1))]
    flows += [Flow(("column", j), "sum", int(n), is_total=True) for j, n in enumerate(table.sum(axis=0))]
    hidden = hide_in_flows([*flows, Flow("sum", "all", int(table.sum()), is_total=True)], limit)
    cells, rows, columns, total = np.split(hidden, np.cumsum([table.size, n_rows, n_columns]))
    return HiddenTable(cells.reshape(table.shape), rows, columns, bool(total[0]))


def hide_in_flows(flows: Sequence[Flow], limit: int) -> Mask:
    """Which counts of a network are hidden; in every place as many arrive as leave, so the whole goes round.

    Every count from 1 to limit, and the cheapest further counts (fewest people, totals last) by which each of those becomes
    uncertain even for a reader who knows the limit. Where no further count can do that, all but the zeros are hidden.
    limit: 0 hides nothing; 1 is no limit, since "<2" says 1 (ValueError).
    """
    if limit == 1:
        raise ValueError("a limit of 1 hides nothing: <2 can only be 1")
    small = np.array([0 < flow.n <= limit for flow in flows], dtype=bool)
    hidden = small.copy()
    for edge in np.flatnonzero(small):
        circle = _cheapest_circle(flows, hidden, int(edge), limit)
        if circle is None:
            return np.array([flow.n > 0 for flow in flows], dtype=bool)
        hidden[circle] = True
    return hidden


def _check(counts: ArrayLike) -> NDArray[np.int64]:
    numbers = np.asarray(counts, dtype=np.int64)
    if (numbers < 0).any():
        raise ValueError("a count is 0 or more")
    return numbers


def _cheapest_circle(flows: Sequence[Flow], hidden: Mask, edge: int, limit: int) -> list[int] | None:
    """Counts that make this one uncertain: a way along which one person more, or one fewer, could go round."""
    arcs = _arcs(flows, hidden, edge, limit)
    one, found = flows[edge], []
    if one.n < limit:
        found.append(_shortest_way(arcs, one.target, one.source))
    if one.n > 1:
        found.append(_shortest_way(arcs, one.source, one.target))
    ways = [way for way in found if way is not None]
    return min(ways)[1] if ways else None


def _arcs(flows: Sequence[Flow], hidden: Mask, but: int, limit: int) -> dict[object, list]:
    """From each place, where one person more could go (with an edge) or one fewer could have come from (against it)."""
    arcs: dict[object, list] = defaultdict(list)
    for number, flow in enumerate(flows):
        if number == but or flow.n == 0:
            continue
        is_small = flow.n <= limit
        cost = 0 if hidden[number] else flow.cost
        if not is_small or flow.n < limit:
            arcs[flow.source].append((flow.target, number, cost))
        if flow.n != (1 if is_small else limit + 1):
            arcs[flow.target].append((flow.source, number, cost))
    return arcs


def _shortest_way(arcs: dict[object, list], start: object, goal: object) -> tuple[int, list[int]] | None:
    """Dijkstra: its cost, and the counts on it."""
    queue: list[tuple[int, int, object, list[int]]] = [(0, 0, start, [])]
    done: set[object] = set()
    n_queued = 0
    while queue:
        cost, _, place, way = heapq.heappop(queue)
        if place == goal:
            return cost, way
        if place in done:
            continue
        done.add(place)
        for target, number, more in arcs[place]:
            if target not in done:
                n_queued += 1
                heapq.heappush(queue, (cost + more, n_queued, target, [*way, number]))
    return None
