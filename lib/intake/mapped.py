"""A table of any shape to tables of our own columns, as its mapping says; nothing of it is lost on the way."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lib.clinical.frames import COMMON_COLUMNS, KINDS
from lib.intake.choices import Choices, NeedsChoice
from lib.intake.dates import DateColumn, has_local_times, read_dates
from lib.intake.findings import BoolArray
from lib.intake.grid import Grid
from lib.intake.mapped_cells import is_complete, read_cells
from lib.intake.mapping import DATE_WAYS, Mapping, RecordMapping, Take
from lib.intake.open_points import find_open_points
from lib.intake.scales import doubt_totals
from lib.intake.table import Doubt, RawTable
from lib.intake.texts import Texts
from lib.intake.written_dates import DIGITS, OPTIONS, ORDER

# They stand in a row whether its form was filled in or not.
_BESIDE = ("mode", "language", "entered_by", "patient_id", *(column.name for column in COMMON_COLUMNS))
_INCOMPLETE = (
    "Its status says that the form is not complete: complete it at its source, or confirm what it says."
)
_DateKey = tuple[str, str, tuple[str, ...]]


@dataclass
class _Record:
    """One record's columns as read, all rows of the table. status: REDCap's word on the form."""

    said: RecordMapping
    n_rows: int
    cells: dict[str, Texts] = field(default_factory=dict)
    status: Texts | None = None
    doubts: list[Doubt] = field(default_factory=list)
    read_as: list[str] = field(default_factory=list)

    @property
    def says_something(self) -> BoolArray:
        """Which rows hold anything of this record beside whose and when."""
        event = KINDS[self.said.kind].event_column
        beside = {*_BESIDE, event.name if event else ""}
        columns = [cells for name, cells in self.cells.items() if name not in beside]
        return np.logical_or.reduce([np.zeros(self.n_rows, np.bool_)] + [cells.is_given for cells in columns])


def read_mapped(grid: Grid, mapping: Mapping, choices: Choices) -> list[RawTable]:
    """One table for each record that a row gives; a row is in it where it says something of that record.

    Raises NeedsChoice while something of the mapping, or the order of a date's parts, is not settled.
    """
    points = find_open_points(mapping, grid, choices)
    dates = _read_dates(grid, mapping, choices)
    asked = {question.key: question for column in dates.values() for question in column.questions}
    if points or asked:
        raise NeedsChoice(grid.file_name, *points, *asked.values(), grid=grid)
    records = [_read_record(grid, record, dates) for record in mapping.records]
    _reject_doses_without_weight(records)
    chosen = [_choose_rows(record, len(records)) for record in records]
    unknown = tuple(name for name in grid.names if name not in mapping.sources)
    warnings = (*grid.warnings, *_name_local_times(dates), *_name_silent_rows(grid, chosen))
    tables = [_make_table(grid, *pair) for pair in zip(records, chosen, strict=True)]
    tables = [replace(table, unknown_columns=unknown, warnings=warnings) for table in tables]
    # A line that could not be read may hold any of the records, an item 9 above all.
    holder = next((place for place, one in enumerate(mapping.records) if one.kind == "assessments"), 0)
    tables[holder] = replace(tables[holder], broken=grid.broken)
    return tables


def _read_dates(grid: Grid, mapping: Mapping, choices: Choices) -> MappingOf[_DateKey, DateColumn]:
    """Every column of dates, by the name that it has in the table; a mapping may say how it is written, and so may an answer."""
    read: dict[_DateKey, DateColumn] = {}
    for take in (take for record in mapping.records for take in record.takes if take.reads in DATE_WAYS):
        said = {f"{key}:{take.source}": take.reads for key in (ORDER, DIGITS) if take.reads in OPTIONS[key]}
        if take.source in grid.names and _date_key(take) not in read:
            cells, _ = read_cells(take, grid.columns[grid.names.index(take.source)])
            read[_date_key(take)] = read_dates(take.source, cells, {**choices, **said})
    return read


def _date_key(take: Take) -> _DateKey:
    """One column may be the date of several records, and is read once."""
    return take.source, take.reads, take.missing


def _read_record(grid: Grid, said: RecordMapping, dates: MappingOf[_DateKey, DateColumn]) -> _Record:
    record = _Record(said, len(grid.lines))
    for take in said.takes:
        if column := dates.get(_date_key(take)):
            record.cells[take.column] = column.texts
            record.doubts += [replace(doubt, column=take.column) for doubt in column.doubts]
            record.read_as += column.read_as
            continue
        cells, doubts = read_cells(take, grid.columns[grid.names.index(take.source)])
        record.doubts += [
            Doubt(row, outcome, code, take.column, reason) for row, (outcome, code, reason) in doubts.items()
        ]
        if take.reads == "complete":
            record.status = cells
        else:
            record.cells[take.column] = cells
    return record


def _reject_doses_without_weight(records: Sequence[_Record]) -> None:
    """A dose for each kilogram can be worked out by a person who knows the weight; nobody can where the row has none."""
    weights = [
        record.cells.get("value", Texts.same(constants.get("value", ""), record.n_rows))
        for record in records
        if record.said.kind == "observations"
        and (constants := dict(record.said.constants)).get("kind") == "weight_kg"
    ]
    for record in records:
        record.doubts = [
            Doubt(doubt.row, "rejected", doubt.code, doubt.column, f"{doubt.reason} The row has no weight.")
            if doubt.code == "dose-per-kg" and not any(cells[doubt.row] for cells in weights)
            else doubt
            for doubt in record.doubts
        ]


def _choose_rows(record: _Record, n_records: int) -> BoolArray:
    """The rows that give this record. In a table of one record every row does, as in a file of our own."""
    says = record.says_something
    if record.status is not None:
        complete = record.status.are(is_complete)
        rows = np.flatnonzero(says & ~complete).tolist()
        record.doubts += [Doubt(row, "held", "form-incomplete", "", _INCOMPLETE) for row in rows]
        return says | complete
    return says if n_records > 1 else np.ones(record.n_rows, np.bool_)


def _name_local_times(dates: MappingOf[_DateKey, DateColumn]) -> list[str]:
    local = dict.fromkeys(source for (source, *_), column in dates.items() if has_local_times(column.texts))
    said = "times without an offset from UTC were read as the clinic's own."
    return [f"{', '.join(local)}: {said}"] if local else []


def _name_silent_rows(grid: Grid, chosen: Sequence[BoolArray]) -> list[str]:
    """Rows of which nothing is taken are counted, so that nobody looks for them in vain."""
    lines = np.array(grid.lines, np.int64)[~np.logical_or.reduce(chosen)].tolist()
    if not lines:
        return []
    return [f"{len(lines):,} rows say nothing in the columns that are taken, the first on line {lines[0]}."]


def _make_table(grid: Grid, record: _Record, rows: BoolArray) -> RawTable:
    chosen = np.flatnonzero(rows)
    positions = chosen.tolist()
    place = dict(zip(positions, range(len(positions)), strict=True))
    is_all = len(positions) == record.n_rows
    cells = {name: texts if is_all else texts.take(chosen) for name, texts in record.cells.items()}
    said = {name: text for name, text in record.said.constants if text and name not in cells}
    cells |= {name: Texts.same(text, len(positions)) for name, text in said.items()}
    table = RawTable(
        file_name=grid.file_name,
        kind=KINDS[record.said.kind],
        cells=cells,
        lines=[grid.lines[row] for row in positions],
        broken=[],
        unknown_columns=(),
        header_cells=grid.names,
        doubts=tuple(replace(doubt, row=place[doubt.row]) for doubt in record.doubts if doubt.row in place),
        read_as=(*grid.read_as, f"{record.said.name} by a mapping of its columns", *record.read_as),
    )
    counts_from_1 = any(take.reads == "points 1-4" for take in record.said.takes)
    return doubt_totals(table, np.full(len(positions), counts_from_1))
