"""What each course comes to on the days that a clinic's figures look at, whose names were looked at behind them and why; a
hospice date of patients."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_NUMBERS = (
    *("day_0", "ended_on", "last_session_on", "n_sessions", "is_daily", "record_day"),
    *("baseline_total", "baseline_on"),
    *(f"session_{number}_total" for number in range(1, 7)),
    *("week_4_total", "week_12_total", "latest_total", "unsure", "latest_on"),
    *("response_on", "remission_on", "relapse_on"),
)


def upgrade() -> None:
    op.create_table(
        "course_score",
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), primary_key=True),
        sa.Column("instrument", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("course_row", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=False, index=True),
        *(sa.Column(name, _WHOLE, nullable=False) for name in _NUMBERS),
    )
    op.create_table(
        "list_opening",
        sa.Column("id", _KEY, primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "purpose", "what")),
        *(sa.Column(name, _WHOLE, nullable=False) for name in ("n_patients", "opened_at")),
    )
    op.add_column("patients", sa.Column("hospice_on", _WHOLE, nullable=True))
    # Everybody is worked out again at the next look.
    op.execute("DELETE FROM about WHERE name = 'flags_as_of'")


def downgrade() -> None:
    op.drop_column("patients", "hospice_on")
    op.drop_table("list_opening")
    op.drop_table("course_score")
