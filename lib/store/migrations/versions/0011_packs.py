"""Monthly packs as they were made: who, when, of what, and their bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_WHOLE = sa.BigInteger()
_WORDS = ("made_by", "clinics", "data_version", "content_sha256", "html_sha256", "pdf_sha256")
_NUMBERS = ("made_at", "first_day", "last_day", "as_of_day", "policy_version")


def upgrade() -> None:
    op.create_table(
        "pack",
        sa.Column("id", _WHOLE.with_variant(sa.Integer(), "sqlite"), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        *(sa.Column(name, _WHOLE, nullable=False) for name in _NUMBERS),
        sa.Column("html", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pack")
