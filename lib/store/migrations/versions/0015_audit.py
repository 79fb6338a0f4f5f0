"""The audit: one row for each act, in a chain; and of closings and addenda whether who wrote them was signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_WHOLE = sa.BigInteger()
_SIGNED = ("flag_event", "decision_addendum")
_REFUSAL = "SELECT RAISE(ABORT, 'the audit is only ever added to')"
# INSERT OR REPLACE fires no trigger of a deletion: a row is taken only where it is the next one.
_TRIGGERS = {
    "audit_entry_stays": f"BEFORE UPDATE ON audit_entry BEGIN {_REFUSAL}; END",
    "audit_entry_remains": f"BEFORE DELETE ON audit_entry BEGIN {_REFUSAL}; END",
    "audit_entry_follows": "BEFORE INSERT ON audit_entry WHEN NEW.seq IS NOT "
    f"(SELECT COALESCE(MAX(seq), 0) + 1 FROM audit_entry) BEGIN {_REFUSAL}; END",
}


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", _WHOLE, primary_key=True, autoincrement=False),
        sa.Column("happened_at", _WHOLE, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "role", "act")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("session", "subject")),
        *(sa.Column(name, _WHOLE, nullable=True) for name in ("clinic_key", "patient_key")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("detail", "key_id", "mac")),
        sa.Index("ix_audit_entry_patient_key", "patient_key"),
    )
    # What stands there already was written before anybody could sign in.
    for table in _SIGNED:
        op.add_column(table, sa.Column("is_verified", _WHOLE, nullable=False, server_default="0"))
    # On PostgreSQL the role that the product connects as has no right to change a row.
    if op.get_bind().dialect.name == "sqlite":
        for name, body in _TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade() -> None:
    for table in _SIGNED:
        op.drop_column(table, "is_verified")
    op.drop_table("audit_entry")
