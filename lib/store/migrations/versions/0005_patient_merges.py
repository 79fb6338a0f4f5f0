"""Two identities that are one person: who said so, and which rows moved, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "patient_merge",
        sa.Column("id", _KEY, primary_key=True),
        *(
            sa.Column(name, _KEY, sa.ForeignKey("patient_identity.id"), nullable=False)
            for name in ("from_key", "into_key")
        ),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("merged_by", "merged_why")),
        *(sa.Column(name, _WHOLE, nullable=False) for name in ("merged_at", "merged_after_event")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("unmerged_by", "unmerged_why")),
        *(sa.Column(name, _WHOLE, nullable=True) for name in ("unmerged_at", "unmerged_after_event")),
    )
    op.create_table(
        "merged_row",
        sa.Column("merge_key", _KEY, sa.ForeignKey("patient_merge.id"), primary_key=True),
        sa.Column("table", sa.Text(), primary_key=True),
        sa.Column("row_id", _WHOLE, primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("merged_row")
    op.drop_table("patient_merge")
