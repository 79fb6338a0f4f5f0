"""Tables of other systems, as sheets of text, and what becomes of them."""

import csv
import io
from collections.abc import Mapping as MappingOf

from intake.examples import NOW, directory

from lib.intake.answering import choose_mapping
from lib.intake.check import CheckedRows, check_rows
from lib.intake.choices import NO_CHOICES, Choices, NeedsChoice
from lib.intake.grid import Grid
from lib.intake.mapped import read_mapped
from lib.intake.mapping import Mapping
from lib.intake.table import RawTable
from lib.intake.texts import Texts

WARD = directory(" ".join(f"{number}@north" for number in range(1, 30)))


def grid(text: str) -> Grid:
    """Of a CSV text: one line a row."""
    header, *rows = csv.reader(io.StringIO(text.strip()))
    columns = tuple(Texts.of(row[place] for row in rows) for place in range(len(header)))
    return Grid("export.csv", tuple(header), columns, range(2, len(rows) + 2), [])


def read_as_mapped(
    sheet: Grid, choices: Choices = NO_CHOICES, mapping: Mapping | None = None
) -> dict[str, RawTable]:
    """By the name of the record, as its instrument or its kind."""
    chosen = mapping or choose_mapping(sheet, choices)
    tables = read_mapped(sheet, chosen, choices)
    return {record.name: table for record, table in zip(chosen.records, tables, strict=True)}


def questions_of(sheet: Grid, choices: Choices = NO_CHOICES) -> MappingOf[str, str]:
    """What is asked before anything is taken: text by key."""
    try:
        read_as_mapped(sheet, choices)
    except NeedsChoice as asked:
        return {question.key: question.text for question in asked.questions}
    return {}


def check_table(table: RawTable) -> CheckedRows:
    return check_rows(table, WARD, NOW)


def items(answers: str) -> str:
    """`012` as three cells."""
    return ",".join(answers)
