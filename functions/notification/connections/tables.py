"""Chats and browsers that people connected, and the links that connect chats."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint, Uuid

from core.postgres.tables import Timestamp
from notification.tables import metadata

# A chat may be of several people: of a guest, each booking is one. Who has but the link of a booking connects that one.
connections = Table(
    "connections",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    # `EVERY` is whatever they book.
    Column("booking_id", Uuid, nullable=False),
    # Of a browser, its address at the push service; what encrypts for it is in `browser_keys`.
    Column("chat", Text, nullable=False),
    Column("browser_keys", Text),
    Column("connected_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("person_id", "channel", "booking_id"),
)
Index("connections_by_chat", connections.c.chat, connections.c.channel)

# The token is in the link alone; `chat` is who used it, so that a repeated update does nothing new.
connection_links = Table(
    "connection_links",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("digest", Text, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    Column("chat", Text),
    PrimaryKeyConstraint("person_id", "channel", "booking_id"),
    UniqueConstraint("digest", name="connection_links_digest_key"),
)
