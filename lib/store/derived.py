"""What is kept beside the records because it follows from them: standings, open flags; and what happened to flags."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, case, delete, func, insert, select, update

from lib.store.asked import Asked, of_clinics, of_patients
from lib.store.derived_tables import (
    flag_event,
    open_flag,
    policy_version,
    reference_score,
    rule_coverage,
    standing,
)
from lib.store.expressions import is_one_of
from lib.store.imports import OPEN
from lib.store.quality_tables import held_row_event
from lib.store.quarantine import BESIDE
from lib.store.records import read_frame
from lib.store.saving import insert_rows
from lib.store.tables import about, clinic, held_row, patient_identity


def replace_rows(
    connection: Connection, table: Table, patients: Iterable[int] | None, rows: pd.DataFrame
) -> None:
    """Put these rows in place of all that the table holds of these patients (None: of everyone)."""
    keys = None if patients is None else [int(key) for key in patients]
    if keys is None:
        connection.execute(delete(table))
    else:
        connection.execute(delete(table).where(is_one_of(table.c.patient_key, keys)))
    insert_rows(connection, table, rows)


def read_standing(
    connection: Connection,
    clinics: Sequence[int] | None,
    *,
    all_courses: bool,
    patients: Iterable[int] | None = None,
) -> pd.DataFrame:
    """Kept rows of the kernel with patient_id and clinic_id."""
    query = of_clinics(_standings(all_courses=all_courses), standing, clinics)
    return read_frame(connection, of_patients(query, standing, patients))


@cache
def _standings(*, all_courses: bool) -> Select:
    which = standing.c.is_in_full_list if all_courses else standing.c.is_current_course
    return _with_names(standing).where(which == 1)


@cache
def _with_names(table: Table) -> Select:
    """The query; putting one together costs as much as running it."""
    query = select(table, patient_identity.c.patient_id, clinic.c.clinic_id)
    query = query.join(patient_identity, table.c.patient_key == patient_identity.c.id)
    return query.join(clinic, table.c.clinic_key == clinic.c.id)


def read_open_flags(
    connection: Connection, clinics: Sequence[int] | None, patients: Iterable[int] | None = None
) -> pd.DataFrame:
    """Open flags with patient_id and clinic_id."""
    query = of_clinics(_with_names(open_flag), open_flag, clinics)
    return read_frame(connection, of_patients(query, open_flag, patients))


def read_reference(
    connection: Connection, *, clinics: Iterable[int] | None = None, patients: Iterable[int] | None = None
) -> pd.DataFrame:
    """Rows of reference_score, in the order of the patients' keys."""
    query = select(reference_score).order_by(reference_score.c.patient_key)
    if clinics is not None:
        query = query.where(reference_score.c.clinic_key.in_(list(clinics)))
    return read_frame(connection, of_patients(query, reference_score, patients))


def read_coverage(
    connection: Connection, clinics: Sequence[int] | None, patients: Iterable[int] | None = None
) -> pd.DataFrame:
    """Rows of rule_coverage."""
    query = of_clinics(_coverage(), rule_coverage, clinics)
    return read_frame(connection, of_patients(query, rule_coverage, patients))


@cache
def _coverage() -> Select:
    return select(rule_coverage)


def add_flag_event(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(flag_event).values(dict(values)))


def read_flag_events(connection: Connection, patients: Iterable[int] | None) -> pd.DataFrame:
    """What happened to flags, the oldest first: the columns of flag_event."""
    return read_frame(connection, of_patients(_flag_events(), flag_event, patients))


@cache
def _flag_events() -> Select:
    return select(flag_event).order_by(flag_event.c.id)


def closed_held_rows(connection: Connection) -> set[int]:
    """Unreadable forms that a named person has closed."""
    query = select(flag_event.c.held_row_key).where(flag_event.c.held_row_key.is_not(None))
    return {int(key) for key in connection.execute(query).scalars()}


def count_unreadable(connection: Connection, patients: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By patient key, of these patients' rows that may hold an item 9 which nobody could read: how many wait, and how many a
    named person closed without a correction: their answer stays unknown. Nobody without such a row is in it."""
    _, rows = of_patients(_count_unreadable(), held_row, patients).read(connection)
    wanted = set(patients)
    return {key: (int(n), int(n_unknown)) for key, n, n_unknown in rows if key in wanted}


@cache
def _count_unreadable() -> Select:
    closed = select(flag_event.c.held_row_key).where(flag_event.c.held_row_key.is_not(None))
    read_after_all = select(held_row_event.c.held_row_key).where(held_row_event.c.event == BESIDE)
    is_closed, was_read = (held_row.c.id.in_(keys) for keys in (closed, read_after_all))
    counts = (func.sum(case((which, 1), else_=0)) for which in (~is_closed, is_closed & ~was_read))
    query = select(held_row.c.patient_key, *counts).group_by(held_row.c.patient_key)
    return query.where(held_row.c.state == OPEN, held_row.c.may_hold_item_9 == 1)


def read_policy_version(connection: Connection, version: int | None = None) -> Mapping[str, Any] | None:
    """A policy version, by default the newest: version, toml, published_at, published_by, comment."""
    query = _newest_policy()
    if version is not None:
        query = query.where(policy_version.c.version == version)
    return next(iter(Asked(query).read_rows(connection)), None)


@cache
def _newest_policy() -> Select:
    """Every service asks; putting it together costs as much as the answer."""
    return select(policy_version).order_by(policy_version.c.version.desc()).limit(1)


def add_policy_version(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(policy_version).values(dict(values)))


def read_about(connection: Connection) -> dict[str, str]:
    """What the store says of itself: is_synthetic, demo_last_day, flags_as_of, are_clinics_open."""
    _, rows = Asked(_about()).read(connection)
    return {str(name): str(value) for name, value in rows}


@cache
def _about() -> Select:
    return select(about.c.name, about.c.value)


def write_about(connection: Connection, **values: str) -> None:
    for name, value in values.items():
        if connection.execute(update(about).where(about.c.name == name).values(value=value)).rowcount == 0:
            connection.execute(insert(about).values(name=name, value=value))
