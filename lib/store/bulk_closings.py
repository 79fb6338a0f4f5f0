"""Closings of flags on records in bulk, whole numbers only: whose, when, and which records they cover."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, case, select

from lib.clinical.rules.catalogue import ITEM_9, TOLERABILITY
from lib.clinical.rules.suicidality import ASSESSED
from lib.store.asked import chosen, of_patients
from lib.store.bulk import known, read_numbers
from lib.store.derived_tables import flag_event
from lib.store.identities import speak_of_all


def read_closings(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Closings of item-9 flags, the oldest first: id, patient, on_day, covers_assessment_id, covers_held_row_id, is_assessed
    (all that is this patient now was assessed)."""
    closings = _read_of(connection, ITEM_9, patients)
    if closings.empty:
        # Of most patients, and one look asks three times.
        return closings
    is_of_all = speak_of_all(connection, closings)
    return closings.assign(is_assessed=closings["is_assessed"].where(is_of_all, 0))


def read_event_closings(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """Closings of flags on adverse events, the oldest first: id, patient, on_day, covers_adverse_event_id."""
    return _read_of(connection, TOLERABILITY, patients)


def _read_of(connection: Connection, rule: str, patients: Iterable[int] | None) -> pd.DataFrame:
    query = of_patients(_query(rule), flag_event, patients)
    return chosen(read_numbers(connection, query, np.int64), patients)


@cache
def _query(rule: str) -> Select:
    """Putting one together costs as much as running it."""
    of = flag_event.c
    covers = {
        ITEM_9: (
            *(of.on_day, of.covers_assessment_id, of.covers_held_row_id),
            case((of.reason_code == ASSESSED, 1), else_=0).label("is_assessed"),
        ),
        TOLERABILITY: (of.on_day, known(of.covers_adverse_event_id, "covers_adverse_event_id")),
    }
    query = select(of.id, of.patient_key.label("patient"), *covers[rule])
    return query.where(of.rule == rule, of.event == "closed").order_by(of.id)
