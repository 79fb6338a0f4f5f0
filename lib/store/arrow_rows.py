"""Rows as Arrow columns without an object of Python's for every cell: the database writes them as CSV text, Arrow reads it.

Of 200,000 forms with 20 columns the driver's own rows took 0.4 s, and columns of them another 0.3 s; this takes 0.2 s.
"""

import io
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import ColumnElement, Connection, Double, Text, case, func, select, type_coerce

from lib.store._postgresql_copy import copy_csv

_TYPES = MappingProxyType({"text": pa.large_string(), "number": pa.float64(), "whole": pa.int64()})
Arrays = dict[str, pa.Array]


def fetch_arrays(
    connection: Connection, columns: Mapping[str, ColumnElement[Any]], *conditions: ColumnElement[bool]
) -> Callable[[], Arrays]:
    """Rows as they are now; what gives them as columns by name, null where not recorded, in no order, may be called in another
    thread. No more rows than fit into memory as text."""
    types = {name: _type_of(column) for name, column in columns.items()}
    if connection.dialect.name == "postgresql":
        named = (column.label(name) for name, column in columns.items())
        return partial(_parse, copy_csv(connection, select(*named).where(*conditions)), types)
    line = func.concat_ws(",", *(_write(column, types[name]) for name, column in columns.items()))
    said = connection.execute(select(func.group_concat(line, "\n")).where(*conditions)).scalar()
    return partial(_parse, (said or "").encode(), types)


def _parse(data: bytes, types: Mapping[str, pa.DataType]) -> Arrays:
    if not data:
        return {name: pa.array([], type_) for name, type_ in types.items()}
    table = csv.read_csv(
        io.BytesIO(data),
        # In one piece: a block ends only with the text.
        csv.ReadOptions(column_names=list(types), block_size=len(data) + 1),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict(types),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return {name: table[name].combine_chunks() for name in types}


def _type_of(column: ColumnElement[Any]) -> pa.DataType:
    kind = (
        "text" if isinstance(column.type, Text) else "number" if isinstance(column.type, Double) else "whole"
    )
    return _TYPES[kind]


def _write(column: ColumnElement[Any], type_: pa.DataType) -> ColumnElement[str]:
    """The cell: text between quotes, so that an empty one is not taken for unknown; numbers with all their digits."""
    if type_ == _TYPES["text"]:
        said: ColumnElement[Any] = '"' + func.replace(column, '"', '""') + '"'
    elif type_ == _TYPES["number"]:
        said = case((column.is_not(None), func.format("%!.17g", column)), else_=None)
    else:
        # SQLite writes a whole number as its digits; a cast of its own took a seventh of the reading.
        said = column
    return func.coalesce(type_coerce(said, Text), "")
