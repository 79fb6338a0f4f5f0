"""The tables of what was offered: identities, imports, and one table a kind of record (every version of every record)."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint
from sqlalchemy import Double as Real

from lib.clinical.frames import KINDS, Kind, stored_columns
from lib.store.columns import clinic_column, key_column, metadata, patient_column, whole_columns, word_columns

# What the store is: is_synthetic, demo_last_day, flags_as_of.
about = Table(
    "about", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

clinic = Table(
    "clinic",
    metadata,
    key_column(),
    Column("clinic_id", Text, nullable=False, unique=True),
    *word_columns("name", "time_zone", "instruments"),
)

# The whole-number key of a patient beside the external id, which stays text: 007 stays 007. alike: what the id looks like
# (lib.clinical.lookalikes), by which an offered one is looked up.
patient_identity = Table(
    "patient_identity",
    metadata,
    key_column(),
    clinic_column(),
    *word_columns("patient_id"),
    Column("alike", Text, nullable=False, server_default="", index=True),
    UniqueConstraint("clinic_key", "patient_id"),
)

# reading: digest of what the file said as it was read (None: of an earlier release); scope: the clinics of whoever offered it,
# JSON, None for all of them.
import_ = Table(
    "import",
    metadata,
    key_column(),
    *word_columns("file_name", "kind", "sha256", "actor", "outcome", "message"),
    *whole_columns(
        "imported_at",
        "n_rows",
        "n_new",
        "n_changed",
        "n_unchanged",
        "n_behind",
        "n_repeated",
        "n_held",
        "n_rejected",
        "is_back_loaded",
    ),
    *whole_columns("first_day", "last_day", "undone_at", is_optional=True),
    *word_columns("undone_by", "undone_why", "reading", "scope", is_optional=True),
    Index("ix_import_sha256", "sha256"),
)

import_clinic = Table(
    "import_clinic",
    metadata,
    Column("import_key", ForeignKey("import.id"), primary_key=True),
    Column("clinic_key", ForeignKey("clinic.id"), primary_key=True),
    *whole_columns("n_accepted"),
)

# How files of one source are read, as somebody said; the newest row of a name is in force. choices: question -> answer, columns:
# the names as they were then, both JSON.
source_choice = Table(
    "source_choice",
    metadata,
    key_column(),
    *word_columns("name", "choices", "columns", "actor"),
    *whole_columns("saved_at"),
)

# Rows that were not taken. Nothing that was offered is lost: the cells stay as they came.
held_row = Table(
    "held_row",
    metadata,
    key_column(),
    Column("import_key", ForeignKey("import.id"), nullable=False, index=True),
    clinic_column(is_optional=True),
    patient_column(is_optional=True),
    *word_columns("kind", "outcome", "code", "column", "value", "reason", "patient_id", "cells", "state"),
    *whole_columns("line", "recorded_at", "may_hold_item_9"),
    *whole_columns("event_day", "event_second", "item_9", is_optional=True),
    Index("ix_held_row_patient_id", "patient_id"),
    Index("ix_held_row_state_code", "state", "code"),
)


# How old a clinic's records are is found by an index of its own, which finds a clinic's rows too.
_NEWEST = {"assessments": "assessed_at", "dosing_sessions": "started_at"}


def _record_table(kind: Kind) -> Table:
    """Every version of every record of a kind. key_hash: which record; value_hash: what it says.

    is_current: the version in force, the last recorded one that is not withdrawn (voided, or its import undone).
    said_again_at: when a later file, by its own date, last said the same; such a row is no version of its own.
    """
    types = {"text": Text, "choice": Text, "number": Real}
    columns: list[Column[Any]] = [
        Column(name, types.get(column.type, BigInteger))
        for column in kind.columns
        if column.name != "patient_id"
        for name in stored_columns(column)
    ]
    return Table(
        kind.name,
        metadata,
        key_column(),
        clinic_column(is_indexed=kind.name not in _NEWEST),
        patient_column(),
        Column("import_key", ForeignKey("import.id"), nullable=False, index=True),
        *whole_columns("line", "key_hash", "value_hash", "recorded_at", "is_current"),
        *whole_columns("withdrawn_at", "said_again_at", is_optional=True),
        *word_columns("withdrawn_by", "withdrawn_why", is_optional=True),
        *columns,
        Index(f"ix_{kind.name}_key_hash", "key_hash"),
    )


RECORDS = {kind.name: _record_table(kind) for kind in KINDS.values()}
Index("ix_patients_birth_date", RECORDS["patients"].c.birth_date)
for _kind, _event in _NEWEST.items():
    _moment = (f"{_event}_day", f"{_event}_second")
    Index(
        f"ix_{_kind}_newest", *(RECORDS[_kind].c[_name] for _name in ("clinic_key", "is_current", *_moment))
    )
