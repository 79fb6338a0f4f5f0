"""Who reaches each step of treatment and why the others do not, counted; and what of it may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.clinical.small_cells import Flow, hide_in_flows


@dataclass(frozen=True)
class Step:
    """A step of treatment ("session 1") and how many reached it.

    reasons: why those of the step before did not, with counts, "no reason recorded" among them. n_waiting: those of the step
    before whose time for this one has not come; they have not left.
    """

    name: str
    n: int
    reasons: Sequence[tuple[str, int]] = ()
    n_waiting: int = 0

    @property
    def n_lost(self) -> int:
        return sum(n for _, n in self.reasons)


@dataclass(frozen=True)
class HiddenStep:
    """What of a step may not be said: how many reached it, how many are lost or waiting, and each reason."""

    n: bool
    lost: bool
    waiting: bool
    reasons: tuple[bool, ...]


@dataclass(frozen=True)
class Attrition:
    """steps: the first is everybody. Raises ValueError where exits and the next step are not together the step before."""

    steps: Sequence[Step]

    def __post_init__(self) -> None:
        for before, step in zip(self.steps, self.steps[1:], strict=False):
            if before.n != step.n + step.n_lost + step.n_waiting:
                raise ValueError(f"{step.name}: {before.n} is not reached, lost and waiting together")

    def find_hidden(self, limit: int) -> list[HiddenStep]:
        """A step each (lib.clinical.small_cells): the difference of two steps tells how many were lost between them."""
        flows: list[Flow] = []
        for at, step in enumerate(self.steps):
            flows.append(Flow(at - 1, at, step.n, is_total=True))
            flows.append(Flow(at - 1, ("lost", at), step.n_lost))
            flows.append(Flow(at - 1, "end", step.n_waiting))
            flows += [Flow(("lost", at), "end", n) for _, n in step.reasons]
        if self.steps:
            # The last step has no next one: who reached it is at the end. The first comes from where all ends.
            ends = [Flow(len(self.steps) - 1, "end", self.steps[-1].n, is_total=True)]
            ends.append(Flow("end", -1, self.steps[0].n, is_total=True))
            flows += ends
        hidden = iter(hide_in_flows(flows, limit).tolist())
        return [
            HiddenStep(next(hidden), next(hidden), next(hidden), tuple(next(hidden) for _ in step.reasons))
            for step in self.steps
        ]
