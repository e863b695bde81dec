"""What the tables of the booking service have in common; those of each capability are in its folder."""

from sqlalchemy import MetaData

from core.postgres.tables import delivery_tables

metadata = MetaData(schema="booking")
delivery = delivery_tables(metadata)
