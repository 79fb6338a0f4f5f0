"""Cohorts as they were saved: what was asked for, of which state of the data, and who was in them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_WORDS = ("name", "author", "note", "criteria", "steps", "data_version")
_NUMBERS = ("version", "as_of", "policy_version", "saved_at")


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("id", _KEY, primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        *(sa.Column(name, _WHOLE, nullable=False) for name in _NUMBERS),
        sa.UniqueConstraint("name", "version"),
    )


def downgrade() -> None:
    op.drop_table("cohort")
