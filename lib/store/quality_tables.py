"""The tables of the quarantine and of data quality: only ever added to, but for a day's counts, which its last count replaces."""

from sqlalchemy import Column, ForeignKey, Table

from lib.store.columns import clinic_column, key_column, metadata, whole_columns, word_columns

# What was done about a row that waits. event: a word of lib.store.quarantine; cells: the corrected cells, JSON, or "".
held_row_event = Table(
    "held_row_event",
    metadata,
    key_column(),
    Column("held_row_key", ForeignKey("held_row.id"), nullable=False, index=True),
    *word_columns("event", "to_actor", "reason", "cells", "actor"),
    *whole_columns("happened_at"),
)

# What each check of data quality counted on a day, in a clinic (NULL: of rows whose clinic nobody knows).
quality_count = Table(
    "quality_count",
    metadata,
    key_column(),
    clinic_column(is_optional=True),
    *word_columns("check_code"),
    *whole_columns("on_day", "counted_at", "n_asked", "n_failing", "n_waived"),
)

# A failing row that somebody lets stand until a day; the newest of a check and a record is in force. record: kind:key.
quality_waiver = Table(
    "quality_waiver",
    metadata,
    key_column(),
    *word_columns("check_code", "record", "event", "reason", "actor"),
    *whole_columns("until_day", "happened_at"),
)

# That two identities which look alike are two people; the newest of a pair is in force. first_key is the lower one.
two_people = Table(
    "two_people",
    metadata,
    key_column(),
    Column("first_key", ForeignKey("patient_identity.id"), nullable=False),
    Column("second_key", ForeignKey("patient_identity.id"), nullable=False),
    *word_columns("event", "reason", "actor"),
    *whole_columns("happened_at"),
)
