"""Adding to the audit, and reading it. Nothing here changes a row, and nothing else in the product does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select

from lib.store.asked import Asked
from lib.store.audit_tables import audit_entry
from lib.store.engine import seeing_every_clinic
from lib.store.records import read_frame
from lib.store.tables import clinic, patient_identity

# What a row says beside its seal, in the order in which it is sealed.
SAID = tuple(column.name for column in audit_entry.columns if column.name != "mac")
# Rows that are fetched at once: the whole audit is never in memory.
_ROWS_A_LOOK = 5_000
_LAST = Asked(select(audit_entry).order_by(audit_entry.c.seq.desc()).limit(1))
_CLINIC = Asked(select(patient_identity.c.clinic_key).where(patient_identity.c.id == bindparam("key")))


def read_last(connection: Connection) -> Mapping[str, Any] | None:
    """The newest row, whichever clinic it is about; None where there is none."""
    with seeing_every_clinic(connection):
        rows = _LAST.read_rows(connection)
    return rows[0] if rows else None


def add_entry(connection: Connection, values: Mapping[str, Any]) -> None:
    # Also of a look at another clinic's patient, which was refused.
    with seeing_every_clinic(connection):
        connection.execute(insert(audit_entry), dict(values))


def read_all(connection: Connection) -> Iterator[Mapping[str, Any]]:
    """Every row as it is stored, in the order of the table: a row that somebody put there by force is read too."""
    query = select(audit_entry).order_by(audit_entry.c.seq)
    with seeing_every_clinic(connection):
        for row in connection.execute(query.execution_options(yield_per=_ROWS_A_LOOK)).mappings():
            yield dict(row)


def find_clinic(connection: Connection, patient_key: int) -> int | None:
    """The clinic of a patient, whoever asks."""
    with seeing_every_clinic(connection):
        _, rows = _CLINIC.given(key=patient_key).read(connection)
    return rows[0][0] if rows else None


@dataclass(frozen=True)
class Sight:
    """Rows that a reader of some clinics sees: about patients of these clinics (keys), and about none, but for those by or about
    these accounts (name by key), who are of other clinics alone."""

    clinics: Sequence[int]
    strangers: Mapping[int, str]

    def conditions(self) -> list[ColumnElement[bool]]:
        of = audit_entry.c
        theirs = [f"account:{key}" for key in self.strangers]
        is_strange = of.actor.in_(self.strangers.values()) | func.coalesce(of.subject, "").in_(theirs)
        return [of.clinic_key.in_(self.clinics) | (of.clinic_key.is_(None) & ~is_strange)]


def search_entries(
    connection: Connection,
    *,
    equal: Mapping[str, Any],
    patient_id: str = "",
    sight: Sight | None = None,
    since: int | None = None,
    until: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[pd.DataFrame, int]:
    """Rows, the newest first, with patient_id and clinic_id where they are about one, and how many there are in all.

    equal: values of columns. sight: None for all of them. since, until: UTC epoch seconds, the second not included."""
    which: list[ColumnElement[bool]] = [audit_entry.c[name] == value for name, value in equal.items()]
    which += sight.conditions() if sight else []
    if patient_id:
        which.append(_is_about(connection, patient_id))
    if since is not None:
        which.append(audit_entry.c.happened_at >= since)
    if until is not None:
        which.append(audit_entry.c.happened_at < until)
    query = select(audit_entry, patient_identity.c.patient_id, clinic.c.clinic_id)
    query = query.outerjoin(patient_identity, audit_entry.c.patient_key == patient_identity.c.id)
    query = query.outerjoin(clinic, audit_entry.c.clinic_key == clinic.c.id).where(*which)
    query = query.order_by(audit_entry.c.seq.desc()).limit(limit).offset(offset)
    n_rows = connection.execute(select(func.count()).select_from(audit_entry).where(*which)).scalar_one()
    return read_frame(connection, query), int(n_rows)


def _is_about(connection: Connection, patient_id: str) -> ColumnElement[bool]:
    """Rows about a patient of this name, also where another one is named first."""
    found = select(patient_identity.c.id).where(patient_identity.c.patient_id == patient_id)
    keys = list(connection.execute(found).scalars())
    beside = [f"patient:{key}" for key in keys]
    return audit_entry.c.patient_key.in_(keys) | audit_entry.c.subject.in_(beside)


def read_actors(connection: Connection, sight: Sight | None) -> list[str]:
    """Who did what can be seen, each once, sorted."""
    conditions = sight.conditions() if sight else []
    return sorted(connection.execute(select(audit_entry.c.actor).where(*conditions).distinct()).scalars())


def file_of(connection: Connection) -> Path | None:
    """The file of the store that is written to; None for a database that is in no file of ours."""
    database = connection.engine.url.database
    is_file = connection.dialect.name == "sqlite" and database and not database.startswith((":", "file:"))
    return Path(str(database)) if is_file else None
