"""The table of the audit: who did what, when, to whom. Only ever added to, and each row sealed together with those before it."""

from sqlalchemy import BigInteger, Column, Index, Table

from lib.store.columns import metadata, whole_columns, word_columns

# No row of it refers to another table: it outlives what it tells of, and nothing that is merged or purged reaches it.
# happened_at: UTC epoch seconds; of two in one second, or of a clock that was set back, seq says which came first.
# subject: which row it was about, like decision:12. detail: codes and counts, JSON. key_id: of the key that made mac.
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    *whole_columns("happened_at"),
    *word_columns("actor", "role", "act"),
    *word_columns("session", "subject", is_optional=True),
    *whole_columns("clinic_key", "patient_key", is_optional=True),
    *word_columns("detail", "key_id", "mac"),
    Index("ix_audit_entry_patient_key", "patient_key"),
)
