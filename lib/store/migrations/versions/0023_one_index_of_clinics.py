"""A clinic's records are found by the index of the newest of them: a second one by clinic alone cost every import its writing."""

from alembic import op

revision = "0023"
down_revision = "0022"

_KINDS = ("assessments", "dosing_sessions")


def upgrade() -> None:
    for kind in _KINDS:
        op.drop_index(f"ix_{kind}_clinic_key", kind)


def downgrade() -> None:
    for kind in _KINDS:
        op.create_index(f"ix_{kind}_clinic_key", kind, ["clinic_key"])
