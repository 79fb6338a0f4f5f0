"""Schema versions, run by Alembic."""

HEAD = "0024"
