"""Identities that were not yet, or no longer, one person at a moment: each row back with whom it stood then."""

from sqlalchemy import Connection, delete, select, update

from lib.store._known_rows import Knowledge
from lib.store.merges import GIVEN_TABLES
from lib.store.review_tables import merged_row, patient_merge

_TAKING_BACK = ("unmerged_at", "unmerged_by", "unmerged_why", "unmerged_after_event")


def undo_later_merges(connection: Connection, knowledge: Knowledge) -> None:
    """In the copy: what was merged or taken back later is undone, the latest first."""
    moments = []
    for merge in connection.execute(select(patient_merge)).all():
        moments.append((merge.merged_at, False, merge.id, merge.id, merge.from_key))
        if merge.unmerged_at is not None:
            # Of a chain that is taken back in one second the inner merge is the last.
            moments.append((merge.unmerged_at, True, -merge.id, merge.id, merge.into_key))
    for at, _, _, merge_key, patient in sorted(moments, reverse=True):
        if at > knowledge.until:
            _move(connection, merge_key, patient)
    is_taken_back_later = patient_merge.c.unmerged_at > knowledge.until
    connection.execute(update(patient_merge).where(is_taken_back_later).values(dict.fromkeys(_TAKING_BACK)))
    connection.execute(delete(patient_merge).where(patient_merge.c.merged_at > knowledge.until))
    connection.execute(delete(merged_row).where(merged_row.c.merge_key.not_in(select(patient_merge.c.id))))


def _move(connection: Connection, merge: int, patient: int) -> None:
    for name, table in GIVEN_TABLES.items():
        given = select(merged_row.c.row_id).where(merged_row.c.merge_key == merge, merged_row.c.table == name)
        connection.execute(update(table).where(table.c.id.in_(given)).values(patient_key=patient))
