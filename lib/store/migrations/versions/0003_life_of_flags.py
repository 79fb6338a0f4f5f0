"""What happens to flags beside closing them, what each refresh changed in them, and who stands in for whom."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_NEW_COLUMNS: dict[str, Any] = {
    "instrument": _WHOLE,
    "until_day": _WHOLE,
    "covers_adverse_event_id": _WHOLE,
    "to_actor": sa.Text(),
    "evidence": sa.Text(),
}


def upgrade() -> None:
    for name, type_ in _NEW_COLUMNS.items():
        op.add_column("flag_event", sa.Column(name, type_, nullable=True))
    op.create_table(
        "flag_log",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("rule", "change", "evidence")),
        *(
            sa.Column(name, _WHOLE, nullable=False)
            for name in (
                "instrument",
                "severity",
                "since",
                "on_day",
                "happened_at",
                "policy_version",
                "import_key",
            )
        ),
    )
    for name in ("clinic_key", "patient_key"):
        op.create_index(f"ix_flag_log_{name}", "flag_log", [name])
    op.create_table(
        "absence",
        sa.Column("id", _KEY, primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("absent", "cover", "actor")),
        *(sa.Column(name, _WHOLE, nullable=False) for name in ("from_day", "to_day", "happened_at")),
    )


def downgrade() -> None:
    op.drop_table("absence")
    op.drop_table("flag_log")
    for name in _NEW_COLUMNS:
        op.drop_column("flag_event", name)
