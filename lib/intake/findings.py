"""What the checks find in the rows of one file, in the order in which they look."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.intake.unreadable import name_lines

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
ObjectArray = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Finding:
    """`outcome` is "rejected" (only another file can mend it) or "held" (someone here can release it)."""

    outcome: str
    code: str
    column: str
    reason: str


class Findings:
    """Findings and the rows that each is true of."""

    def __init__(self, n_rows: int) -> None:
        self.n_rows = n_rows
        self._found: list[tuple[Finding, IntArray]] = []
        self._warned: list[tuple[str, IntArray]] = []
        self._settled: dict[str, BoolArray] = {}

    def reject(self, rows: BoolArray, code: str, column: str, reason: str) -> None:
        self._add(rows, Finding("rejected", code, column, reason))

    def hold(self, rows: BoolArray, code: str, column: str, reason: str) -> None:
        self._add(rows, Finding("held", code, column, reason))

    def warn(self, rows: BoolArray, words: str) -> None:
        """The rows are taken, and this is said of them."""
        if rows.any():
            self._warned.append((words, np.flatnonzero(rows)))

    def warnings(self, lines: Sequence[int]) -> tuple[str, ...]:
        """What is said of rows that are taken. lines: of every row."""
        is_any = self.is_any
        left = [
            (words, [lines[row] for row in rows.tolist() if not is_any[row]]) for words, rows in self._warned
        ]
        return tuple(f"{name_lines(taken).capitalize()}: {words}" for words, taken in left if taken)

    def settle(self, rows: BoolArray, column: str) -> None:
        """What was found in this column's cells of these rows so far is enough: nothing more is found in them."""
        self._settled[column] = self._settled.get(column, np.zeros(self.n_rows, np.bool_)) | rows

    @property
    def is_rejected(self) -> BoolArray:
        return self._rows_where({"rejected"})

    @property
    def is_any(self) -> BoolArray:
        return self._rows_where({"rejected", "held"})

    def by_row(self) -> dict[int, list[Finding]]:
        """The findings of each row that has one, rows ascending, the weightiest finding first: it decides the outcome."""
        weighed = sorted(self._found, key=lambda found: found[0].outcome != "rejected")
        rows = np.concatenate([rows for _, rows in weighed]) if weighed else np.empty(0, np.int64)
        numbers = np.repeat(np.arange(len(weighed)), [len(rows) for _, rows in weighed])
        gathered: dict[int, list[Finding]] = {}
        order = np.argsort(rows, kind="stable")
        for row, number in zip(rows[order].tolist(), numbers[order].tolist(), strict=True):
            gathered.setdefault(row, []).append(weighed[number][0])
        return gathered

    def _add(self, rows: BoolArray, finding: Finding) -> None:
        if finding.column in self._settled:
            rows = rows & ~self._settled[finding.column]
        if rows.any():
            self._found.append((finding, np.flatnonzero(rows)))

    def _rows_where(self, outcomes: set[str]) -> BoolArray:
        found = np.zeros(self.n_rows, np.bool_)
        for finding, rows in self._found:
            if finding.outcome in outcomes:
                found[rows] = True
        return found
