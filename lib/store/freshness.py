"""The newest record of each clinic: what happened, not what is planned."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, func, select

from lib.store.planned import PLANNED
from lib.store.records import read_clinics, read_frame
from lib.store.tables import RECORDS

_MOMENTS = {"assessments": "assessed_at", "dosing_sessions": "started_at"}


def read_last_records(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """One row a clinic: clinic_id, day and second (NA: unknown) of its newest assessment or dosing session."""
    moments = []
    for kind, name in _MOMENTS.items():
        table = RECORDS[kind]
        day, second = table.c[f"{name}_day"], table.c[f"{name}_second"]
        in_force = table.c.is_current == 1
        # A plan says nothing of how old the records are, and it may lie ahead.
        if "status" in table.c:
            in_force &= func.coalesce(table.c.status, "") != PLANNED
        last_day = select(table.c.clinic_key, func.max(day).label("day")).where(in_force)
        newest = read_frame(connection, last_day.group_by(table.c.clinic_key))
        if newest.empty:
            continue
        # The times of day of those days; a join of the two cost twice as much.
        times = select(table.c.clinic_key, day.label("day"), func.max(second).label("second"))
        times = times.where(in_force, day >= int(newest["day"].min())).group_by(table.c.clinic_key, day)
        moments.append(newest.merge(read_frame(connection, times), on=["clinic_key", "day"]))
    known = read_clinics(connection)[["clinic_key", "clinic_id"]]
    if clinics is not None:
        known = known[known["clinic_key"].isin(clinics)]
    if not moments:
        return known.assign(day=pd.NA, second=pd.NA).astype({"day": "Float64", "second": "Float64"})
    every = pd.concat(moments, ignore_index=True).astype({"day": "Float64", "second": "Float64"})
    last = every.sort_values(["day", "second"], na_position="first").drop_duplicates(
        "clinic_key", keep="last"
    )
    return known.merge(last, on="clinic_key", how="left")
