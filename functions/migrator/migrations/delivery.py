"""The delivery tables (outbox, inbox, idempotency keys) as the first migrations created them; frozen."""

DELIVERY_TABLES = """
CREATE TABLE {schema}.outbox (
    position bigint GENERATED ALWAYS AS IDENTITY,
    event_id uuid NOT NULL,
    type text NOT NULL,
    envelope jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now() + interval '10 seconds',
    published_at timestamptz,
    CONSTRAINT outbox_pkey PRIMARY KEY (position),
    CONSTRAINT outbox_event_id_key UNIQUE (event_id)
);
CREATE INDEX outbox_unpublished ON {schema}.outbox (next_attempt_at) WHERE published_at IS NULL;
CREATE TABLE {schema}.inbox (
    subscriber text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inbox_pkey PRIMARY KEY (subscriber, event_id)
);
CREATE TABLE {schema}.idempotency_keys (
    principal text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    response jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, operation, key)
);
"""


def delivery_tables(schema: str) -> str:
    """The SQL that creates them in one schema."""
    return DELIVERY_TABLES.format(schema=schema)
