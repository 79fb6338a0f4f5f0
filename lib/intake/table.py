"""A sheet of text as a table of one kind of record: its known columns, and the rows that could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lib.clinical.frames import COMMON_COLUMNS, Kind
from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice
from lib.intake.csv_grid import read_grid
from lib.intake.dates import has_local_times, read_dates
from lib.intake.doubt import Doubt
from lib.intake.grid import Grid
from lib.intake.kinds import choose_kind, fold_name, known_columns
from lib.intake.records import BrokenRow
from lib.intake.unreadable import UnreadableFile

__all__ = [
    "BrokenRow",
    "Doubt",
    "RawTable",
    "UnreadableFile",
    "make_table",
    "order_files",
    "read_table",
    "spell_dates",
]

# Every other kind refers to patients, and sessions and assessments are placed in courses.
_FIRST_KINDS = ("patients", "courses")


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
    it is of no kind, or could be of two; NeedsChoice where dates can be read in two ways."""
    kind = choose_kind(grid.file_name, grid.names)
    known = known_columns(kind)
    names = {cell: fold_name(cell) for cell in grid.names}
    renamed = [
        f"{cell} as {name}" for cell, name in names.items() if name in known and cell.casefold() != name
    ]
    cells = zip(names.values(), grid.columns, strict=True)
    raw = RawTable(
        file_name=grid.file_name,
        kind=kind,
        cells={name: texts for name, texts in cells if name in known},
        lines=grid.lines,
        broken=grid.broken,
        unknown_columns=tuple(cell for cell, name in names.items() if name not in known),
        header_cells=grid.names,
        read_as=(*grid.read_as, *(["columns: " + ", ".join(renamed)] if renamed else [])),
        warnings=grid.warnings,
    )
    return spell_dates(raw, choices, grid)


def spell_dates(raw: RawTable, choices: Choices, grid: Grid | None = None) -> RawTable:
    """A table with its dates and moments as YYYY-MM-DD. Raises NeedsChoice where they can be read in two ways."""
    types = {column.name: column.type for column in (*raw.kind.columns, *COMMON_COLUMNS)}
    dated = [name for name in raw.cells if types[name] in ("date", "moment")]
    read = {name: read_dates(name, raw.cells[name], choices) for name in dated}
    if questions := [question for column in read.values() for question in column.questions]:
        raise NeedsChoice(raw.file_name, *questions, grid=grid)
    local = [name for name in dated if types[name] == "moment" and has_local_times(read[name].texts)]
    said = f"{', '.join(local)}: times without an offset from UTC were read as the clinic's own."
    return replace(
        raw,
        cells=raw.cells | {name: column.texts for name, column in read.items()},
        doubts=(*raw.doubts, *(doubt for column in read.values() for doubt in column.doubts)),
        read_as=(*raw.read_as, *(words for column in read.values() for words in column.read_as)),
        warnings=(*raw.warnings, *([said] if local else [])),
    )


def order_files(tables: Iterable[RawTable]) -> list[RawTable]:
    """The order in which files of one import are checked: patients, courses, then the others as they came."""
    return sorted(
        tables,
        key=lambda table: (
            _FIRST_KINDS.index(table.kind.name) if table.kind.name in _FIRST_KINDS else len(_FIRST_KINDS)
        ),
    )
