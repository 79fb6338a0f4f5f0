"""A row that its reader could not take without a guess."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """row: its place in the table; outcome: "held" (somebody decides) or "rejected"; reason: a sentence of what is wrong and what
    to do, without the cell's text."""

    row: int
    outcome: str
    code: str
    column: str
    reason: str
