"""Tries of passwords are counted, and from where an owner signed in is known."""

from migrator.migrations import online

revision = "0034"
down_revision = "0033"

TRIES = """
CREATE TABLE IF NOT EXISTS gateway.tries (
    key text NOT NULL,
    failures integer NOT NULL,
    failed_at timestamptz NOT NULL,
    free_at timestamptz NOT NULL,
    CONSTRAINT tries_pkey PRIMARY KEY (key)
)
"""
KNOWN_ADDRESSES = """
CREATE TABLE IF NOT EXISTS gateway.known_addresses (
    user_id uuid NOT NULL,
    address text NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT known_addresses_pkey PRIMARY KEY (user_id, address),
    CONSTRAINT known_addresses_user_id_fkey FOREIGN KEY (user_id) REFERENCES gateway.users (id)
)
"""


def upgrade() -> None:
    online.run(TRIES)
    online.run(KNOWN_ADDRESSES)
    online.index("tries_by_age", "gateway.tries", "(failed_at)")
    online.index("known_addresses_by_age", "gateway.known_addresses", "(seen_at)")
