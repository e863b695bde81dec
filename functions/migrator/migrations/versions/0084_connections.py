"""Chats of messengers that people connected, and the links that connect them."""

from migrator.migrations import online

revision = "0084"
down_revision = "0081"

CONNECTIONS = """
CREATE TABLE IF NOT EXISTS notification.connections (
    person_id uuid NOT NULL,
    channel text NOT NULL,
    booking_id uuid NOT NULL,
    chat text NOT NULL,
    connected_at timestamptz NOT NULL,
    CONSTRAINT connections_pkey PRIMARY KEY (person_id, channel, booking_id)
)
"""
LINKS = """
CREATE TABLE IF NOT EXISTS notification.connection_links (
    person_id uuid NOT NULL,
    channel text NOT NULL,
    booking_id uuid NOT NULL,
    digest text NOT NULL,
    expires_at timestamptz NOT NULL,
    chat text,
    CONSTRAINT connection_links_pkey PRIMARY KEY (person_id, channel, booking_id),
    CONSTRAINT connection_links_digest_key UNIQUE (digest)
)
"""


def upgrade() -> None:
    online.run(CONNECTIONS)
    online.run(LINKS)
    online.index("connections_by_chat", "notification.connections", "(chat, channel)")
