"""Owners and corrections of rows that wait, the counts of data quality, what is waived, and who are two people."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def _key() -> sa.Column:
    return sa.Column("id", _KEY, primary_key=True)


def _words(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _wholes(*names: str) -> list[sa.Column]:
    return [sa.Column(name, _WHOLE, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "held_row_event",
        _key(),
        sa.Column("held_row_key", _KEY, sa.ForeignKey("held_row.id"), nullable=False, index=True),
        *_words("event", "to_actor", "reason", "cells", "actor"),
        *_wholes("happened_at"),
    )
    op.create_table(
        "quality_count",
        _key(),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=True, index=True),
        *_words("check_code"),
        *_wholes("on_day", "counted_at", "n_asked", "n_failing", "n_waived"),
    )
    op.create_table(
        "quality_waiver",
        _key(),
        *_words("check_code", "record", "event", "reason", "actor"),
        *_wholes("until_day", "happened_at"),
    )
    op.create_table(
        "two_people",
        _key(),
        sa.Column("first_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False),
        sa.Column("second_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False),
        *_words("event", "reason", "actor"),
        *_wholes("happened_at"),
    )


def downgrade() -> None:
    for table in ("two_people", "quality_waiver", "quality_count", "held_row_event"):
        op.drop_table(table)
