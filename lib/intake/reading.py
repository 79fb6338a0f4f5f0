"""A file of any format to tables of our own columns: the one door through which files come in."""

from dataclasses import dataclass, replace

from lib.intake import sdtm, synthea
from lib.intake.answering import choose_mapping
from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice, Question
from lib.intake.csv_grid import read_grid
from lib.intake.fhir.reading import is_fhir, read_fhir
from lib.intake.grid import Grid
from lib.intake.kinds import choose_kind, is_meant_as_ours, is_ours
from lib.intake.mapped import read_mapped
from lib.intake.mapping import Mapping, write_mapping
from lib.intake.open_points import find_open_points
from lib.intake.own_files import make_table, spell_dates
from lib.intake.own_words import read_own_words
from lib.intake.suggesting import finds_more
from lib.intake.table import Doubt, RawTable, order_files
from lib.intake.workbook_archive import is_workbook
from lib.intake.xport import is_xpt, read_xpt

MAPPING = "mapping"


@dataclass(frozen=True)
class Reading:
    """tables: at most one a kind of record, patients first · names: the header of a table whose columns somebody had to map,
    () of every other format"""

    tables: tuple[RawTable, ...]
    names: tuple[str, ...] = ()


def read_file(file_name: str, data: bytes, choices: Choices = NO_CHOICES) -> Reading:
    """Recognises the format by content. Raises UnreadableFile or NeedsChoice, and nothing else."""
    if is_fhir(data):
        return Reading(join_kinds(read_fhir(file_name, data)))
    grid = _read_sheet(file_name, data, choices)
    if (is_ours(grid.names) and not finds_more(grid)) or is_meant_as_ours(grid.names):
        return Reading((read_own_words(make_table(grid, choices)),))
    for others in (synthea, sdtm):
        if others.fits(grid):
            return Reading(join_kinds([spell_dates(table, choices, grid) for table in others.read(grid)]))
    tables = read_mapped(grid, _settle_mapping(grid, choices), choices)
    return Reading(join_kinds(tables), grid.names)


def _read_sheet(file_name: str, data: bytes, choices: Choices) -> Grid:
    if is_xpt(data):
        return read_xpt(file_name, data)
    if is_workbook(data):
        # Loading the library of workbooks takes 0.1 s and 20 MB, which files of text need not wait for.
        from lib.intake.workbook import read_workbook

        return read_workbook(file_name, data, choices)
    return read_grid(file_name, data, choices)


def _settle_mapping(grid: Grid, choices: Choices) -> Mapping:
    """What another system's columns mean is suggested, never taken as said: somebody looks at it once. Raises NeedsChoice."""
    mapping = choose_mapping(grid, choices)
    if choices.get(MAPPING):
        return mapping
    if len(grid.names) == 1 and not mapping.records:
        # One column of no known name is no table.
        choose_kind(grid.file_name, grid.names)
    text = "Its columns are not ours: say, or confirm, what each of them means."
    question = Question(MAPPING, text, suggested=write_mapping(mapping))
    raise NeedsChoice(grid.file_name, question, *find_open_points(mapping, grid, choices), grid=grid)


def join_kinds(tables: list[RawTable]) -> tuple[RawTable, ...]:
    """At most one table a kind: the rows of several below one another, a column that one of them lacks left empty."""
    by_kind: dict[str, RawTable] = {}
    for table in tables:
        known = by_kind.get(table.kind.name)
        by_kind[table.kind.name] = _join(known, table) if known else table
    return _tell_births(order_files(by_kind.values()))


def _tell_births(tables: list[RawTable]) -> tuple[RawTable, ...]:
    """Each table of other records with the birth dates of the patients that the file has rows of: a record of somebody who has
    the id of another patient is to wait as that row does."""
    born = {
        patient_id: day
        for table in tables
        if table.kind.name == "patients" and "birth_date" in table.cells
        for patient_id, day in zip(table.cells["patient_id"], table.cells["birth_date"], strict=True)
        if day
    }
    return tuple(table if table.kind.name == "patients" else replace(table, born=born) for table in tables)


def _join(first: RawTable, second: RawTable) -> RawTable:
    names = dict.fromkeys((*first.cells, *second.cells))
    moved = tuple(replace(doubt, row=doubt.row + len(first.lines)) for doubt in second.doubts)
    doubts: tuple[Doubt, ...] = (*first.doubts, *moved)
    known = {broken.line for broken in first.broken}
    return replace(
        first,
        cells={name: first.column(name) + second.column(name) for name in names},
        lines=[*first.lines, *second.lines],
        # A line that could not be read gave neither of the rows.
        broken=first.broken + [broken for broken in second.broken if broken.line not in known],
        doubts=doubts,
        unknown_columns=tuple(dict.fromkeys((*first.unknown_columns, *second.unknown_columns))),
        read_as=tuple(dict.fromkeys((*first.read_as, *second.read_as))),
        warnings=tuple(dict.fromkeys((*first.warnings, *second.warnings))),
    )
