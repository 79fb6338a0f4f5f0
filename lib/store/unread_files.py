"""Files of which nothing was taken: those that wait for somebody to say how they are read, and those that are settled."""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from lib.store.imports import ACCEPTED, OPEN, RELEASED, UNANSWERED
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
    query = select(held_row.c.id).join(import_, held_row.c.import_key == import_.c.id)
    query = query.where(import_.c.sha256 == sha256, import_.c.outcome == UNANSWERED, held_row.c.state == OPEN)
    return connection.execute(query.limit(1)).first() is not None


def find_other_readings(connection: Connection, sha256: str, kind: str, reading: str) -> list[int]:
    """Imports in force of the same bytes that brought this kind of record and were read in another way."""
    query = select(import_.c.id).where(
        import_.c.sha256 == sha256,
        import_.c.outcome == ACCEPTED,
        import_.c.undone_at.is_(None),
        import_.c.kind == kind,
        import_.c.reading != reading,
    )
    return [int(key) for key in connection.execute(query).scalars()]
