"""What all tables of the integration service have in common: their schema, and the outbox with what belongs to it."""

from sqlalchemy import MetaData

from core.postgres.tables import delivery_tables

metadata = MetaData(schema="integration")
delivery = delivery_tables(metadata)
