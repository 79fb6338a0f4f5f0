"""Files of which nothing was taken: those that wait for somebody to say how they are read, and those that shrank."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, select, update

from lib.store.imports import ACCEPTED, OPEN, RELEASED, UNANSWERED
from lib.store.records import read_frame
from lib.store.tables import held_row, import_


def find_settled(connection: Connection, digests: Sequence[str]) -> frozenset[str]:
    """Of these files those that have been taken (also where that was undone) or refused."""
    query = select(import_.c.sha256).where(import_.c.sha256.in_(digests), import_.c.outcome != UNANSWERED)
    return frozenset(connection.execute(query).scalars())


def settle_file(connection: Connection, sha256: str) -> None:
    """A file that waited for an answer, as a row of the queue, is read now."""
    own = select(import_.c.id).where(import_.c.sha256 == sha256, import_.c.outcome == UNANSWERED)
    chosen = held_row.c.import_key.in_(own) & (held_row.c.state == OPEN)
    connection.execute(update(held_row).where(chosen).values(state=RELEASED))


def is_unanswered(connection: Connection, sha256: str) -> bool:
    """Whether the same bytes wait for an answer already."""
    query = select(import_.c.id).where(import_.c.sha256 == sha256, import_.c.outcome == UNANSWERED)
    return connection.execute(query.limit(1)).first() is not None


def read_last_accepted(connection: Connection, kind: str, up_to: int) -> pd.DataFrame:
    """Files of a kind that were taken and not undone, up to an import, the newest first: file_name, n_rows, imported_at."""
    query = select(import_.c.file_name, import_.c.n_rows, import_.c.imported_at)
    query = query.where(
        import_.c.kind == kind,
        import_.c.outcome == ACCEPTED,
        import_.c.undone_at.is_(None),
        import_.c.id <= up_to,
    )
    return read_frame(connection, query.order_by(import_.c.id.desc()))
