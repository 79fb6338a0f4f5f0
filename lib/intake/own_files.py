"""Files of our own columns: a sheet of text to a table of one kind of record, with its dates and answers in one way."""

from dataclasses import replace

from lib.clinical.frames import COMMON_COLUMNS
from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice
from lib.intake.csv_grid import read_grid
from lib.intake.dates import has_local_times, read_dates
from lib.intake.grid import Grid
from lib.intake.kinds import choose_kind, fold_name, known_columns
from lib.intake.lost_answers import ask_about_lost_answers
from lib.intake.scales import settle_scales
from lib.intake.table import RawTable


def read_table(file_name: str, data: bytes, choices: Choices = NO_CHOICES) -> RawTable:
    """A CSV file of our own columns. Raises UnreadableFile or NeedsChoice, and nothing else, where no row can be read without a
    guess."""
    return make_table(read_grid(file_name, data, choices), choices)


def make_table(grid: Grid, choices: Choices = NO_CHOICES) -> RawTable:
    """A sheet whose header has our own names, in whatever case and with whatever between their words. Raises UnreadableFile where
    it is of no kind, or could be of two; NeedsChoice where dates or answers can be read in two ways."""
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
    ask_about_lost_answers(raw, grid, choices)
    return settle_scales(spell_dates(raw, choices, grid), choices, grid)


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
