"""A measure as data: who is at the start, who leaves on the way to the denominator and why, and who is counted.

The sentence on the screen, the number and the waterfall all come from these steps (evidence/product.md 5.5), so that they cannot
say different things.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from lib.clinical.segments import Bools

STARTED, REACHED, PAIRED, MISSING_FAILS, ELIGIBLE = (
    "started",
    "reached",
    "paired",
    "missing-fails",
    "eligible",
)
# As a sentence says it. Of one start each leaves out others.
DENOMINATORS = MappingProxyType(
    {
        STARTED: "everyone who started",
        REACHED: "those who reached the time point",
        PAIRED: "those with both scores",
        MISSING_FAILS: "everyone due, a missing score counted as not met",
        ELIGIBLE: "everyone whom the measure's own definition counts",
    }
)


class Entries(Protocol):
    """What a measure is asked of: one entry a course, or a patient."""

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Step:
    """Some of the entries, by what is true of them. words: as the screen names them. holds: entries -> which."""

    name: str
    words: str
    holds: Callable[[Any], Bools]


@dataclass(frozen=True)
class Measure:
    """One rate, whole.

    start: whom it begins with, in words. exits: in this order, who leaves. met: the numerator. missing: those whose outcome is
    not known. leaves: by name of a denominator, the exits that take somebody out of it (the others stay in). bound_by: the
    denominator whose missing ones are counted as failing, or as succeeding, for the bounds. is_good: more is better.
    """

    name: str
    version: str
    title: str
    start: str
    window: str
    source: str
    exits: tuple[Step, ...]
    met: Step
    missing: Step
    leaves: Mapping[str, frozenset[str]]
    bound_by: str = MISSING_FAILS
    is_good: bool = True

    @property
    def denominators(self) -> tuple[str, ...]:
        return tuple(self.leaves)

    def exits_of(self, denominator: str) -> tuple[Step, ...]:
        """Those who leave on the way to it, in their order. Raises KeyError for a denominator that the measure has not."""
        return tuple(step for step in self.exits if step.name in self.leaves[denominator])

    def say_denominator(self, denominator: str) -> str:
        """Whom it counts: the start, without those who left."""
        out = [step.words for step in self.exits_of(denominator)]
        return f"{self.start}; without: {'; '.join(out)}." if out else f"{self.start}, nobody left out."
