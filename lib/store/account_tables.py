"""The tables of who may sign in and who has: of no patient, and never copied with what was known on a day."""

from sqlalchemy import Column, ForeignKey, Table, Text

from lib.store.columns import key_column, metadata, whole_columns, word_columns

# roles: of lib.services.access.Role, with commas. clinics: their ids as JSON, None for all of them. subject: who this is at the
# identity provider, known since the first sign-in there. password (argon2), totp_secret and totp_step (the last time step that
# was used) are of local accounts; enrol_hash of an invitation that was not taken up yet.
account = Table(
    "account",
    metadata,
    key_column(),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    *word_columns("roles"),
    *word_columns("clinics", "subject", "password", "totp_secret", "enrol_hash", is_optional=True),
    *whole_columns("is_active", "n_failures", "created_at"),
    *whole_columns("failed_at", "totp_step", "enrol_until", is_optional=True),
)

# reference: what the audit calls the sign-in. token_hash: sha256 of the cookie, which is nowhere else. way: provider or password.
sign_in_session = Table(
    "sign_in_session",
    metadata,
    key_column(),
    Column("reference", Text, nullable=False, unique=True),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("account_key", ForeignKey("account.id"), nullable=False, index=True),
    *word_columns("way"),
    *whole_columns("created_at", "seen_at", "ends_at"),
    *whole_columns("ended_at", is_optional=True),
    *word_columns("ended_why", is_optional=True),
)

# Whoever may not read patients' records opened them in an emergency, until a moment.
broken_glass = Table(
    "broken_glass",
    metadata,
    key_column(),
    Column("session_key", ForeignKey("sign_in_session.id"), nullable=False, index=True),
    *word_columns("reason"),
    *whole_columns("opened_at", "until"),
)
