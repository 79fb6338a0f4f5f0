"""Dose reviews: what was done about a patient's flags, the signed decisions, and what was added to them later."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "review_event",
        *_of_patient("review_event"),
        *_words("event", "note", "actor"),
        *_whole("happened_at", "on_day"),
    )
    op.create_table(
        "decision",
        *_of_patient("decision"),
        sa.Column("token", sa.Text(), nullable=False, unique=True),
        *_words("signer", "options", "reasons", "checklist", "expected_effect", "flags", "note"),
        *_whole("signed_at", "on_day", "is_verified", "review_by", "policy_version", "covers_import_key"),
        *(
            sa.Column(name, sa.Double(), nullable=True)
            for name in ("old_dose_mg", "new_dose_mg", "old_interval_days", "new_interval_days")
        ),
    )
    op.create_table(
        "decision_addendum",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("decision_key", _KEY, sa.ForeignKey("decision.id"), nullable=False),
        *_words("text", "actor"),
        *_whole("happened_at", "on_day"),
    )
    for table in ("review_event", "decision"):
        for name in ("clinic_key", "patient_key"):
            op.create_index(f"ix_{table}_{name}", table, [name])
    op.create_index("ix_decision_addendum_decision_key", "decision_addendum", ["decision_key"])


def downgrade() -> None:
    for table in ("decision_addendum", "decision", "review_event"):
        op.drop_table(table)


def _of_patient(table: str) -> list[sa.Column]:
    return [
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False),
    ]


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column]:
    return [sa.Column(name, _WHOLE, nullable=False) for name in names]
