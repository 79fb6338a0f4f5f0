"""Dose reviews, signed decisions and what was added to them: rows are put in and read, and none is ever changed."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, func, insert, select

from lib.store.asked import Asked, of_patients
from lib.store.records import read_frame
from lib.store.review_tables import decision, decision_addendum, review_event
from lib.store.tables import clinic, patient_identity


def add_review_event(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(review_event).values(dict(values)))


def add_decision(connection: Connection, values: Mapping[str, Any]) -> int:
    """Its key. A token that is stored already is refused by the table."""
    return int(
        connection.execute(insert(decision).values(dict(values)).returning(decision.c.id)).scalar_one()
    )


def add_addendum(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(decision_addendum).values(dict(values)))


def read_decisions(
    connection: Connection, clinics: Sequence[int] | None, patients: Iterable[int] | None = None
) -> pd.DataFrame:
    """The table's columns with patient_id and clinic_id, in the order of signing."""
    return read_frame(connection, _of_scope(_decisions(), decision, clinics, patients))


@cache
def _decisions() -> Select:
    """The query; putting one together costs as much as running it."""
    query = select(decision, patient_identity.c.patient_id, clinic.c.clinic_id)
    query = query.join(patient_identity, decision.c.patient_key == patient_identity.c.id)
    return query.join(clinic, decision.c.clinic_key == clinic.c.id).order_by(decision.c.id)


def read_review_events(
    connection: Connection, clinics: Sequence[int] | None, patients: Iterable[int] | None = None
) -> pd.DataFrame:
    """The table's columns, in the order in which they happened."""
    return read_frame(connection, _of_scope(_review_events(), review_event, clinics, patients))


@cache
def _review_events() -> Select:
    return select(review_event).order_by(review_event.c.id)


def _of_scope(
    query: Select, table: Table, clinics: Sequence[int] | None, patients: Iterable[int] | None
) -> Asked:
    if clinics is not None:
        query = query.where(table.c.clinic_key.in_(clinics))
    return of_patients(query, table, patients)


def read_addenda(connection: Connection, patient_key: int) -> pd.DataFrame:
    """Of one patient's decisions, the oldest first: the table's columns."""
    return read_frame(connection, of_patients(_addenda(), decision, [patient_key]))


@cache
def _addenda() -> Select:
    return select(decision_addendum).join(decision).order_by(decision_addendum.c.id)


def find_decision(connection: Connection, *, token: str) -> Mapping[str, Any] | None:
    """The decision that was signed with this form."""
    row = connection.execute(select(decision).where(decision.c.token == token)).mappings().first()
    return dict(row) if row else None


def read_last_decision(connection: Connection, patient_key: int) -> Mapping[str, Any] | None:
    """The patient's newest one."""
    newest = select(func.max(decision.c.id)).where(decision.c.patient_key == patient_key)
    query = select(decision).where(decision.c.id == newest.scalar_subquery())
    row = connection.execute(query).mappings().first()
    return dict(row) if row else None
