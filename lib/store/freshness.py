"""The newest record of each clinic: what happened, not what is planned."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from lib.store.planned import PLANNED
from lib.store.records import read_clinics, read_frame
from lib.store.tables import RECORDS, clinic

_MOMENTS = {"assessments": "assessed_at", "dosing_sessions": "started_at"}


def read_last_records(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """One row a clinic: clinic_key, clinic_id, day and second (NA: unknown) of its newest assessment or dosing session."""
    moments = [read_frame(connection, _newest(*moment)) for moment in _MOMENTS.items()]
    known = read_clinics(connection)[["clinic_key", "clinic_id"]]
    if clinics is not None:
        known = known[known["clinic_key"].isin(clinics)]
    every = pd.concat(moments, ignore_index=True).astype({"day": "Float64", "second": "Float64"})
    last = every.sort_values(["day", "second"], na_position="first").drop_duplicates(
        "clinic_key", keep="last"
    )
    return known.merge(last.astype({"clinic_key": "int64"}), on="clinic_key", how="left")


def _newest(kind: str, name: str) -> Select:
    """Of each clinic the day and second of its newest record of a kind, found by the index: the newest first, and one."""
    table, own = RECORDS[kind], RECORDS[kind].alias()
    day, second = own.c[f"{name}_day"], own.c[f"{name}_second"]
    newest = select(own.c.id).where(own.c.clinic_key == clinic.c.id, own.c.is_current == 1)
    # A plan says nothing of how old the records are, and it may lie ahead.
    if "status" in own.c:
        newest = newest.where(func.coalesce(own.c.status, "") != PLANNED)
    newest = newest.order_by(day.desc(), second.desc().nulls_last()).limit(1)
    columns = (table.c[f"{name}_day"].label("day"), table.c[f"{name}_second"].label("second"))
    return select(table.c.clinic_key, *columns).join(clinic, table.c.id == newest.scalar_subquery())
