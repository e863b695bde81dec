"""What people left, and the secrets of the links that leave it."""

from migrator.migrations import online

revision = "0075"
down_revision = "0074"

READERS = """
CREATE TABLE IF NOT EXISTS notification.readers (
    person_id uuid NOT NULL,
    secret text NOT NULL,
    CONSTRAINT readers_pkey PRIMARY KEY (person_id),
    CONSTRAINT readers_secret_key UNIQUE (secret)
)
"""
LEFT_MESSAGES = """
CREATE TABLE IF NOT EXISTS notification.left_messages (
    person_id uuid NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    left_at timestamptz NOT NULL,
    CONSTRAINT left_messages_pkey PRIMARY KEY (person_id, kind, channel)
)
"""


def upgrade() -> None:
    online.run(READERS)
    online.run(LEFT_MESSAGES)
