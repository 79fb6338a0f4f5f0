"""Queries that stay the same object, and what they are asked with each time.

SQLAlchemy looks through a query once, and finds what it wrote of it when the same one comes again. With the keys inside, each
patient's would be another query: that took two thirds of the time of an answer of a few rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, CursorResult, Select, Table, select

from lib.store._sqlite_direct import Rows, ask_directly
from lib.store.expressions import is_listed
from lib.store.tables import patient_identity

# Above this many patients it is faster to read a table whole and choose in memory.
MAX_LISTED_PATIENTS = 5_000
_LISTED = "listed"


@dataclass(frozen=True)
class Asked:
    """A query, and the values of its parameters by name."""

    query: Select
    values: Mapping[str, Any] = field(default_factory=dict)

    def given(self, **values: Any) -> "Asked":
        """With more of its parameters."""
        return Asked(self.query, {**self.values, **values})

    def ask(self, connection: Connection) -> CursorResult:
        return connection.execute(self.query, self.values)

    def read(self, connection: Connection) -> Rows:
        """Names of the columns, and the rows as the driver gives them: SQLAlchemy's row objects cost more than the reading."""
        if (found := ask_directly(connection, self.query, self.values)) is not None:
            return found
        result = self.ask(connection)
        names = list(result.keys())
        rows: list[Any] = list(result.cursor.fetchall()) if result.cursor else []
        result.close()
        return names, rows

    def read_rows(self, connection: Connection) -> list[dict[str, Any]]:
        """The same, each row by the names of the columns."""
        names, rows = self.read(connection)
        return [dict(zip(names, row, strict=True)) for row in rows]


def asked(query: Select | Asked) -> Asked:
    """A query that is asked as it stands, too."""
    return query if isinstance(query, Asked) else Asked(query)


def of_patients(query: Select, table: Table, patients: Iterable[int] | None) -> Asked:
    """The query for these patients only; for many patients those between the first and the last, of whom the caller chooses in
    memory."""
    return Asked(query) if patients is None else of_keys(query, table.c.patient_key, patients)


def of_clinics(query: Select, table: Table, clinics: Sequence[int] | None) -> Select:
    """The query for rows of these clinics only (None: of all)."""
    return query if clinics is None else query.where(table.c.clinic_key.in_(clinics))


def of_patients_of(query: Select, table: Table, clinics: Sequence[int] | None) -> Select:
    """The same by the clinic that a patient is of now: a record of before a merge may be another's."""
    if clinics is None:
        return query
    own = select(patient_identity.c.id).where(patient_identity.c.clinic_key.in_(clinics))
    return query.where(table.c.patient_key.in_(own))


def of_keys(query: Select, column: ColumnElement[int], keys: Iterable[int]) -> Asked:
    """Of these keys; of many, between the lowest and the highest: a list of thousands costs more than rows too many."""
    chosen = [int(key) for key in keys]
    if len(chosen) <= MAX_LISTED_PATIENTS:
        return of_listed(query, column, chosen)
    return Asked(query.where(column.between(min(chosen), max(chosen))))


def chosen(rows: pd.DataFrame, patients: Iterable[int] | None, whose: str = "patient") -> pd.DataFrame:
    """Only the rows of these patients, by the column that says whose each is: of_patients leaves long lists to memory."""
    listed = None if patients is None else list(patients)
    if listed is None or len(listed) <= MAX_LISTED_PATIENTS:
        return rows
    return rows[rows[whose].isin(listed)].reset_index(drop=True)


def of_listed(query: Select, column: ColumnElement[Any], values: list[Any]) -> Asked:
    """Where the column has one of these values, however many."""
    return Asked(_with_list(query, column), {_LISTED: values})


@lru_cache(maxsize=512)
def _with_list(query: Select, column: ColumnElement[Any]) -> Select:
    return query.where(is_listed(column, _LISTED))
