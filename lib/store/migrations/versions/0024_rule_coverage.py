"""What each rule could read of a patient, kept with what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")
_RULES = """
    suicidality_item_9 item_9_not_answered blood_pressure sedation low_oxygen slow_recovery
    tolerability urinary_symptoms liver_enzymes reliable_deterioration relapse non_responder
    non_improver gad7_non_response non_improver_unconfirmed possible_relapse
    worsening_without_baseline discordant_instruments partial_and_flat off_expected_course
    early_watch dose_limits misuse_signals protocol_gaps benzodiazepine stale_baseline
    integration_missed in_person_due no_recent_score not_assessable
"""
_OWN = """
    (SELECT current_setting('app.clinics', true) = '*')
    OR clinic_key = ANY ((SELECT clinics_in_sight())::bigint[])
"""


def upgrade() -> None:
    op.create_table(
        "rule_coverage",
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), primary_key=True),
        sa.Column("clinic_key", _KEY, sa.ForeignKey("clinic.id"), nullable=False),
        *(sa.Column(name, _WHOLE, nullable=False) for name in _RULES.split()),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE rule_coverage ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_clinics ON rule_coverage TO dashboard_app USING ({_OWN}) WITH CHECK ({_OWN})"
        )
    # Everybody is worked out again at the next look.
    op.execute("DELETE FROM about WHERE name = 'flags_as_of'")


def downgrade() -> None:
    op.drop_table("rule_coverage")
