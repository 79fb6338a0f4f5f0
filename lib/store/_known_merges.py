"""Identities that were not yet, or no longer, one person at a moment: each row back with whom it stood then."""

from sqlalchemy import Connection, Table, delete, or_, select, update

from lib.store._known_rows import Knowledge
from lib.store.columns import metadata
from lib.store.review_tables import merged_row, patient_merge
from lib.store.tables import RECORDS

# What a merge gives to the other identity; of other tables rows may be noted under it that stay where they are.
_GIVEN = (
    *(kind for kind in RECORDS if kind != "patients"),
    "held_row",
    "flag_event",
    "decision",
    "review_event",
)


def undo_later_merges(connection: Connection, knowledge: Knowledge) -> None:
    """In the copy: rows that a later merge moved stand with their first identity again, the latest merge first; those that a
    later taking back moved stand with the other."""
    later = or_(patient_merge.c.merged_at > knowledge.until, patient_merge.c.unmerged_at > knowledge.until)
    merges = connection.execute(select(patient_merge).where(later).order_by(patient_merge.c.id.desc())).all()
    for merge in merges:
        was_made = merge.merged_at <= knowledge.until
        if was_made:
            _move(connection, merge.id, merge.into_key)
        elif merge.unmerged_at is None:
            _move(connection, merge.id, merge.from_key)
    undoing = [column.name for column in patient_merge.c if column.name.startswith("unmerged_")]
    connection.execute(
        update(patient_merge)
        .where(patient_merge.c.unmerged_at > knowledge.until)
        .values(dict.fromkeys(undoing))
    )
    connection.execute(delete(patient_merge).where(patient_merge.c.merged_at > knowledge.until))
    connection.execute(delete(merged_row).where(merged_row.c.merge_key.not_in(select(patient_merge.c.id))))


def _move(connection: Connection, merge: int, patient: int) -> None:
    rows = connection.execute(select(merged_row).where(merged_row.c.merge_key == merge)).all()
    by_table: dict[str, list[int]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row.row_id)
    for name in set(by_table) & set(_GIVEN):
        table: Table = metadata.tables[name]
        moved = update(table).where(table.c.id.in_(by_table[name])).values(patient_key=patient)
        connection.execute(moved)
