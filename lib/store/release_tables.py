"""The tables of what left for research: only ever added to."""

from sqlalchemy import Column, ForeignKey, Table, Text

from lib.store.columns import key_column, metadata, whole_columns, word_columns

# What a person is called in a project, and by how many days their dates are moved in it: drawn at random, once, and kept apart
# project by project. Without these rows nobody can tell who is meant.
research_subject = Table(
    "research_subject",
    metadata,
    Column("project", Text, primary_key=True),
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    Column("research_id", Text, nullable=False, unique=True),
    *whole_columns("shift_days", "made_at"),
)

# digest: of all that its bytes follow from, so that the same release made again is the same row. about: what its manifest says,
# JSON. expires_on: days since 1970-01-01.
research_release = Table(
    "research_release",
    metadata,
    key_column(),
    Column("digest", Text, nullable=False, unique=True),
    *word_columns("project", "purpose", "recipient", "agreement", "privacy", "actor"),
    *word_columns("data_version", "about", "manifest_sha256"),
    *whole_columns("made_at", "expires_on", "policy_version", "n_patients", "n_rows"),
)

# Of whom there are rows, or counts, in a release.
research_release_patient = Table(
    "research_release_patient",
    metadata,
    Column("release_key", ForeignKey("research_release.id"), primary_key=True),
    Column("patient_key", ForeignKey("patient_identity.id"), primary_key=True),
    *whole_columns("made_at"),
)

# What happened to a release: made, made again, destroyed.
research_release_event = Table(
    "research_release_event",
    metadata,
    key_column(),
    Column("release_key", ForeignKey("research_release.id"), nullable=False, index=True),
    *word_columns("event", "note", "actor"),
    *whole_columns("happened_at"),
)
