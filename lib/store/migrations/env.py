"""Alembic's entry: migrations run on the connection that lib.store hands in, inside its transaction."""

from alembic import context

from lib.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
