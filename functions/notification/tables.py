"""What all tables of the notification service have in common: their schema, and the outbox with what belongs to it."""

from sqlalchemy import MetaData

from core.postgres.tables import delivery_tables

metadata = MetaData(schema="notification")
delivery = delivery_tables(metadata)
