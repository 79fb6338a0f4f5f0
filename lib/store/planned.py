"""Planned dosing sessions, and the last orders that say how long it is to the next one."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Select, bindparam, func, select, tuple_

from lib.store.asked import Asked, of_patients_of
from lib.store.bulk import known
from lib.store.records import read_frame
from lib.store.tables import RECORDS

PLANNED = "planned"


def read_open_plans(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Planned sessions with no recorded one of the same day or later, so that it is open what became of them: patient_key, day,
    second (NA: unknown)."""
    table = RECORDS["dosing_sessions"]
    rows = read_frame(connection, of_patients_of(_open_plans(), table, clinics))
    return rows.astype({"patient_key": "int64", "day": "int64", "second": "Int64"})


@cache
def _open_plans() -> Select:
    """Of the few that are planned the others are looked up: all sessions by patient take twice as long."""
    plan, other = RECORDS["dosing_sessions"], RECORDS["dosing_sessions"].alias()
    recorded = select(other.c.id).where(
        other.c.patient_key == plan.c.patient_key,
        other.c.is_current == 1,
        func.coalesce(other.c.status, "") != PLANNED,
        other.c.started_at_day >= plan.c.started_at_day,
    )
    query = select(
        plan.c.patient_key, plan.c.started_at_day.label("day"), plan.c.started_at_second.label("second")
    )
    return query.where(plan.c.is_current == 1, plan.c.status == PLANNED, ~recorded.exists())


def read_last_orders(connection: Connection, clinics: Sequence[int] | None, until: int) -> pd.DataFrame:
    """The last order in force of each patient up to a day, where it says an interval: patient_key, interval_days."""
    query = Asked(of_patients_of(_last_orders(), RECORDS["dose_orders"], clinics), {"until": until})
    return read_frame(connection, query).astype({"patient_key": "int64", "interval_days": float})


@cache
def _last_orders() -> Select:
    order, later = RECORDS["dose_orders"], RECORDS["dose_orders"].alias()
    follows = select(later.c.id).where(
        later.c.patient_key == order.c.patient_key, *_counts(later), _place(later) > _place(order)
    )
    query = select(order.c.patient_key, order.c.interval_days)
    return query.where(*_counts(order), order.c.interval_days > 0, ~follows.exists())


def _counts(order: FromClause) -> tuple[ColumnElement[bool], ...]:
    return order.c.is_current == 1, order.c.ordered_at_day <= bindparam("until")


def _place(order: FromClause) -> Any:
    """Of one day an unknown time is before the others, and of one moment the one that came first."""
    return tuple_(order.c.ordered_at_day, known(order.c.ordered_at_second, "second"), order.c.id)
