"""Keeps what was published for a while, to publish it again; forgets deliveries that are too old to repeat."""

from alembic import op

revision = "0012"
down_revision = "0011"

SERVICES = ("gateway", "booking", "payment", "integration", "notification")
DELIVERIES = """
ALTER TABLE {schema}.outbox ADD COLUMN replay_at timestamptz;
CREATE INDEX outbox_replays ON {schema}.outbox (position) WHERE replay_at IS NOT NULL;
CREATE INDEX outbox_by_age ON {schema}.outbox USING brin (created_at);
CREATE INDEX inbox_by_age ON {schema}.inbox USING brin (received_at);
CREATE INDEX idempotency_keys_by_age ON {schema}.idempotency_keys USING brin (created_at);
"""


def upgrade() -> None:
    for schema in SERVICES:
        op.execute(DELIVERIES.format(schema=schema))
