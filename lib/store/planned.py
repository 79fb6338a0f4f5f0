"""Planned dosing sessions, and the last orders that say how long it is to the next one."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from lib.store.records import read_frame
from lib.store.tables import RECORDS

PLANNED = "planned"


def read_open_plans(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Planned sessions with no recorded one of the same day or later, so that it is open what became of them: patient_key, day,
    second (NA: unknown)."""
    table = RECORDS["dosing_sessions"]
    is_plan = func.coalesce(table.c.status, "") == PLANNED
    last = select(table.c.patient_key, func.max(table.c.started_at_day).label("day"))
    recorded = last.where(table.c.is_current == 1, ~is_plan).group_by(table.c.patient_key).subquery()
    query = select(
        table.c.patient_key, table.c.started_at_day.label("day"), table.c.started_at_second.label("second")
    )
    query = query.outerjoin(recorded, recorded.c.patient_key == table.c.patient_key)
    query = query.where(table.c.is_current == 1, is_plan)
    query = query.where((recorded.c.day.is_(None)) | (table.c.started_at_day > recorded.c.day))
    if clinics is not None:
        query = query.where(table.c.clinic_key.in_(clinics))
    rows = read_frame(connection, query.order_by(table.c.started_at_day, table.c.id))
    return rows.astype({"patient_key": "int64", "day": "int64", "second": "Int64"})
