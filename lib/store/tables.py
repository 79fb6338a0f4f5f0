"""The tables: identities, one table a kind of record (every version of every record), and what is derived from them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import Double as Real

from lib.clinical.frames import KINDS, Kind, stored_columns

metadata = MetaData()

# SQLite numbers rows by itself only where the key's type is exactly INTEGER.
_Key = BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("id", _Key, primary_key=True)


def _clinic(*, is_optional: bool = False) -> Column[int]:
    return Column("clinic_key", ForeignKey("clinic.id"), nullable=is_optional, index=True)


def _patient(*, is_optional: bool = False) -> Column[int]:
    return Column("patient_key", ForeignKey("patient_identity.id"), nullable=is_optional, index=True)


def _whole(*names: str, is_optional: bool = False) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=is_optional) for name in names]


def _words(*names: str, is_optional: bool = False) -> list[Column[str]]:
    return [Column(name, Text, nullable=is_optional) for name in names]


# What the store is: is_synthetic, demo_last_day, flags_as_of.
about = Table(
    "about", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

clinic = Table(
    "clinic",
    metadata,
    _key(),
    Column("clinic_id", Text, nullable=False, unique=True),
    *_words("name", "time_zone", "instruments"),
)

# The whole-number key of a patient beside the external id, which stays text: 007 stays 007.
patient_identity = Table(
    "patient_identity",
    metadata,
    _key(),
    _clinic(),
    *_words("patient_id"),
    UniqueConstraint("clinic_key", "patient_id"),
)

import_ = Table(
    "import",
    metadata,
    _key(),
    *_words("file_name", "kind", "sha256", "actor", "outcome", "message"),
    *_whole(
        "imported_at",
        "n_rows",
        "n_new",
        "n_changed",
        "n_unchanged",
        "n_repeated",
        "n_held",
        "n_rejected",
        "is_back_loaded",
    ),
    *_whole("first_day", "last_day", "undone_at", is_optional=True),
    *_words("undone_by", "undone_why", is_optional=True),
)

import_clinic = Table(
    "import_clinic",
    metadata,
    Column("import_key", ForeignKey("import.id"), primary_key=True),
    Column("clinic_key", ForeignKey("clinic.id"), primary_key=True),
    *_whole("n_accepted"),
)

# Rows that were not taken. Nothing that was offered is lost: the cells stay as they came.
held_row = Table(
    "held_row",
    metadata,
    _key(),
    Column("import_key", ForeignKey("import.id"), nullable=False, index=True),
    _clinic(is_optional=True),
    _patient(is_optional=True),
    *_words("kind", "outcome", "code", "column", "value", "reason", "patient_id", "cells", "state"),
    *_whole("line", "recorded_at", "may_hold_item_9"),
    *_whole("event_day", "event_second", "item_9", is_optional=True),
)

policy_version = Table(
    "policy_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    *_words("toml", "published_by", "comment"),
    *_whole("published_at"),
)

# What happens to flags: only ever added to.
flag_event = Table(
    "flag_event",
    metadata,
    _key(),
    _clinic(is_optional=True),
    _patient(is_optional=True),
    Column("held_row_key", ForeignKey("held_row.id"), nullable=True, index=True),
    *_words("rule", "event", "reason_code", "note", "actor"),
    *_whole("happened_at", "on_day", "policy_version"),
    *_whole("covers_assessment_id", "covers_held_row_id"),
)

open_flag = Table(
    "open_flag",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("instrument", Integer, primary_key=True, autoincrement=False),
    _clinic(),
    *_whole("severity", "since", "policy_version"),
    *_words("trigger_record", "evidence", "threshold"),
)

# Rows of the kernel (lib/clinical/standing.py), as they stand with every record; valid from record_day on.
STANDING_COLUMNS = (
    "as_of",
    "course",
    "has_session",
    "ended_on",
    "last_session_on",
    "n_dosing_sessions",
    "n_sessions_before_latest",
    "is_daily",
    "day_0",
    "n_assessments",
    "category",
    "reason",
    "is_provisional",
    "baseline_total",
    "baseline_on",
    "is_same_day_order_unknown",
    "latest_total",
    "latest_on",
    "nadir_total",
    "first_response_on",
    "is_response_confirmed",
    "was_ever_confirmed",
    "previous_total",
    "look_total",
    "look_on",
    "is_possible_relapse",
    "firm_on",
    "last_valid_on",
)
standing = Table(
    "standing",
    metadata,
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    Column("instrument", Integer, primary_key=True, autoincrement=False),
    Column("course_row", Integer, primary_key=True, autoincrement=False),
    _clinic(),
    *_whole("is_current_course", "is_in_full_list", "record_day", *STANDING_COLUMNS),
)


def _record_table(kind: Kind) -> Table:
    """Every version of every record of a kind. key_hash: which record; value_hash: what it says.

    is_current: the version in force, the last recorded one that is not withdrawn (voided, or its import undone).
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
        _key(),
        _clinic(),
        _patient(),
        Column("import_key", ForeignKey("import.id"), nullable=False, index=True),
        *_whole("line", "key_hash", "value_hash", "recorded_at", "is_current"),
        *_whole("withdrawn_at", is_optional=True),
        *_words("withdrawn_by", "withdrawn_why", is_optional=True),
        *columns,
        Index(f"ix_{kind.name}_key_hash", "key_hash"),
    )


RECORDS = {kind.name: _record_table(kind) for kind in KINDS.values()}
