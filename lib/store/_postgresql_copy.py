"""Many rows in and out of PostgreSQL by COPY: no object of Python's for every cell."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv
from sqlalchemy import BigInteger, ColumnElement, Connection, Double, Select, Table, Text, cast, func
from sqlalchemy.types import TypeEngine

from lib.store._postgresql_order import in_order
from lib.store.asked import Asked

# PostgreSQL's binary form: 11 bytes of signature, flags and a length, 4 bytes each; in the end a row of -1 columns.
_HEADER, _TRAILER = 19, 2


def copy_numbers(connection: Connection, asked: Asked, dtype: type) -> dict[str, NDArray]:
    """Columns by name, of a query for numbers only: as floats NaN where not recorded, as whole numbers never so."""
    query = asked.query
    type_: TypeEngine = Double() if np.dtype(dtype).kind == "f" else BigInteger()
    columns: list[ColumnElement[Any]] = [cast(column, type_) for column in query.exported_columns]
    if isinstance(type_, Double):
        columns = [func.coalesce(column, cast("NaN", type_)) for column in columns]
    names = [column.name for column in query.exported_columns]
    named = (column.label(name) for name, column in zip(names, columns, strict=True))
    only = in_order(query).with_only_columns(*named, maintain_column_froms=True)
    said = _copy_out(connection, Asked(only, asked.values), "(FORMAT BINARY)")
    # Of each row the number of columns; of each cell its length, 8 bytes, and what it says, the highest byte first.
    cell = np.dtype([("length", ">i4"), ("value", ">f8" if isinstance(type_, Double) else ">i8")])
    rows = np.frombuffer(said[_HEADER:-_TRAILER], np.dtype([("n", ">i2"), ("cells", cell, (len(names),))]))
    cells = rows["cells"]
    if (cells["length"] != cell["value"].itemsize).any():
        raise TypeError("A number is not recorded where one has to be.")
    return {name: cells["value"][:, place].astype(dtype) for place, name in enumerate(names)}


def copy_csv(connection: Connection, query: Select) -> bytes:
    """CSV without a header: words between quotes, and nothing at all for what is not recorded."""
    words = [column.name for column in query.exported_columns if isinstance(column.type, Text)]
    quoted = ", ".join(_quote(name) for name in words)
    return _copy_out(connection, Asked(query), f"(FORMAT CSV{f', FORCE_QUOTE ({quoted})' if words else ''})")


def copy_in(connection: Connection, table: Table, rows: pd.DataFrame) -> None:
    """New rows of a table. rows: its columns by name."""
    arrays = [pa.array(rows[name].to_numpy(object, na_value=None), _arrow_type(table, name)) for name in rows]
    said = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(pa.table(arrays, names=list(rows.columns)), said, options)
    names = ", ".join(_quote(name) for name in rows)
    with _cursor(connection) as cursor:
        # A COPY does not pass through row-level security; an INSERT does.
        cursor.execute(
            f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {names} FROM {_quote(table.name)} WITH NO DATA"
        )
        with cursor.copy(f"COPY incoming ({names}) FROM STDIN (FORMAT CSV)") as copy:
            copy.write(said.getbuffer())
        cursor.execute(f"INSERT INTO {_quote(table.name)} ({names}) SELECT {names} FROM incoming")
        cursor.execute("DROP TABLE incoming")


def _arrow_type(table: Table, name: str) -> pa.DataType:
    type_ = table.c[name].type
    return (
        pa.large_string()
        if isinstance(type_, Text)
        else pa.float64()
        if isinstance(type_, Double)
        else pa.int64()
    )


def _copy_out(connection: Connection, asked: Asked, form: str) -> bytes:
    compiled = asked.query.compile(dialect=connection.dialect)
    written = compiled.construct_expanded_state(asked.values)
    said = bytearray()
    # psycopg writes the values into a COPY itself, quoted: the server takes no parameters there.
    with (
        _cursor(connection) as cursor,
        cursor.copy(f"COPY ({written.statement}) TO STDOUT {form}", written.parameters) as copy,
    ):
        for block in copy:
            said += block
    return bytes(said)


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _quote(name: str) -> str:
    return f'"{name}"'
