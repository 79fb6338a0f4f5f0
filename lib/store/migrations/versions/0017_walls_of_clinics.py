"""On PostgreSQL: the application is a role that owns nothing, and of each table it sees the rows of the clinics that its
transaction names, in the setting app.clinics (JSON of clinic ids, or * for all of them). Without it there is no row.

The owner of the tables is not held by it. SQLite has no such walls: there the services' own is the only one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_ROLE = "dashboard_app"
# By table, whose rows are those of another one that can be seen: its column, that table.
_FOLLOWS = {
    "reference_score": (("patient_key", "patient_identity"),),
    "research_subject": (("patient_key", "patient_identity"),),
    "research_release_patient": (("patient_key", "patient_identity"),),
    "patient_merge": (("from_key", "patient_identity"), ("into_key", "patient_identity")),
    "merged_row": (("merge_key", "patient_merge"),),
    "two_people": (("first_key", "patient_identity"), ("second_key", "patient_identity")),
    "decision_addendum": (("decision_key", "decision"),),
    "held_row_event": (("held_row_key", "held_row"),),
}
# The owner's rights and no filter of rows inside: the wall of the table `clinic` asks it too.
_CLINICS = """
CREATE FUNCTION {schema}.clinics_in_sight() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE coalesce(current_setting('app.clinics', true), '')
        WHEN '' THEN NULL
        WHEN '*' THEN (SELECT coalesce(array_agg(id), '{{}}') FROM {schema}.clinic)
        ELSE (SELECT coalesce(array_agg(id), '{{}}') FROM {schema}.clinic
              WHERE clinic_id IN (SELECT jsonb_array_elements_text(current_setting('app.clinics', true)::jsonb)))
    END $$
"""
# In a sub-query each is asked once a statement, not once a row.
_SEES_ALL = "(SELECT current_setting('app.clinics', true) = '*')"
_IN_SIGHT = "(SELECT {schema}.clinics_in_sight())::bigint[]"


def upgrade() -> None:
    if (schema := _schema()) is None:
        return
    _make_role()
    op.execute(_CLINICS.format(schema=schema))
    op.execute(f"REVOKE ALL ON FUNCTION {schema}.clinics_in_sight() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {schema}.clinics_in_sight() TO {_ROLE}")
    op.execute(f"GRANT USAGE ON SCHEMA {schema} TO {_ROLE}")
    for what, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE")):
        op.execute(f"GRANT {rights} ON ALL {what} IN SCHEMA {schema} TO {_ROLE}")
        op.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {rights} ON {what} TO {_ROLE}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON {schema}.alembic_version FROM {_ROLE}")
    # What is in the audit stays as it is.
    op.execute(f"REVOKE UPDATE, DELETE ON {schema}.audit_entry FROM {_ROLE}")
    for table, condition in _walls(schema).items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(
            f'CREATE POLICY own_clinics ON "{table}" TO {_ROLE} USING ({condition}) WITH CHECK ({condition})'
        )


def downgrade() -> None:
    if (schema := _schema()) is None:
        return
    for table in _walls(schema):
        op.execute(f'DROP POLICY own_clinics ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    op.execute(f"DROP FUNCTION {schema}.clinics_in_sight()")
    # The role is the whole server's, and may serve other databases; here it loses what it may.
    op.execute(f"DROP OWNED BY {_ROLE}")


def _schema() -> str | None:
    """Where the tables are; None for another database."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return None
    return str(connection.execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one())


def _make_role() -> None:
    # Two stores of one server may be made at one moment.
    op.execute(
        f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{_ROLE}') THEN CREATE ROLE {_ROLE} NOLOGIN; END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""
    )
    op.execute(
        f"""DO $$ BEGIN
            IF NOT pg_has_role('{_ROLE}', 'MEMBER') THEN EXECUTE 'GRANT {_ROLE} TO ' || quote_ident(current_user); END IF;
        END $$"""
    )


def _walls(schema: str) -> dict[str, str]:
    """By table, the condition under which a row of it is there."""
    in_sight = _IN_SIGHT.format(schema=schema)
    walls = {"clinic": f"id = ANY ({in_sight})"}
    for table in sa.inspect(op.get_bind()).get_table_names():
        names = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
        if "clinic_key" in names:
            # A row of no known clinic is everybody's, who asks at all.
            walls[table] = f"clinic_key = ANY ({in_sight}) OR clinic_key IS NULL AND {in_sight} IS NOT NULL"
    for table, followed in _FOLLOWS.items():
        seen = (
            f'EXISTS (SELECT 1 FROM {other} WHERE {other}.id = "{table}"."{name}")'
            for name, other in followed
        )
        walls[table] = walls.get(table, " AND ".join(seen))
    return {table: f"{_SEES_ALL} OR {condition}" for table, condition in walls.items()}
