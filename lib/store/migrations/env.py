"""Alembic's entry: migrations run on the connection that lib.store hands in, inside its transaction."""

from alembic import context

from lib.store import derived_tables, quality_tables, review_tables, tables  # noqa: F401 -- they fill the metadata
from lib.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
