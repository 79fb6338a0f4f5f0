"""A file of any format to tables of our own columns: the one door through which files come in."""

from dataclasses import dataclass, replace

from lib.intake.choices import NO_CHOICES, Choices
from lib.intake.own_files import read_table
from lib.intake.table import Doubt, RawTable, order_files


@dataclass(frozen=True)
class Reading:
    """tables: at most one a kind of record, patients first · names: the header of a table whose columns somebody had to map,
    () of every other format"""

    tables: tuple[RawTable, ...]
    names: tuple[str, ...] = ()


def read_file(file_name: str, data: bytes, choices: Choices = NO_CHOICES) -> Reading:
    """Recognises the format by content. Raises UnreadableFile or NeedsChoice, and nothing else."""
    return Reading((read_table(file_name, data, choices),))


def join_kinds(tables: list[RawTable]) -> tuple[RawTable, ...]:
    """At most one table a kind: the rows of several below one another, a column that one of them lacks left empty."""
    by_kind: dict[str, RawTable] = {}
    for table in tables:
        known = by_kind.get(table.kind.name)
        by_kind[table.kind.name] = _join(known, table) if known else table
    return tuple(order_files(by_kind.values()))


def _join(first: RawTable, second: RawTable) -> RawTable:
    names = dict.fromkeys((*first.cells, *second.cells))
    n_first, n_second = len(first.lines), len(second.lines)
    moved = tuple(replace(doubt, row=doubt.row + n_first) for doubt in second.doubts)
    doubts: tuple[Doubt, ...] = (*first.doubts, *moved)
    known = {broken.line for broken in first.broken}
    return replace(
        first,
        cells={
            name: first.cells.get(name, [""] * n_first) + second.cells.get(name, [""] * n_second)
            for name in names
        },
        lines=first.lines + second.lines,
        # A line that could not be read gave neither of the rows.
        broken=first.broken + [broken for broken in second.broken if broken.line not in known],
        doubts=doubts,
        unknown_columns=tuple(dict.fromkeys((*first.unknown_columns, *second.unknown_columns))),
        warnings=tuple(dict.fromkeys((*first.warnings, *second.warnings))),
    )
