"""What has been kept long enough: when each patient was last heard of, who is under a legal hold, and old sign-ins."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from lib.clinical.frames import KINDS, stored_columns
from lib.clinical.moments import SECONDS_A_DAY
from lib.store.account_tables import broken_glass, sign_in_session
from lib.store.merges import read_remaining
from lib.store.retention_tables import legal_hold
from lib.store.review_tables import decision, review_event
from lib.store.tables import RECORDS, held_row

HELD, RELEASED = "held", "released"


def read_last_heard(connection: Connection) -> dict[int, int]:
    """By patient key the last moment (UTC epoch seconds) at which anything was recorded, dated, decided or offered of them, taken
    back or not: what is not certain to be old is not."""
    last: dict[int, int] = {}
    for kind, table in RECORDS.items():
        dated: list[Any] = [table.c.recorded_at]
        if event := KINDS[kind].event_column:
            dated.append(table.c[stored_columns(event)[0]] * SECONDS_A_DAY)
        for column in dated:
            _note(connection, last, table.c.patient_key, column)
    for table, name in ((decision, "signed_at"), (review_event, "happened_at"), (held_row, "recorded_at")):
        _note(connection, last, table.c.patient_key, table.c[name])
    return last


def _note(connection: Connection, last: dict[int, int], patient: Any, column: Any) -> None:
    query = select(patient, func.max(column)).where(patient.is_not(None)).group_by(patient)
    for key, moment in connection.execute(query):
        last[key] = max(last.get(key, 0), int(moment or 0))


def read_in_force(connection: Connection) -> set[int]:
    """Patients of whom a record is not withdrawn."""
    rows = [
        connection.execute(select(table.c.patient_key).where(table.c.withdrawn_at.is_(None)).distinct())
        for table in RECORDS.values()
    ]
    return {int(key) for found in rows for key in found.scalars()}


def add_hold(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(legal_hold).values(dict(values)))


def read_held(connection: Connection) -> set[int]:
    """Who is under a hold, also by an identity that was merged into theirs."""
    query = select(legal_hold.c.patient_key, legal_hold.c.event).order_by(legal_hold.c.id)
    events = {int(key): event for key, event in connection.execute(query)}
    held = {key for key, event in events.items() if event == HELD}
    return held | {into for gone, into in read_remaining(connection).items() if gone in held}


def count_old_sign_ins(connection: Connection, before: int) -> int:
    query = select(func.count()).select_from(sign_in_session).where(*_is_old(before))
    return int(connection.execute(query).scalar_one())


def delete_old_sign_ins(connection: Connection, before: int) -> int:
    """Sign-ins that were over before a moment, and in which no glass was broken; how many. The audit keeps that they were."""
    return int(connection.execute(delete(sign_in_session).where(*_is_old(before))).rowcount)


def _is_old(before: int) -> Iterable[Any]:
    over_at = func.coalesce(sign_in_session.c.ended_at, sign_in_session.c.ends_at)
    return (over_at < before, sign_in_session.c.id.not_in(select(broken_glass.c.session_key)))
