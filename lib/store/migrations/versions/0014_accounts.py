"""Who may sign in, and who has."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHOLE = sa.BigInteger()


def _columns(kind: type[sa.Text] | sa.BigInteger, *names: str, is_optional: bool = False) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=is_optional) for name in names]


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("email", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False, unique=True),
        *_columns(sa.Text, "roles"),
        *_columns(sa.Text, "clinics", "subject", "password", "totp_secret", "enrol_hash", is_optional=True),
        *_columns(_WHOLE, "is_active", "n_failures", "created_at"),
        *_columns(_WHOLE, "failed_at", "totp_step", "enrol_until", is_optional=True),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("reference", sa.Text(), nullable=False, unique=True),
        sa.Column("token_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("account_key", _KEY, sa.ForeignKey("account.id"), nullable=False, index=True),
        *_columns(sa.Text, "way"),
        *_columns(_WHOLE, "created_at", "seen_at", "ends_at"),
        *_columns(_WHOLE, "ended_at", is_optional=True),
        *_columns(sa.Text, "ended_why", is_optional=True),
    )
    op.create_table(
        "broken_glass",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("session_key", _KEY, sa.ForeignKey("sign_in_session.id"), nullable=False, index=True),
        *_columns(sa.Text, "reason"),
        *_columns(_WHOLE, "opened_at", "until"),
    )


def downgrade() -> None:
    for table in ("broken_glass", "sign_in_session", "account"):
        op.drop_table(table)
