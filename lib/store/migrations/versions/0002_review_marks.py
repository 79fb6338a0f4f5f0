"""Review marks: who has looked at a patient's page, when, and which imports it showed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "review_mark",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        *(
            sa.Column(name, _WHOLE, nullable=False)
            for name in ("reviewed_at", "on_day", "covers_import_key", "covers_withdrawn")
        ),
    )
    for name in ("clinic_key", "patient_key"):
        op.create_index(f"ix_review_mark_{name}", "review_mark", [name])


def downgrade() -> None:
    op.drop_table("review_mark")
