"""How much is on record of one identity."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from lib.clinical.frames import KINDS, stored_columns
from lib.store.tables import RECORDS


def count_records(connection: Connection, kind: str, patient_key: int) -> tuple[int, int | None, int | None]:
    """Records in force of a kind: how many, and the first and the last day; None where none has a date."""
    table, event = RECORDS[kind], KINDS[kind].event_column
    columns: list[ColumnElement[Any]] = [func.count()]
    if event:
        day = table.c[stored_columns(event)[0]]
        columns += [func.min(day), func.max(day)]
    own = (table.c.patient_key == patient_key, table.c.is_current == 1)
    n, *days = connection.execute(select(*columns).select_from(table).where(*own)).one()
    first, last = days or (None, None)
    return int(n), first, last
