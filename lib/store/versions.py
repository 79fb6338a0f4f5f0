"""Every version of one patient's records, with the import that brought each."""

from typing import Any

from sqlalchemy import Connection, select

from lib.store.tables import RECORDS, import_


def read_versions(connection: Connection, kind: str, patient_key: int) -> list[dict[str, Any]]:
    """Withdrawn ones too, in the order in which they came: the columns of the kind's table, and of their import file_name,
    actor and imported_at."""
    table = RECORDS[kind]
    query = select(table, import_.c.file_name, import_.c.actor, import_.c.imported_at)
    query = query.join(import_, table.c.import_key == import_.c.id).where(table.c.patient_key == patient_key)
    return [dict(row) for row in connection.execute(query.order_by(table.c.id)).mappings()]
