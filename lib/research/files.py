"""A file of an export as a stream of bytes: a table as CSV, and the dictionary of the columns of all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lib.research.csv_blocks import write_csv, write_header, write_lines
from lib.research.dictionary import DICTIONARY_COLUMNS, describe_tables
from lib.research.table import ExportTable

DICTIONARY = "dictionary.csv"


@dataclass(frozen=True)
class ExportFile:
    """name: with its folder. write: its bytes, a block at a time. n_rows: of data."""

    name: str
    label: str
    n_rows: int
    write: Callable[[], Iterator[bytes]]


def make_csv(table: ExportTable, name: str) -> ExportFile:
    """A table as a CSV file."""
    return ExportFile(name, table.label, table.n_rows, lambda: write_csv(table))


def make_dictionary(tables: Iterable[ExportTable]) -> ExportFile:
    """What every column of these tables means."""
    rows = describe_tables(tuple(tables))

    def write() -> Iterator[bytes]:
        yield write_header(DICTIONARY_COLUMNS)
        yield write_lines(rows)

    return ExportFile(DICTIONARY, "what every column means", len(rows), write)
