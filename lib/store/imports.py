"""What was offered, when and by whom; and the rows that were not taken."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, or_, select, update

from lib.store.engine import seeing_every_clinic
from lib.store.import_clinics import count_for_clinics
from lib.store.records import read_among, read_frame
from lib.store.tables import RECORDS, clinic, held_row, import_, import_clinic
from lib.store.withdrawals import Withdrawal

OPEN, RELEASED = "open", "released"
# What a steward did with a row: its corrected cells were taken, or it is left out with a reason.
CORRECTED, SET_ASIDE = "corrected", "set aside"
# What became of what was offered: a file that was taken, and a record that somebody typed.
ACCEPTED, ENTERED = "accepted", "entered"
# … a file that could not be read, and one that is read when somebody has said how.
REFUSED, UNANSWERED = "refused", "needs an answer"
# Rows that can be taken as they are once somebody else has arrived: their patient, or their clinic.
WAITING_CODES = ("unknown-patient", "unknown-clinic")
# What an import counts.
COUNTS = (
    "n_rows",
    "n_new",
    "n_changed",
    "n_unchanged",
    "n_behind",
    "n_repeated",
    "n_held",
    "n_rejected",
    "first_day",
    "last_day",
)


def find_import(
    connection: Connection, sha256: str, kind: str, reading: str, scope: str | None
) -> Mapping[str, Any] | None:
    """The import of the same bytes, read in the same way, for the same clinics (column scope), in force, as far as they brought
    this kind of record, or None. Of other clinics' patients the same rows may speak: one patient_id is several people's."""
    query = select(import_).where(
        import_.c.sha256 == sha256,
        import_.c.kind == kind,
        or_(import_.c.reading.is_(None), import_.c.reading == reading),
        import_.c.scope.is_not_distinct_from(scope),
        import_.c.undone_at.is_(None),
        import_.c.outcome == ACCEPTED,
    )
    row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def add_import(connection: Connection, values: Mapping[str, Any]) -> int:
    """A new import, its counts still 0; its key."""
    counts = [name for name in COUNTS if name.startswith("n_")]
    row = {**dict.fromkeys(counts, 0), "is_back_loaded": 0, "message": "", **values}
    return int(connection.execute(insert(import_).values(row).returning(import_.c.id)).scalar_one())


def finish_import(
    connection: Connection, import_key: int, values: Mapping[str, Any], by_clinic: Mapping[int, int]
) -> None:
    """Its counts, and how many rows each clinic got, beside those that it got before."""
    if values:
        connection.execute(update(import_).where(import_.c.id == import_key).values(dict(values)))
    count_for_clinics(connection, import_key, by_clinic)


def is_first_of_kind(connection: Connection, kind: str) -> bool:
    """Whether no file has brought a record of a kind to any clinic: its first load is back-loaded. What was typed is no load."""
    table = RECORDS[kind]
    loaded = select(table.c.id).join(import_, table.c.import_key == import_.c.id)
    with seeing_every_clinic(connection):
        return connection.execute(loaded.where(import_.c.outcome != ENTERED).limit(1)).first() is None


def mark_undone(connection: Connection, import_key: int, withdrawal: Withdrawal) -> None:
    values = {"undone_at": withdrawal.at, "undone_by": withdrawal.by, "undone_why": withdrawal.why}
    connection.execute(update(import_).where(import_.c.id == import_key).values(values))


def read_imports(connection: Connection, clinics: Sequence[int] | None) -> pd.DataFrame:
    """Every import, the newest first: the columns of the table `import`. clinics: only those that touched one of them."""
    query = select(import_).order_by(import_.c.id.desc())
    if clinics is not None:
        touched = select(import_clinic.c.import_key).where(import_clinic.c.clinic_key.in_(clinics))
        held = select(held_row.c.import_key).where(held_row.c.clinic_key.in_(clinics))
        query = query.where(import_.c.id.in_(touched.union(held)))
    return read_frame(connection, query)


def add_held_rows(connection: Connection, import_key: int, problems: pd.DataFrame, recorded_at: int) -> int:
    """Keep rows that were not taken, unless the same row of the same patient waits already or a steward has dealt with it; how
    many are new.

    problems: columns of lib.intake's problems, with clinic_key and kind.
    """
    same = ("kind", "code", "cells", "patient_key", "clinic_key")
    open_rows = select(*(held_row.c[name] for name in same)).join(import_)
    dealt_with = (OPEN, CORRECTED, SET_ASIDE)
    open_rows = open_rows.where(held_row.c.state.in_(dealt_with), import_.c.undone_at.is_(None))
    # Equal cells name one patient.
    found = read_among(connection, open_rows, held_row.c.patient_id, problems["patient_id"])
    found = found.astype(object).where(found.notna(), None)
    waiting = set(found[list(same)].itertuples(index=False, name=None))
    rows = [
        {**row, "import_key": import_key, "recorded_at": recorded_at, "state": OPEN}
        for row in problems.astype(object).where(problems.notna(), None).to_dict("records")
        if tuple(row.get(name) for name in same) not in waiting
    ]
    if rows:
        connection.execute(insert(held_row), rows)
    return len(rows)


def read_held_rows(
    connection: Connection, clinics: Sequence[int] | None, *, import_key: int | None = None
) -> pd.DataFrame:
    """Rows that wait, with the file that they came in; of these clinics and of no known clinic."""
    query = (
        select(held_row, import_.c.file_name, import_.c.imported_at, clinic.c.clinic_id)
        .join(import_)
        .outerjoin(clinic)
    )
    query = query.where(held_row.c.state == OPEN).order_by(held_row.c.id)
    if import_key is not None:
        query = query.where(held_row.c.import_key == import_key)
    if clinics is not None:
        query = query.where(held_row.c.clinic_key.in_(clinics) | held_row.c.clinic_key.is_(None))
    return read_frame(connection, query)


def read_waiting(
    connection: Connection,
    *,
    patient_ids: Sequence[str] | None = None,
    import_key: int | None = None,
    clinic_id: str | None = None,
) -> pd.DataFrame:
    """Rows that wait for somebody else, with is_back_loaded of their import: of these patients, one import, or one clinic."""
    query = select(held_row, import_.c.is_back_loaded, import_.c.scope).join(
        import_, held_row.c.import_key == import_.c.id
    )
    query = query.where(
        held_row.c.state == OPEN, held_row.c.code.in_(WAITING_CODES), import_.c.undone_at.is_(None)
    )
    if import_key is not None:
        query = query.where(held_row.c.import_key == import_key)
    if clinic_id is not None:
        query = query.where(held_row.c.code == "unknown-clinic", held_row.c.value == clinic_id)
    rows = read_frame(connection, query.order_by(held_row.c.id))
    if patient_ids is None:
        return rows
    # Cells are kept as they came; patient_ids have one spelling of letters with accents (lib.intake.people).
    wanted = {unicodedata.normalize("NFC", patient_id) for patient_id in patient_ids}
    found = [unicodedata.normalize("NFC", patient_id) in wanted for patient_id in rows["patient_id"]]
    return rows[pd.Series(found, index=rows.index, dtype=bool)]


def count_waiting(connection: Connection, import_key: int) -> int:
    """How many rows of an import have not been taken."""
    query = select(func.count()).where(held_row.c.import_key == import_key, held_row.c.state == OPEN)
    return int(connection.execute(query).scalar_one())


def release(connection: Connection, held_rows: Sequence[int]) -> None:
    """These rows wait no longer: they have been taken."""
    if held_rows:
        chosen = held_row.c.id.in_([int(key) for key in held_rows])
        connection.execute(update(held_row).where(chosen).values(state=RELEASED))


def last_ids(connection: Connection) -> tuple[int, int]:
    """The highest id among assessments and among held rows: what a closing covers."""
    tables = (RECORDS["assessments"], held_row)
    assessment, held = (connection.execute(select(func.max(table.c.id))).scalar() or 0 for table in tables)
    return int(assessment), int(held)


def last_adverse_event_id(connection: Connection) -> int:
    """The highest id among adverse events: what closing a critical one covers."""
    return int(connection.execute(select(func.max(RECORDS["adverse_events"].c.id))).scalar() or 0)
