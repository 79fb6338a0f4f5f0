"""Flags that are no longer met and wait for a second look, and whom courses are held against."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("is_eased", "is_waiting"):
        op.add_column("open_flag", sa.Column(name, _WHOLE, nullable=True))
    op.create_table(
        "reference_score",
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), primary_key=True),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=False, index=True),
        sa.Column("baseline", _WHOLE, nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("reference_score")
    for name in ("is_eased", "is_waiting"):
        op.drop_column("open_flag", name)
