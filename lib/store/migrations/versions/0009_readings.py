"""With which answers a file was read, and for whose clinics it was offered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for name in ("reading", "scope"):
        op.add_column("import", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in ("reading", "scope"):
        op.drop_column("import", name)
