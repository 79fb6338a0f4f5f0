"""What left for research: random names of people by project, releases, whom they hold, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_WORDS = (
    "project",
    "purpose",
    "recipient",
    "agreement",
    "privacy",
    "actor",
    "data_version",
    "about",
    "manifest_sha256",
)
_NUMBERS = ("made_at", "expires_on", "policy_version", "n_patients", "n_rows")


def upgrade() -> None:
    op.create_table(
        "research_subject",
        sa.Column("project", sa.Text(), primary_key=True),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), primary_key=True),
        sa.Column("research_id", sa.Text(), nullable=False, unique=True),
        *(sa.Column(name, _WHOLE, nullable=False) for name in ("shift_days", "made_at")),
    )
    op.create_table(
        "research_release",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("digest", sa.Text(), nullable=False, unique=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _WORDS),
        *(sa.Column(name, _WHOLE, nullable=False) for name in _NUMBERS),
    )
    op.create_table(
        "research_release_patient",
        sa.Column("release_key", _KEY, sa.ForeignKey("research_release.id"), primary_key=True),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), primary_key=True),
        sa.Column("made_at", _WHOLE, nullable=False),
    )
    op.create_table(
        "research_release_event",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("release_key", _KEY, sa.ForeignKey("research_release.id"), nullable=False, index=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("event", "note", "actor")),
        sa.Column("happened_at", _WHOLE, nullable=False),
    )


def downgrade() -> None:
    for table in (
        "research_release_event",
        "research_release_patient",
        "research_release",
        "research_subject",
    ):
        op.drop_table(table)
