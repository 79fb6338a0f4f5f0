"""The newest record of each clinic."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from lib.store.records import read_clinics, read_frame
from lib.store.tables import RECORDS

_MOMENTS = {"assessments": "assessed_at", "dosing_sessions": "started_at"}


def read_last_records(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """One row a clinic: clinic_id, day and second (NA: unknown) of its newest assessment or dosing session."""
    moments = []
    for kind, name in _MOMENTS.items():
        table = RECORDS[kind]
        day, second = table.c[f"{name}_day"], table.c[f"{name}_second"]
        last_day = func.max(day).label("day")
        newest = (
            select(table.c.clinic_key, last_day)
            .where(table.c.is_current == 1)
            .group_by(table.c.clinic_key)
            .subquery()
        )
        query = select(newest.c.clinic_key, newest.c.day, func.max(second).label("second")).join(
            table,
            (table.c.clinic_key == newest.c.clinic_key) & (day == newest.c.day) & (table.c.is_current == 1),
        )
        moments.append(read_frame(connection, query.group_by(newest.c.clinic_key, newest.c.day)))
    every = pd.concat(moments, ignore_index=True).astype({"day": "Float64", "second": "Float64"})
    last = every.sort_values(["day", "second"], na_position="first").drop_duplicates(
        "clinic_key", keep="last"
    )
    known = read_clinics(connection)[["clinic_key", "clinic_id"]]
    if clinics is not None:
        known = known[known["clinic_key"].isin(clinics)]
    return known.merge(last, on="clinic_key", how="left")
