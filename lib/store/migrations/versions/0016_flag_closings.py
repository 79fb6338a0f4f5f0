"""Closings of flags that a file brought from another store: a kind of record like the others."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_OTHERS = {"clinic_key": "clinic", "patient_key": "patient_identity", "import_key": "import"}


def upgrade() -> None:
    op.create_table(
        "flag_closings",
        sa.Column("id", _KEY, primary_key=True),
        *(
            sa.Column(name, _KEY, sa.ForeignKey(f"{table}.id"), nullable=False, index=True)
            for name, table in _OTHERS.items()
        ),
        sa.Column("line", _WHOLE, nullable=False),
        sa.Column("key_hash", _WHOLE, nullable=False, index=True),
        *(sa.Column(name, _WHOLE, nullable=False) for name in ("value_hash", "recorded_at", "is_current")),
        *(sa.Column(name, _WHOLE) for name in ("withdrawn_at", "said_again_at")),
        *(sa.Column(name, sa.Text()) for name in ("withdrawn_by", "withdrawn_why", "rule", "instrument")),
        sa.Column("closed_on", _WHOLE),
        *(sa.Column(name, sa.Text()) for name in ("evidence", "closed_by", "reason_code", "note")),
        *(sa.Column(name, _WHOLE) for name in ("is_assessed", "policy_version")),
    )


def downgrade() -> None:
    op.drop_table("flag_closings")
