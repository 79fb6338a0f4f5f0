"""Legal holds: patients whose records are kept whatever their age, and who said so."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_WHOLE = sa.BigInteger()
_KEY = _WHOLE.with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("patient_key", _KEY, sa.ForeignKey("patient_identity.id"), nullable=False, index=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("event", "reason", "actor")),
        sa.Column("happened_at", _WHOLE, nullable=False),
    )

    if op.get_bind().dialect.name == "postgresql":
        _build_walls()


def _build_walls() -> None:
    """A hold is there where its patient is; and who works with the product changes no row of the audit."""
    seen = "(SELECT current_setting('app.clinics', true) = '*') OR EXISTS "
    seen += '(SELECT 1 FROM patient_identity WHERE patient_identity.id = "legal_hold"."patient_key")'
    op.execute("ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_clinics ON legal_hold TO dashboard_app USING ({seen}) WITH CHECK ({seen})")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, legal_hold FROM dashboard_app")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("GRANT UPDATE, DELETE ON audit_entry TO dashboard_app")
    op.drop_table("legal_hold")
