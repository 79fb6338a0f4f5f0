"""A sheet of text as a table of one kind of record: its known columns, and the rows that could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.clinical.frames import Kind
from lib.intake.choices import NO_CHOICES, Choices
from lib.intake.csv_grid import read_grid
from lib.intake.grid import Grid
from lib.intake.kinds import choose_kind, fold_name, known_columns
from lib.intake.records import BrokenRow
from lib.intake.unreadable import UnreadableFile

__all__ = ["BrokenRow", "Doubt", "RawTable", "UnreadableFile", "make_table", "order_files", "read_table"]

# Every other kind refers to patients, and sessions and assessments are placed in courses.
_FIRST_KINDS = ("patients", "courses")


@dataclass(frozen=True)
class Doubt:
    """A row that its reader could not take without a guess. row: its place in the table; outcome: "held" (somebody decides) or
    "rejected"; reason: a sentence of what is wrong and what to do, without the cell's text."""

    row: int
    outcome: str
    code: str
    column: str
    reason: str


@dataclass(frozen=True)
class RawTable:
    """One file as text, nothing typed yet.

    cells: the known columns by name, in the file's order, each a list of stripped text, one a row · lines: the line of the
    file on which each row begins (the first line is 1) · broken: lines that gave no row · unknown_columns, header_cells:
    names as given · doubts: rows that are not taken as they are, whatever their cells say · read_as: how the file was read, in
    words · warnings: what was taken as read and should be known; neither has the text of a cell
    """

    file_name: str
    kind: Kind
    cells: dict[str, list[str]]
    lines: list[int]
    broken: list[BrokenRow]
    unknown_columns: tuple[str, ...]
    header_cells: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()
    read_as: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_table(file_name: str, data: bytes, choices: Choices = NO_CHOICES) -> RawTable:
    """A CSV file of our own columns. Raises UnreadableFile or NeedsChoice, and nothing else, where no row can be read without a
    guess."""
    return make_table(read_grid(file_name, data, choices), choices)


def make_table(grid: Grid, choices: Choices = NO_CHOICES) -> RawTable:
    """A sheet whose header has our own names, in whatever case and with whatever between their words. Raises UnreadableFile where
    it is of no kind, or could be of two; NeedsChoice where a date can be read in two ways."""
    kind = choose_kind(grid.file_name, grid.names)
    known = known_columns(kind)
    names = [fold_name(name) for name in grid.names]
    renamed = [
        f"{cell} as {name}"
        for cell, name in zip(grid.names, names, strict=True)
        if name in known and cell.casefold() != name
    ]
    return RawTable(
        file_name=grid.file_name,
        kind=kind,
        cells={name: cells for name, cells in zip(names, grid.columns, strict=True) if name in known},
        lines=grid.lines,
        broken=grid.broken,
        unknown_columns=tuple(
            cell for cell, name in zip(grid.names, names, strict=True) if name not in known
        ),
        header_cells=grid.names,
        read_as=(*grid.read_as, *(["columns: " + ", ".join(renamed)] if renamed else [])),
        warnings=grid.warnings,
    )


def order_files(tables: Iterable[RawTable]) -> list[RawTable]:
    """The order in which files of one import are checked: patients, courses, then the others as they came."""
    return sorted(
        tables,
        key=lambda table: (
            _FIRST_KINDS.index(table.kind.name) if table.kind.name in _FIRST_KINDS else len(_FIRST_KINDS)
        ),
    )
