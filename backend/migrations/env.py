"""Alembic's entry: runs on the connection that `backend.kernel.migrate` opened, each revision in one transaction."""

from alembic import context

from backend.kernel.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
