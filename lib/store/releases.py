"""Research releases in the store: names of people by project, the register, and what it takes to describe people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from lib.store.asked import of_keys, of_patients
from lib.store.bulk import counts
from lib.store.engine import seeing_every_clinic
from lib.store.records import read_frame
from lib.store.release_tables import (
    research_release,
    research_release_event,
    research_release_patient,
    research_subject,
)
from lib.store.tables import RECORDS


def read_subjects(connection: Connection, project: str) -> pd.DataFrame:
    """patient_key, research_id, shift_days of everybody who has a name in a project."""
    of = research_subject.c
    query = select(of.patient_key, of.research_id, of.shift_days).where(of.project == project)
    return read_frame(connection, query.order_by(of.patient_key))


def read_other_ids(connection: Connection, project: str) -> set[str]:
    """The names that people have in other projects."""
    of = research_subject.c
    return set(connection.execute(select(of.research_id).where(of.project != project)).scalars())


def add_subjects(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """rows: the columns of research_subject."""
    if rows:
        connection.execute(insert(research_subject), [dict(row) for row in rows])


def add_release(connection: Connection, values: Mapping[str, Any], patients: Iterable[int]) -> int:
    """values: the columns of research_release but its key; its key."""
    query = insert(research_release).values(dict(values)).returning(research_release.c.id)
    key = int(connection.execute(query).scalar_one())
    rows = [{"release_key": key, "patient_key": int(one), "made_at": values["made_at"]} for one in patients]
    if rows:
        connection.execute(insert(research_release_patient), rows)
    return key


def add_release_event(connection: Connection, values: Mapping[str, Any]) -> None:
    """values: the columns of research_release_event but its key."""
    connection.execute(insert(research_release_event).values(dict(values)))


def find_release(connection: Connection, digest: str) -> Mapping[str, Any] | None:
    """The row of research_release that was made of the same."""
    query = select(research_release).where(research_release.c.digest == digest)
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def read_releases(connection: Connection) -> pd.DataFrame:
    """The register, the newest first: the columns of research_release, and last_event."""
    event = research_release_event.c
    last = (
        select(event.event)
        .where(event.release_key == research_release.c.id)
        .order_by(event.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(research_release, last.label("last_event")).order_by(research_release.c.id.desc())
    return read_frame(connection, query)


def read_release_patients(connection: Connection) -> pd.DataFrame:
    """release_key, patient_key of every release, of every clinic: what differs by few people from another tells of them."""
    of = research_release_patient.c
    with seeing_every_clinic(connection):
        return read_frame(connection, select(of.release_key, of.patient_key))


def read_first_days(connection: Connection, patients: Sequence[int]) -> "pd.Series[int]":
    """By patient key the day of the first dosing session that counts, in days since 1970-01-01; without one the day of the first
    form."""
    sessions, forms = RECORDS["dosing_sessions"], RECORDS["assessments"]
    found = []
    for table, day, which in (
        (sessions, sessions.c.started_at_day, counts(sessions)),
        (forms, forms.c.assessed_at_day, (forms.c.is_current == 1,)),
    ):
        query = select(table.c.patient_key, func.min(day).label("day")).where(*which)
        rows = read_frame(connection, of_patients(query.group_by(table.c.patient_key), table, patients))
        found.append(rows.set_index("patient_key")["day"])
    first, otherwise = found
    return pd.concat([first, otherwise[~otherwise.index.isin(first.index)]])


def read_highest_item_9(connection: Connection, patients: Sequence[int]) -> "pd.Series[int]":
    """By patient key the highest answer to item 9 of PHQ-9; nobody without an answer is in it."""
    of = RECORDS["assessments"].c
    query = select(of.patient_key, func.max(of.item_9).label("item_9")).where(
        of.is_current == 1, of.instrument == "PHQ-9", of.item_9.is_not(None)
    )
    asked = of_keys(query.group_by(of.patient_key), of.patient_key, patients)
    return read_frame(connection, asked).set_index("patient_key")["item_9"]
