"""A sheet of text: a header and rows of cells, whatever they mean. From a CSV file, a workbook or any other table."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.intake.gathered import BrokenRow
from lib.intake.texts import Texts


@dataclass(frozen=True)
class Grid:
    """names: the header's cells as given · columns: one of stripped text a name, one entry a row · lines: the line (or the
    row of the sheet) on which each row begins, the first is 1 · broken: lines that gave no row · read_as: how it was read, in
    words · warnings: what was taken as read and should be known; neither has a cell's text"""

    file_name: str
    names: tuple[str, ...]
    columns: tuple[Texts, ...]
    lines: Sequence[int]
    broken: list[BrokenRow]
    read_as: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
