"""Alembic's entry: runs the migrations on the connection that the caller opened, each in a transaction of its own."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], version_table_schema="public", transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
