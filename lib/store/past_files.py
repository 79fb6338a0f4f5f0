"""Files that came before: what a new one of the same source is measured by, and those that are held whole."""

import pandas as pd
from sqlalchemy import Connection, select

from lib.store.imports import ACCEPTED, OPEN
from lib.store.records import read_frame
from lib.store.tables import held_row, import_


def read_last_accepted(connection: Connection, kind: str, to_import: int) -> pd.DataFrame:
    """Files of a kind that were taken and not undone, up to an import, the newest first: file_name, n_rows, imported_at."""
    query = select(import_.c.file_name, import_.c.n_rows, import_.c.imported_at)
    query = query.where(
        import_.c.id <= to_import,
        import_.c.kind == kind,
        import_.c.outcome == ACCEPTED,
        import_.c.undone_at.is_(None),
    )
    return read_frame(connection, query.order_by(import_.c.id.desc()))


def find_open(connection: Connection, code: str, cells: str) -> list[int]:
    """Rows that wait with this code and these cells."""
    query = select(held_row.c.id).where(held_row.c.state == OPEN, held_row.c.code == code)
    return [int(key) for key in connection.execute(query.where(held_row.c.cells == cells)).scalars()]
