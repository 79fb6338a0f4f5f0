"""Sign-ins as they stand in the store: begun, seen, ended. All moments are UTC epoch seconds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from lib.store.account_tables import account, broken_glass, sign_in_session

Row = Mapping[str, Any]
_OF = sign_in_session.c
_SAID = (
    *(_OF.id, _OF.reference, _OF.account_key, _OF.way, _OF.created_at, _OF.seen_at, _OF.ends_at),
    *(account.c.name, account.c.email, account.c.roles, account.c.clinics, account.c.is_active),
)


def add_sign_in(connection: Connection, values: Row) -> int:
    return int(
        connection.execute(
            insert(sign_in_session).values(values).returning(sign_in_session.c.id)
        ).scalar_one()
    )


def read_sign_in(connection: Connection, **which: str) -> Row | None:
    """The sign-in by its token_hash or its reference, unless it was ended, with its account: id, reference, account_key, way,
    created_at, seen_at, ends_at, name, email, roles, clinics (JSON), is_active; glass_until: of an emergency, or None."""
    until = select(func.max(broken_glass.c.until)).where(broken_glass.c.session_key == _OF.id)
    query = select(*_SAID, until.scalar_subquery().label("glass_until")).join(account)
    query = query.where(_OF.ended_at.is_(None), *(_OF[name] == value for name, value in which.items()))
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def read_sign_ins(connection: Connection) -> list[Row]:
    """Every sign-in that was not ended, the newest first: columns of read_sign_in without glass_until."""
    query = select(*_SAID).join(account).where(_OF.ended_at.is_(None)).order_by(_OF.id.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def note_seen(connection: Connection, key: int, at: int) -> None:
    connection.execute(update(sign_in_session).where(_OF.id == key).values(seen_at=at))


def end_sign_ins(connection: Connection, at: int, why: str, **which: Any) -> int:
    """End those whose columns have these values; how many there were."""
    chosen = (_OF.ended_at.is_(None), *(_OF[name] == value for name, value in which.items()))
    change = update(sign_in_session).where(*chosen).values(ended_at=at, ended_why=why)
    return int(connection.execute(change).rowcount)


def add_broken_glass(connection: Connection, values: Row) -> int:
    added = insert(broken_glass).values(values).returning(broken_glass.c.id)
    return int(connection.execute(added).scalar_one())
