"""What an import looks up is found by an index: who an id could mean, files by their bytes, rows that wait."""

import sqlalchemy as sa
from alembic import op

from lib.clinical.lookalikes import fold_alike

revision = "0021"
down_revision = "0020"

_INDEXES = {
    "ix_patient_identity_alike": ("patient_identity", ["alike"]),
    "ix_patients_birth_date": ("patients", ["birth_date"]),
    "ix_import_sha256": ("import", ["sha256"]),
    "ix_held_row_patient_id": ("held_row", ["patient_id"]),
    "ix_held_row_state_code": ("held_row", ["state", "code"]),
}
_IDENTITY = sa.table("patient_identity", sa.column("id"), sa.column("patient_id"), sa.column("alike"))


def upgrade() -> None:
    column = sa.Column("alike", sa.Text(), nullable=False, server_default="")
    op.add_column("patient_identity", column)
    connection = op.get_bind()
    known = connection.execute(sa.select(_IDENTITY.c.id, _IDENTITY.c.patient_id)).all()
    if known:
        filled = sa.update(_IDENTITY).where(_IDENTITY.c.id == sa.bindparam("key"))
        filled = filled.values(alike=sa.bindparam("folded"))
        connection.execute(filled, [{"key": key, "folded": fold_alike(name)} for key, name in known])
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("patient_identity", "alike")
