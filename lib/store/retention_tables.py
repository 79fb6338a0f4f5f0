"""The table of legal holds: only ever added to."""

from sqlalchemy import Table

from lib.store.columns import key_column, metadata, patient_column, whole_columns, word_columns

# event: held or released; the last one of a patient counts.
legal_hold = Table(
    "legal_hold",
    metadata,
    key_column(),
    patient_column(),
    *word_columns("event", "reason", "actor"),
    *whole_columns("happened_at"),
)
