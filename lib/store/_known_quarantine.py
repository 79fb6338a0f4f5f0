"""Rows that a steward dealt with after a moment wait still, in the copy; those that were put back since are still set aside."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from lib.store._known_rows import SOURCE
from lib.store.expressions import is_one_of
from lib.store.imports import OPEN
from lib.store.quality_tables import held_row_event
from lib.store.quarantine import STATES
from lib.store.tables import held_row


def undo_later_dealings(connection: Connection) -> None:
    """Each row in the state of the last event that was known."""
    later = SOURCE["held_row_event"]
    touched = select(later.c.held_row_key).where(later.c.event.in_(list(STATES))).distinct()
    keys = list(connection.execute(touched).scalars())
    last = (
        select(held_row_event.c.held_row_key, func.max(held_row_event.c.id).label("id"))
        .where(held_row_event.c.event.in_(list(STATES)))
        .group_by(held_row_event.c.held_row_key)
        .subquery()
    )
    known = select(held_row_event.c.held_row_key, held_row_event.c.event).join(
        last, held_row_event.c.id == last.c.id
    )
    state_of = {key: STATES[event] for key, event in connection.execute(known)}
    for state in {OPEN, *STATES.values()}:
        _set(connection, [key for key in keys if state_of.get(key, OPEN) == state], state)


def _set(connection: Connection, keys: Sequence[int], state: str) -> None:
    connection.execute(update(held_row).where(is_one_of(held_row.c.id, keys)).values(state=state))
