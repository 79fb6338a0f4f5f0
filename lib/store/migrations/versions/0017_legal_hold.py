"""Legal holds: patients whose records are kept whatever their age, and who said so."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False, index=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("event", "reason", "actor")),
        sa.Column("happened_at", _WHOLE, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("legal_hold")
