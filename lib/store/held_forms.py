"""PHQ-9 forms among the rows that wait: nobody has taken them, and their item 9 is read all the same."""

from collections.abc import Sequence
from functools import cache

import pandas as pd
from sqlalchemy import Connection, Select, select

from lib.store.asked import of_patients
from lib.store.imports import OPEN, SET_ASIDE
from lib.store.records import read_frame
from lib.store.tables import clinic, held_row, patient_identity


def read_held_item_9(connection: Connection, patients: Sequence[int] | None) -> pd.DataFrame:
    """PHQ-9 rows that wait or were set aside, of known patients, whose item 9 can be read: id, patient_key, event_day,
    event_second, recorded_at, item_9, and the time_zone of the patient's clinic."""
    return read_frame(connection, of_patients(_held_item_9(), held_row, patients))


@cache
def _held_item_9() -> Select:
    """The query; putting one together costs as much as running it."""
    names = ("id", "patient_key", "event_day", "event_second", "recorded_at", "item_9")
    return (
        select(*(held_row.c[name] for name in names), clinic.c.time_zone)
        .join(patient_identity, held_row.c.patient_key == patient_identity.c.id)
        .join(clinic, patient_identity.c.clinic_key == clinic.c.id)
        .where(held_row.c.state.in_((OPEN, SET_ASIDE)), held_row.c.item_9.is_not(None))
    )
