"""A file of an export as a stream of bytes: a table as CSV, and the dictionary of the columns of all."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lib.research.csv_blocks import write_csv, write_header, write_lines
from lib.research.dictionary import DICTIONARY_COLUMNS, describe_tables
from lib.research.table import ExportTable

DICTIONARY, README = "dictionary.csv", "README.txt"


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


def make_readme(about: Mapping[str, object], said: str) -> ExportFile:
    """What identified files are. about: by name. said: what is not in them."""
    lines = "\n".join(f"{name}: {value}" for name, value in about.items())
    text = f"""Records of a clinic with names, as they are: for care, and for a move to another store.

{lines}

{said}

{DICTIONARY} says what every column is. An empty cell is a missing value, never 0 and never "no".
A text that a spreadsheet would run as a formula begins with an apostrophe.
"""
    return ExportFile(README, "what this is, and what is not in it", 0, lambda: iter([text.encode()]))
