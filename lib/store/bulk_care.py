"""The records of care beside forms and sessions, in bulk, as lib.clinical.care_records describes them."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, select

from lib.clinical.brought_closings import cover, join_days, name_events
from lib.clinical.care_records import KINDS_READ, CareRecords
from lib.clinical.closing_cover import find_first_closings
from lib.clinical.rules.catalogue import TOLERABILITY
from lib.clinical.segments import NONE
from lib.store.asked import chosen, of_patients
from lib.store.brought_closings import read_brought
from lib.store.bulk import known, read_numbers
from lib.store.bulk_closings import read_event_closings
from lib.store.identities import first_of, spread_events
from lib.store.merges import read_remaining
from lib.store.records import read_columns
from lib.store.tables import RECORDS

# What is never missing in these queries, and what holds words.
_WHOLE = frozenset(("patient", "day", "second", "is_serious", "started_on", "ended_on"))
_TEXT = pd.StringDtype(na_value=np.nan)
_WORDS = frozenset(("term", "severity", "kind", "value", "name", "class"))


def read_care_records(connection: Connection, patients: Iterable[int] | None, size: int) -> CareRecords:
    """Records in force of these patients (None: of everyone); size: one more than the largest patient key."""
    keys = None if patients is None else list(patients)
    ceiling, in_person_on = read_limits(connection, keys, size)
    return CareRecords(
        read_adverse_events(connection, keys),
        _read(connection, "observations", keys),
        _read(connection, "medications", keys),
        _read(connection, "dispensing", keys, of_numbers=True),
        _read(connection, "dose_orders", keys, of_numbers=True),
        _read(connection, "integration_events", keys, of_numbers=True),
        ceiling,
        in_person_on,
    )


def _said(column: ColumnElement[str]) -> ColumnElement[str]:
    return func.coalesce(column, "").label(column.name)


# By kind, what is read of it beside the patient.
_COLUMNS: Mapping[str, Callable[[Any], tuple[ColumnElement[Any], ...]]] = MappingProxyType(
    {
        "adverse_events": lambda of: (
            *(of.id, of.started_at_day.label("day"), known(of.started_at_second, "second"), of.recorded_at),
            *(of.term, _said(of.severity), known(of.is_serious, "is_serious")),
        ),
        "observations": lambda of: (of.observed_at_day.label("day"), of.kind, of.value),
        "medications": lambda of: (
            of.name,
            _said(of["class"]),
            known(of.started_on, "started_on"),
            known(of.ended_on, "ended_on"),
        ),
        "dispensing": lambda of: (of.dispensed_on.label("day"), of.tablets, of.strength_mg),
        "dose_orders": lambda of: (
            of.ordered_at_day.label("day"),
            known(of.ordered_at_second, "second"),
            of.interval_days,
        ),
        "integration_events": lambda of: (of.at_day.label("day"),),
        "patients": lambda of: (of.dose_ceiling_mg, known(of.in_person_eval_on, "in_person_on")),
    }
)


@cache
def _query(kind: str) -> Select:
    """Putting one together costs as much as running it."""
    table, of = RECORDS[kind], RECORDS[kind].c
    query = select(table.c.patient_key.label("patient"), *_COLUMNS[kind](of)).where(of.is_current == 1)
    return query.where(of.kind.in_(KINDS_READ)) if kind == "observations" else query


def _read(
    connection: Connection, kind: str, keys: list[int] | None, *, of_numbers: bool = False
) -> pd.DataFrame:
    query = of_patients(_query(kind), RECORDS[kind], keys)
    if of_numbers:
        return chosen(read_numbers(connection, query, float, _WHOLE), keys)
    read = read_columns(connection, query)
    return chosen(pd.DataFrame({name: _type(name, values) for name, values in read.items()}), keys)


def _type(name: str, values: list) -> Any:
    """Of no rows at all pandas would not know what a column holds."""
    if name in _WHOLE:
        return np.array(values, dtype=np.int64)
    return pd.array(values, dtype=_TEXT) if name in _WORDS else values


def read_adverse_events(connection: Connection, keys: list[int] | None) -> pd.DataFrame:
    """As CareRecords has them, with id, second, recorded_at and closed_by: the closing in this store, or NONE."""
    events = _read(connection, "adverse_events", keys)
    whose = first_of(connection, "adverse_events", events)
    closings = spread_events(connection, read_event_closings(connection, keys))
    known_as = events.assign(first_of=whose)
    closed_on, closed_by = find_first_closings(known_as, closings, "covers_adverse_event_id")
    brought = read_brought(connection, keys, TOLERABILITY)
    if len(brought):
        named = known_as.assign(finding=name_events(events))
        closed_on = join_days(pd.Series(closed_on), cover(brought, named)[1])
    return events.assign(closed_on=closed_on, closed_by=closed_by)


def read_limits(connection: Connection, keys: list[int] | None, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The lowest ceiling of all identities that are one patient; the rest as the remaining one says it."""
    remaining = read_remaining(connection)
    if keys is not None:
        remaining = {gone: remains for gone, remains in remaining.items() if remains in keys}
    wanted = None if keys is None else [*keys, *remaining]
    rows = _read(connection, "patients", wanted, of_numbers=True)
    ceiling, in_person_on = np.full(size, np.nan), np.full(size, NONE)
    np.fmin.at(ceiling, rows["patient"].replace(remaining), rows["dose_ceiling_mg"])
    rows = rows[~rows["patient"].isin(remaining)]
    in_person_on[rows["patient"]] = rows["in_person_on"].astype("int64")
    return ceiling, in_person_on
