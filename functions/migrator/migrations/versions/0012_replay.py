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
REPLAYS = """
CREATE TABLE integration.replays (
    id uuid NOT NULL,
    status text NOT NULL,
    "from" timestamptz NOT NULL,
    "to" timestamptz NOT NULL,
    type text,
    correlation_id text,
    booking_id uuid,
    subscriber text,
    reason text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    total integer NOT NULL,
    sent integer NOT NULL,
    reached timestamptz,
    reached_id uuid,
    attempts integer NOT NULL,
    next_attempt_at timestamptz,
    error text,
    finished_at timestamptz,
    CONSTRAINT replays_pkey PRIMARY KEY (id),
    CONSTRAINT replays_status_check CHECK (status IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT replays_next_attempt_check
        CHECK ((status IN ('waiting', 'running')) = (next_attempt_at IS NOT NULL))
);
CREATE INDEX replays_by_time ON integration.replays (requested_at DESC, id);
CREATE INDEX replays_open ON integration.replays (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
"""


def upgrade() -> None:
    for schema in SERVICES:
        op.execute(DELIVERIES.format(schema=schema))
    op.execute(REPLAYS)
