"""A CSV file as a sheet of text, whatever it means: its encoding, delimiter, header and rows, told or asked for."""

import csv
import re
from collections.abc import Sequence

from lib.intake.caps import MAX_CELL
from lib.intake.choices import NO_CHOICES, Choices
from lib.intake.decoding import decode_lines, show_line
from lib.intake.gathered import BrokenRow, Records
from lib.intake.grid import Grid
from lib.intake.header_row import NO_HEADER
from lib.intake.kinds import fold_name
from lib.intake.layout import DELIMITERS, Layout, read_layout
from lib.intake.records import read_records
from lib.intake.texts import Texts
from lib.intake.unreadable import UnreadableFile, name_lines

csv.field_size_limit(MAX_CELL)
# What stands below a table in its first cell, when a report was saved as a file.
_FOOTER = re.compile(
    r"(grand |sub)?-?totals?|sum|end of (report|file|export|data)|\d+ (rows|records)", re.IGNORECASE
)
_N_FOOTERS = 3


def read_grid(file_name: str, data: bytes, choices: Choices = NO_CHOICES) -> Grid:
    """Raises UnreadableFile where no row can be read without a guess, NeedsChoice where a person has to say how (encoding,
    delimiter, header_line), and nothing else."""
    decoded = decode_lines(file_name, data, choices)
    lines = decoded.lines
    layout = read_layout(file_name, lines, decoded.damaged, choices)
    records = read_records(file_name, lines, decoded.damaged, layout)
    _refuse_second_header(file_name, layout, records)
    columns = _set_footers_aside(lines, records)
    warnings = [*decoded.warnings, *_name_odd_spaces(layout, records)]
    if not records.lines and not records.broken:
        warnings.append("The file has a header and no rows: nothing is in it.")
    return Grid(
        file_name=file_name,
        names=layout.names,
        columns=columns,
        lines=records.numbers(),
        broken=records.broken,
        read_as=_say(decoded.encoding, layout),
        warnings=tuple(warnings),
    )


def _say(encoding: str, layout: Layout) -> tuple[str, ...]:
    said = [encoding]
    if len(layout.names) > 1:
        said.append(f"cells parted by {DELIMITERS[layout.delimiter]}")
    if not layout.has_header:
        said.append(NO_HEADER)
    elif layout.position:
        said.append(f"header on line {layout.position + 1}")
    return tuple(said)


def _refuse_second_header(file_name: str, layout: Layout, records: Records) -> None:
    """Two exports, one below the other: what a cell of the second means, its own header says."""
    header, columns = list(map(fold_name, layout.names)), records.columns()
    first, name = columns[0], layout.names[0]
    names = {name, name.lower(), name.upper(), name.title(), header[0]}
    is_alike = any(not names.isdisjoint(block) for block in first.blocks())
    alike = [row for row, cell in enumerate(first) if cell in names] if is_alike else []
    found = [records.lines[row] for row in alike if [fold_name(column[row]) for column in columns] == header]
    found += [broken.line for broken in records.broken if _repeats(broken.text, layout, set(header))]
    if found and len(header) > 1:
        said = f"line {min(found)} is a second header: two exports stand one below the other"
        raise UnreadableFile(file_name, said, "send each of them as a file of its own")


def _repeats(text: str, layout: Layout, header: set[str]) -> bool:
    """Whether a row that does not fit the header has its names all the same."""
    cells = [fold_name(cell.strip().strip('"')) for cell in text.split(layout.delimiter)]
    return len(cells) > 1 and len(header.intersection(cells)) * 2 > len(cells)


def _set_footers_aside(lines: Sequence[str], records: Records) -> tuple[Texts, ...]:
    """The columns without a total below the table, which is no record of anybody."""
    columns = tuple(records.columns())
    reason = "The line looks like a total below the table, not like a record: remove it."
    for _ in range(_N_FOOTERS):
        filled = [column[-1] for column in columns if column and column[-1]]
        is_footer = filled and _FOOTER.match(filled[0]) and len(filled) * 2 <= len(columns)
        if not is_footer:
            break
        line = records.lines.pop()
        columns = tuple(column[:-1] for column in columns)
        records.broken.append(BrokenRow(line, show_line(lines[line - 1]), reason))
    return columns


def _name_odd_spaces(layout: Layout, records: Records) -> list[str]:
    return [
        f"{layout.names[position]}: spaces that do not show were taken from the edges of cells in {name_lines(found)}."
        for position, found in records.odd_spaces.items()
    ]
