"""The tables of dose reviews, and of identities that are one person: only ever added to, but for the taking back of a merge."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Table, Text

from lib.store.columns import clinic_column, key_column, metadata, patient_column, whole_columns, word_columns

review_event = Table(
    "review_event",
    metadata,
    key_column(),
    clinic_column(),
    patient_column(),
    *word_columns("event", "note", "actor"),
    *whole_columns("happened_at", "on_day"),
)

# Signed and locked. token: of the form that was signed, so that two presses are one decision.
decision = Table(
    "decision",
    metadata,
    key_column(),
    clinic_column(),
    patient_column(),
    Column("token", Text, nullable=False, unique=True),
    *word_columns("signer", "options", "reasons", "checklist", "expected_effect", "flags", "note"),
    *whole_columns("signed_at", "on_day", "is_verified", "review_by", "policy_version", "covers_import_key"),
    *(
        Column(name, Double, nullable=True)
        for name in ("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days")
    ),
)

decision_addendum = Table(
    "decision_addendum",
    metadata,
    key_column(),
    Column("decision_key", ForeignKey("decision.id"), nullable=False, index=True),
    *word_columns("text", "actor"),
    *whole_columns("happened_at", "on_day"),
    Column("is_verified", BigInteger, nullable=False, server_default="0"),
)

# merged_after_event, unmerged_after_event: the last row of flag_event at that moment. Two things can happen in one second, and
# which of them came first decides what a closing covers.
patient_merge = Table(
    "patient_merge",
    metadata,
    key_column(),
    Column("from_key", ForeignKey("patient_identity.id"), nullable=False),
    Column("into_key", ForeignKey("patient_identity.id"), nullable=False),
    *word_columns("merged_by", "merged_why"),
    *whole_columns("merged_at", "merged_after_event"),
    *word_columns("unmerged_by", "unmerged_why", is_optional=True),
    *whole_columns("unmerged_at", "unmerged_after_event", is_optional=True),
)

# Which rows a merge gave to the other identity.
merged_row = Table(
    "merged_row",
    metadata,
    Column("merge_key", ForeignKey("patient_merge.id"), primary_key=True),
    Column("table", Text, primary_key=True),
    Column("row_id", BigInteger, primary_key=True, autoincrement=False),
)
