"""Alembic's entry: migrations run on the connection that lib.store hands in, inside its transaction."""

from alembic import context

from lib.store import (  # noqa: F401 -- they fill the metadata
    account_tables,
    audit_tables,
    derived_tables,
    quality_tables,
    release_tables,
    research_tables,
    retention_tables,
    review_tables,
    tables,
)
from lib.store.columns import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
