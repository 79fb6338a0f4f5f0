"""What was done about rows that wait: only ever added to. A row's cells and its reason are never changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select, update

from lib.store.expressions import is_one_of
from lib.store.imports import CORRECTED, OPEN, SET_ASIDE
from lib.store.quality_tables import held_row_event
from lib.store.records import read_frame
from lib.store.tables import clinic, held_row, import_

# Events. BESIDE: the corrected row was taken, and the row as it came waits on for a clinician.
OWNER, PUT_BACK, BESIDE = "owner", "put back", "corrected beside"
# By event: the state that it leaves a row in.
STATES = {CORRECTED: CORRECTED, SET_ASIDE: SET_ASIDE, PUT_BACK: OPEN, BESIDE: OPEN}


def add_events(connection: Connection, held_rows: Iterable[int], values: Mapping[str, Any]) -> None:
    """The same event for each of these rows, and the state that it leaves them in. values: the columns of held_row_event but its
    key; what is absent is ""."""
    keys = [int(key) for key in held_rows]
    blank = dict.fromkeys(("to_actor", "reason", "cells"), "")
    if not keys:
        return
    connection.execute(insert(held_row_event), [{**blank, **values, "held_row_key": key} for key in keys])
    if state := STATES.get(str(values["event"])):
        connection.execute(update(held_row).where(is_one_of(held_row.c.id, keys)).values(state=state))


def read_events(connection: Connection) -> pd.DataFrame:
    """Every event, the oldest first: the columns of held_row_event."""
    return read_frame(connection, select(held_row_event).order_by(held_row_event.c.id))


def read_set_aside(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Rows that somebody left out, the newest first: columns of lib.store.imports.read_held_rows."""
    query = (
        select(held_row, import_.c.file_name, import_.c.imported_at, clinic.c.clinic_id)
        .join(import_)
        .outerjoin(clinic)
    )
    query = query.where(held_row.c.state == SET_ASIDE).order_by(held_row.c.id.desc())
    if clinics is not None:
        query = query.where(held_row.c.clinic_key.in_(clinics) | held_row.c.clinic_key.is_(None))
    return read_frame(connection, query)


def read_back_loaded(connection: Connection, imports: Iterable[int]) -> set[int]:
    """Of these imports those that were a first load."""
    wanted = import_.c.id.in_([int(key) for key in imports])
    return set(
        connection.execute(select(import_.c.id).where(wanted, import_.c.is_back_loaded == 1)).scalars()
    )


def count_open_rows(connection: Connection, clinics: Sequence[int] | None) -> int:
    """How many rows wait in quarantine, of these clinics (None: of all) and of no known clinic."""
    query = select(func.count()).select_from(held_row).where(held_row.c.state == OPEN)
    if clinics is not None:
        query = query.where(held_row.c.clinic_key.in_(clinics) | held_row.c.clinic_key.is_(None))
    return int(connection.execute(query).scalar_one())
