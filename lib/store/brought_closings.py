"""Closings of flags that files brought: records like others, so that they have versions, an import, and can be taken back."""

from collections.abc import Iterable
from functools import cache

import pandas as pd
from sqlalchemy import Connection, Select, select

from lib.clinical.frames import CLOSINGS
from lib.store.asked import chosen, of_patients
from lib.store.bulk import known
from lib.store.identities import first_of, read_identities
from lib.store.records import read_frame
from lib.store.tables import RECORDS

_WORDS = ("rule", "instrument", "evidence", "closed_by", "reason_code", "note")
_WHOLE = (
    "id",
    "patient",
    "clinic_key",
    "on_day",
    "is_assessed",
    "policy_version",
    "recorded_at",
    "first_of",
    "import_key",
)

_COLUMNS = (
    *("id", "patient", "clinic_key", "recorded_at", "import_key"),
    *(*_WORDS, "on_day", "is_assessed", "policy_version", "first_of"),
)
_NOBODYS = pd.DataFrame({name: pd.Series(dtype="int64" if name in _WHOLE else "object") for name in _COLUMNS})


def read_brought(
    connection: Connection, patients: Iterable[int] | None, rule: str | None = None
) -> pd.DataFrame:
    """Those in force (of one rule), the oldest first: id, patient, clinic_key, rule, instrument (its name, "" of rules on
    sessions), on_day, evidence (JSON), closed_by, reason_code, note, is_assessed (1: of all that is this patient now),
    policy_version (NONE: not said), recorded_at, import_key, first_of (the identity it speaks of)."""
    table, query = RECORDS[CLOSINGS], _query(rule)
    rows = chosen(read_frame(connection, of_patients(query, table, patients)), patients)
    if rows.empty:
        # Most have none, and are asked after again and again.
        return _NOBODYS.copy(deep=False)
    rows = rows.assign(
        first_of=first_of(connection, CLOSINGS, rows), instrument=rows["instrument"].fillna("")
    )
    rows = rows.astype(dict.fromkeys(_WHOLE, "int64"))
    return rows.assign(is_assessed=_of_whole_patients(connection, rows))


@cache
def _query(rule: str | None) -> Select:
    """Putting one together costs as much as running it."""
    table = RECORDS[CLOSINGS]
    query = select(
        *(
            table.c.id,
            table.c.patient_key.label("patient"),
            table.c.clinic_key,
            table.c.recorded_at,
            table.c.import_key,
        ),
        *(table.c[name] for name in _WORDS),
        table.c.closed_on.label("on_day"),
        *(known(table.c[name], name) for name in ("is_assessed", "policy_version")),
    ).where(table.c.is_current == 1)
    if rule is not None:
        query = query.where(table.c.rule == rule)
    return query.order_by(table.c.closed_on, table.c.recorded_at, table.c.id)


def _of_whole_patients(connection: Connection, rows: pd.DataFrame) -> "pd.Series[int]":
    """Of whom a merge has joined with somebody, a file's closing has not assessed all."""
    identities = read_identities(connection)
    is_whole = [identities.one_with(int(key)) == {int(key)} for key in rows["patient"]]
    return (
        (rows["is_assessed"] == 1)
        .where(pd.Series(is_whole, index=rows.index, dtype=bool), False)
        .astype("int64")
    )
