"""What every table of the payment service belongs to; `<capability>/tables.py` define them."""

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Text

from core.postgres.tables import Timestamp, delivery_tables

metadata = MetaData(schema="payment")
delivery = delivery_tables(metadata)


def sent_in_attempts() -> list[Column[Any]]:
    """The columns that say how far something is that a gateway is asked for until it answers for good."""
    return [
        Column("attempts", Integer, nullable=False),
        # When to ask for it, or what became of it, next; NULL where there is nothing to do.
        Column("next_attempt_at", Timestamp),
        Column("failure", Text),
        Column("created_at", Timestamp, nullable=False),
        Column("settled_at", Timestamp),
    ]
