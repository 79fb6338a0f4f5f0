"""On PostgreSQL a role for what a researcher reads: the numbers of records and the words that part people into groups; no id,
name, day of birth or text of a patient, no account, and nothing of what stands in a row that waits. Of what comes later it may
read nothing until a migration says so.

The application may take the role on, and leave it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_ROLE, _APP = "dashboard_research", "dashboard_app"
# Of every version of a record: whose and when, and nothing of what it was told apart by.
_VERSION = "id clinic_key patient_key import_key line recorded_at said_again_at is_current withdrawn_at"
_WORDS = {
    "patients": "clinician_id sex indication research_consent",
    "courses": "regimen",
    "assessments": "instrument mode language entered_by",
    "dosing_sessions": "drug formulation route protocol status",
    "adverse_events": "severity",
    **dict.fromkeys(("integration_events", "dose_orders", "observations", "medications", "diagnoses"), ""),
    **dict.fromkeys(("dispensing", "risk_assessments", "contacts", "events", "flag_closings"), ""),
}
_HIDDEN_NUMBERS = {"patients": ("birth_date", "died_on")}
_OF_OTHERS = {
    "patient_identity": "id clinic_key",
    "patient_merge": "id from_key into_key merged_after_event unmerged_after_event unmerged_at",
    "import": "id undone_at",
    "held_row": "id clinic_key state",
    **dict.fromkeys(("decision", "flag_event"), "id"),
}
_WHOLE = (
    *("about", "alembic_version", "clinic", "policy_version", "course_score", "cohort"),
    *("research_release", "research_release_event", "research_release_patient"),
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    # Two stores of one server may be made at one moment.
    op.execute(
        f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{_ROLE}') THEN CREATE ROLE {_ROLE} NOLOGIN; END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
    )
    op.execute(
        f"""DO $$ BEGIN
            IF NOT pg_has_role('{_APP}', '{_ROLE}', 'MEMBER') THEN GRANT {_ROLE} TO {_APP}; END IF;
        EXCEPTION WHEN unique_violation THEN NULL; END $$"""
    )
    op.execute(f"GRANT USAGE ON SCHEMA {schema} TO {_ROLE}")
    op.execute(f"GRANT EXECUTE ON FUNCTION {schema}.clinics_in_sight() TO {_ROLE}")
    for table, columns in _readable(connection).items():
        op.execute(f'GRANT SELECT ({", ".join(columns)}) ON "{table}" TO {_ROLE}')
    for table in _walled(connection):
        op.execute(f'ALTER POLICY own_clinics ON "{table}" TO {_APP}, {_ROLE}')


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table in _walled(connection):
        op.execute(f'ALTER POLICY own_clinics ON "{table}" TO {_APP}')
    # The role is the whole server's, and may serve other databases; here it loses what it may.
    op.execute(f"DROP OWNED BY {_ROLE}")


def _readable(connection: sa.Connection) -> dict[str, list[str]]:
    """Columns by table."""
    found = {table: [f'"{name}"' for name in names.split()] for table, names in _OF_OTHERS.items()}
    for table in (*_WHOLE, *_WORDS):
        columns = sa.inspect(connection).get_columns(table)
        said, hidden = f"{_VERSION} {_WORDS.get(table, '')}".split(), _HIDDEN_NUMBERS.get(table, ())
        found[table] = [
            f'"{column["name"]}"'
            for column in columns
            if table in _WHOLE
            or column["name"] in said
            or (not isinstance(column["type"], sa.Text) and column["name"] not in hidden)
        ]
    return found


def _walled(connection: sa.Connection) -> list[str]:
    query = (
        "SELECT tablename FROM pg_policies WHERE policyname = 'own_clinics' AND schemaname = current_schema()"
    )
    return sorted(connection.execute(sa.text(query)).scalars())
