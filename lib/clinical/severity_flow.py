"""Who went from which severity band to which, over a few moments, counted; and what of it may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from lib.clinical.small_cells import Flow, hide_in_flows

Node = tuple[int, str]
Link = tuple[int, str, str]
"""A stage; the band there; and for a link the band at the next stage."""


@dataclass(frozen=True)
class SeverityFlow:
    """The same people at each stage, everybody in one band: of severity, or in one that says why there is none.

    stages: names, in time. bands: from severe to minimal, then the unknown ones ("missing", "not due"). links: how many go from a
    band at a stage to a band at the next; what is absent is 0. Raises ValueError where not as many leave a band as arrive.
    """

    stages: tuple[str, ...]
    bands: tuple[str, ...]
    unknown: tuple[str, ...]
    links: Mapping[Link, int]

    def __post_init__(self) -> None:
        for stage in range(1, len(self.stages) - 1):
            for band in self.order:
                if self._sum(stage, band, after=True) != self._sum(stage, band, after=False):
                    raise ValueError(f"{self.stages[stage]}, {band}: not as many leave as arrive")

    @property
    def order(self) -> tuple[str, ...]:
        return self.bands + self.unknown

    @property
    def total(self) -> int:
        return sum(self.count(0, band) for band in self.order)

    def count(self, stage: int, band: str) -> int:
        return self._sum(stage, band, after=stage + 1 < len(self.stages))

    def find_hidden(self, limit: int) -> tuple[set[Node], set[Link]]:
        """Bands at a stage and links that are too small to be shown, or would tell one that is (lib.clinical.small_cells)."""
        nodes = [(stage, band) for stage in range(len(self.stages)) for band in self.order]
        flows = [self._node_flow(stage, band) for stage, band in nodes]
        flows += [
            Flow((stage, source, "left"), (stage + 1, target, "reached"), n)
            for (stage, source, target), n in self.links.items()
        ]
        flows.append(Flow("end", "start", self.total, is_total=True))
        hidden = hide_in_flows(flows, limit)
        n_nodes = len(nodes)
        return (
            {node for node, is_hidden in zip(nodes, hidden, strict=False) if is_hidden},
            {link for link, is_hidden in zip(self.links, hidden[n_nodes:], strict=False) if is_hidden},
        )

    def _node_flow(self, stage: int, band: str) -> Flow:
        source = "start" if stage == 0 else (stage, band, "reached")
        target = "end" if stage + 1 == len(self.stages) else (stage, band, "left")
        return Flow(source, target, self.count(stage, band), is_total=True)

    def _sum(self, stage: int, band: str, *, after: bool) -> int:
        if after:
            return sum(n for (at, source, _), n in self.links.items() if at == stage and source == band)
        return sum(n for (at, _, target), n in self.links.items() if at == stage - 1 and target == band)
