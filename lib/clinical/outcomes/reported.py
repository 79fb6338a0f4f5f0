"""A measure with the entries that it is asked of, as it is reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from lib.clinical.instruments import PHQ9
from lib.clinical.outcomes.counting import Counted, count, place
from lib.clinical.outcomes.diagnosis_groups import Group
from lib.clinical.outcomes.measures import ELIGIBLE, Measure, Step
from lib.clinical.segments import Ints

SAY_ENCOUNTER = (
    "an encounter is a dosing session that counts or a contact that did not fail (our reading of it); diagnoses are "
    "whole categories of ICD-10-CM, near the measure's value sets and not them"
)


class OfPatients(Protocol):
    """Entries that are somebody's."""

    @property
    def patient(self) -> Ints: ...

    def __len__(self) -> int: ...


@dataclass(frozen=True)
class Reported:
    """time_point: a short name of the window."""

    measure: Measure
    entries: OfPatients
    time_point: str
    instrument: str = PHQ9.name
    denominator: str = ELIGIBLE

    @cached_property
    def counted(self) -> Counted:
        return count(self.measure, self.entries, self.denominator)

    @cached_property
    def places(self) -> Ints:
        """Of each entry: lib.clinical.outcomes.counting.place."""
        return place(self.measure, self.entries, self.denominator)

    def patients_at(self, where: int) -> Ints:
        """Keys of the patients at a place: MET, NOT_MET, MISSING, or the number of an exit."""
        return self.entries.patient[self.places == where]


def leave(name: str, words: str) -> Step:
    """An exit of entries that hold who leaves by it in `out`."""
    return Step(name, words, lambda of: of.out[name])


def exclusions(groups: Iterable[Group], until: str) -> tuple[Step, ...]:
    """The exits of lib.clinical.outcomes.followed.exclude, in its order. until: by the end of the follow-up."""
    return (
        leave("died", f"died {until}"),
        leave("hospice", f"in hospice or palliative care {until}"),
        *(leave(group.name, f"{group.words} {until}") for group in groups),
    )


def never(of: OfPatients) -> np.ndarray:
    """Of nobody: the outcome of a measure that asks whether a form exists is always known."""
    return np.zeros(len(of), dtype=bool)


def eligible(exits: Iterable[Step], *stay: str) -> frozenset[str]:
    return frozenset(step.name for step in exits) - set(stay)
