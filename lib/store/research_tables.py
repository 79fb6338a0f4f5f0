"""The tables of research: only ever added to."""

from sqlalchemy import Table, UniqueConstraint

from lib.store.columns import key_column, metadata, whole_columns, word_columns

# A cohort as it was saved. criteria, steps (who left by which, and who is in it): JSON. as_of: days since 1970-01-01.
cohort = Table(
    "cohort",
    metadata,
    key_column(),
    *word_columns("name", "author", "note", "criteria", "steps", "data_version"),
    *whole_columns("version", "as_of", "policy_version", "saved_at"),
    UniqueConstraint("name", "version"),
)
