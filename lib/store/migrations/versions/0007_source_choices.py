"""How files of one shape are read, as somebody said."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_WHOLE = sa.BigInteger()


def upgrade() -> None:
    op.create_table(
        "source_choice",
        sa.Column("id", _WHOLE.with_variant(sa.Integer(), "sqlite"), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "choices", "columns", "actor")),
        sa.Column("saved_at", _WHOLE, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("source_choice")
