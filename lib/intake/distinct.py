"""A column of text read once for each distinct text: a column of 100,000 cells has few, and then rows take what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from lib.intake.findings import BoolArray, Findings, IntArray
from lib.intake.texts import Texts
from lib.intake.values import UnreadableCell

Value = TypeVar("Value")


@dataclass(frozen=True)
class Distinct(Generic[Value]):
    """`codes` say, for each row, which of the distinct texts it has; `values` what those say (None: empty or unreadable)."""

    codes: IntArray
    values: list[Value | None]
    faults: dict[tuple[str, str], list[int]]

    @property
    def has_value(self) -> BoolArray:
        """For each row."""
        return np.array([value is not None for value in self.values], np.bool_)[self.codes]

    @property
    def has_fault(self) -> BoolArray:
        """For each row: it is not empty, and could not be read."""
        return self._rows_of([position for positions in self.faults.values() for position in positions])

    def reject_faults(self, column: str, findings: Findings, rows: BoolArray | None = None) -> None:
        for (code, advice), positions in self.faults.items():
            found = self._rows_of(positions)
            findings.reject(found if rows is None else found & rows, code, column, f"{column} {advice}.")

    def _rows_of(self, positions: list[int]) -> BoolArray:
        chosen = np.zeros(len(self.values), np.bool_)
        chosen[positions] = True
        return chosen[self.codes]


def read_distinct(texts: Texts, parse: Callable[[str], Value]) -> Distinct[Value]:
    """`parse` sees no empty text, and raises UnreadableCell."""
    codes, distinct = texts.coded()
    values: list[Value | None] = []
    faults: dict[tuple[str, str], list[int]] = {}
    for position, text in enumerate(distinct):
        value = None
        try:
            value = parse(text) if text else None
        except UnreadableCell as fault:
            faults.setdefault((fault.code, fault.advice), []).append(position)
        values.append(value)
    return Distinct(codes, values, faults)
