"""Of whose clinics an absence is: without it another clinic would read who is away. Earlier ones stay everybody's."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("absence", sa.Column("clinics", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("absence", "clinics")
