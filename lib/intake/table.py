"""A CSV file as a table of text: its kind, its known columns, and the rows that could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass

from lib.clinical.frames import Kind
from lib.intake.decoding import UnreadableFile, decode_lines, find_damaged_lines
from lib.intake.header import read_header
from lib.intake.records import BrokenRow, read_records

__all__ = ["BrokenRow", "Doubt", "RawTable", "UnreadableFile", "order_files", "read_table"]

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


def read_table(file_name: str, data: bytes) -> RawTable:
    """Reads UTF-8 text with commas (or semicolons or tabs, where the header leaves no doubt) and quotes as in RFC 4180.

    Raises UnreadableFile, and nothing else, where no row can be read without a guess.
    """
    lines = decode_lines(file_name, data)
    damaged = find_damaged_lines(lines)
    header = read_header(file_name, lines, damaged)
    records = read_records(lines, damaged, header)
    return RawTable(
        file_name=file_name,
        kind=header.kind,
        cells={
            name: cells
            for name, cells in zip(header.names, records.columns, strict=True)
            if name in header.known
        },
        lines=records.lines,
        broken=records.broken,
        unknown_columns=header.unknown_columns,
        header_cells=header.cells,
    )


def order_files(tables: Iterable[RawTable]) -> list[RawTable]:
    """The order in which files of one import are checked: patients, courses, then the others as they came."""
    return sorted(
        tables,
        key=lambda table: (
            _FIRST_KINDS.index(table.kind.name) if table.kind.name in _FIRST_KINDS else len(_FIRST_KINDS)
        ),
    )
