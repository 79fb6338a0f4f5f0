"""Who is left after each step of a choice, and why the others are not: the counts of a CONSORT diagram."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lib.clinical.small_cells import Flow, hide_in_flows, say_count


@dataclass(frozen=True)
class ConsortStep:
    """words: what is asked for. reasons: in this order, why somebody leaves here, and how many do."""

    words: str
    reasons: tuple[tuple[str, int], ...]

    @property
    def n_left(self) -> int:
        return sum(n for _, n in self.reasons)


@dataclass(frozen=True)
class ToldStep:
    """A step as a reader is told it: counts in words, "<11" and "≥11" where they are hidden. remaining: after the step."""

    words: str
    left: str
    reasons: tuple[tuple[str, str], ...]
    remaining: str


@dataclass(frozen=True)
class Consort:
    """start: whom it begins with, in words; n: how many."""

    start: str
    n: int
    steps: tuple[ConsortStep, ...]

    @cached_property
    def remaining(self) -> tuple[int, ...]:
        """After each step."""
        found, n = [], self.n
        for step in self.steps:
            n -= step.n_left
            found.append(n)
        return tuple(found)

    def tell(self, limit: int, *, is_rest_told: bool = False) -> tuple[str, tuple[ToldStep, ...]]:
        """How many there are at the start, and each step. limit: counts from 1 to it are not told, nor is any from which one of
        them follows; 0: all are. is_rest_told: how many remain stands in other tables too, and hides nobody."""
        flows = [("start", Flow("end", 0, self.n, is_total=True)), *self._flow_out()]
        rest = [flows.pop()] if is_rest_told and self.steps else []
        hidden = hide_in_flows([flow for _, flow in flows], limit)
        told = {
            name: say_count(flow.n, bool(is_hidden), limit)
            for (name, flow), is_hidden in zip(flows, hidden, strict=True)
        }
        told |= {name: say_count(flow.n, 0 < flow.n <= limit, limit) for name, flow in rest}
        steps = tuple(
            ToldStep(
                step.words,
                told[f"left {at}"],
                tuple((words, told[f"why {at} {why}"]) for why, (words, _) in enumerate(step.reasons)),
                told[f"on {at}"],
            )
            for at, step in enumerate(self.steps)
        )
        return told["start"], steps

    def _flow_out(self) -> Iterator[tuple[str, Flow]]:
        """People go from step to step, and out by a reason; all meet at the end."""
        for at, (step, n) in enumerate(zip(self.steps, self.remaining, strict=True)):
            for why, (_, n_out) in enumerate(step.reasons):
                yield f"why {at} {why}", Flow(at, ("left", at), n_out)
            yield f"left {at}", Flow(("left", at), "end", step.n_left, is_total=True)
            is_last = at == len(self.steps) - 1
            yield f"on {at}", Flow(at, "end" if is_last else at + 1, n, is_total=True)
