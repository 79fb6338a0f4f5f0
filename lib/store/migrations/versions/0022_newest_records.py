"""The newest record of each clinic is found by an index: how old the data are stands on every page."""

from alembic import op

revision = "0022"
down_revision = "0021"

_MOMENTS = {"assessments": "assessed_at", "dosing_sessions": "started_at"}


def upgrade() -> None:
    for kind, event in _MOMENTS.items():
        columns = ["clinic_key", "is_current", f"{event}_day", f"{event}_second"]
        op.create_index(f"ix_{kind}_newest", kind, columns)


def downgrade() -> None:
    for kind in _MOMENTS:
        op.drop_index(f"ix_{kind}_newest", kind)
