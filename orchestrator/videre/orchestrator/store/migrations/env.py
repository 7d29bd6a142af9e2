"""Alembic's entry: runs on the connection that `database.migrate` hands over."""

from __future__ import annotations

from alembic import context

from videre.orchestrator.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="videre_schema",
)
with context.begin_transaction():
    context.run_migrations()
