"""A table as CSV, a block at a time: UTF-8, one line a row, texts made safe for spreadsheets, numbers as numbers.

Lines are put together by Arrow from whole columns; each distinct text is looked at once. Python's csv module, row by row, took
six times as long.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.research.run_behind import run_behind
from lib.research.spreadsheet import make_safe
from lib.research.table import ExportTable
from lib.research.written_columns import write_distinct

_COMMA, _LINE_END, _NOTHING = (pa.scalar(text, pa.large_string()) for text in (",", "\n", ""))
# Written by us: digits, letters and what stands between them.
_PLAIN = ("date", "moment", "yes_no")
_QUOTED = frozenset(',"\r\n')


def write_csv(table: ExportTable) -> Iterator[bytes]:
    """The header, then the lines of each block; as much memory as two blocks take."""
    names = tuple(column.name for column in table.columns)
    plain = frozenset(column.name for column in table.columns if column.type in _PLAIN)
    yield write_header(names)
    yield from run_behind(partial(write_lines, plain=plain), (rows[list(names)] for rows in table.read()))


def write_header(names: tuple[str, ...]) -> bytes:
    """The first line of a file with these columns."""
    return f"{','.join(map(quote, names))}\n".encode()


def write_lines(rows: pd.DataFrame, plain: frozenset[str] = frozenset()) -> bytes:
    """The lines of these rows, without a header; unknown is empty. plain: columns of text in which nothing can stand that a
    spreadsheet would run, or that has to be quoted."""
    if rows.empty:
        return b""
    *columns, last = (_write_column(rows[name], is_plain=name in plain) for name in rows)
    if not columns:
        # Of a line with nothing in it a reader would make no row.
        last = pc.fill_null(last, '""')
    ended = pc.binary_join_element_wise(pc.fill_null(last, ""), _NOTHING, _LINE_END)
    lines = pc.binary_join_element_wise(*columns, ended, _COMMA, null_handling="replace", null_replacement="")
    return _bytes_of(lines)


def quote(text: str) -> str:
    """A cell of text as CSV has it (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"' if not _QUOTED.isdisjoint(text) else text


def write_number(number: float) -> str:
    """The shortest digits that give the same number again, never with an exponent: 100.0 is 100."""
    return np.format_float_positional(number, trim="-")


def _write_text(text: str) -> str:
    return quote(str(make_safe(text)))


def _write_column(values: pd.Series, *, is_plain: bool) -> pa.Array:
    """Cells as text; null where unknown."""
    column = pa.array(values, from_pandas=True)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_integer(column.type):
        return pc.cast(column, pa.large_string())
    if pa.types.is_null(column.type):
        return pc.cast(column, pa.large_string())
    if pa.types.is_floating(column.type):
        return write_distinct(column, write_number)
    text = pc.cast(column, pa.large_string())
    return text if is_plain else write_distinct(text, _write_text)


def _bytes_of(lines: pa.Array) -> bytes:
    """The text of all of them, one after the other: Arrow keeps it so."""
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(lines.buffers()[2])[int(offsets[0]) : int(offsets[-1])].tobytes()
