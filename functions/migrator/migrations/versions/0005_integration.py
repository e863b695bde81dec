"""The log of every event, and errors by group."""

from alembic import op

from migrator.migrations.delivery import delivery_tables

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(delivery_tables("integration"))
    op.execute("""
        CREATE TABLE integration.events (
            id uuid NOT NULL,
            type text NOT NULL,
            version integer NOT NULL,
            source text NOT NULL,
            time timestamptz NOT NULL,
            correlation_id text NOT NULL,
            causation_id text,
            booking_id uuid,
            payment_id uuid,
            envelope jsonb NOT NULL,
            received_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT events_pkey PRIMARY KEY (id)
        );
        CREATE INDEX events_by_time ON integration.events (time DESC, id);
        CREATE INDEX events_by_type ON integration.events (type, time DESC, id);
        CREATE INDEX events_by_correlation ON integration.events (correlation_id, time DESC, id);
        CREATE INDEX events_by_booking ON integration.events (booking_id, time DESC, id)
            WHERE booking_id IS NOT NULL;
        CREATE INDEX events_by_payment ON integration.events (payment_id, time DESC, id)
            WHERE payment_id IS NOT NULL;
        CREATE TABLE integration.errors (
            service text NOT NULL,
            operation text NOT NULL,
            code text NOT NULL,
            detail text NOT NULL,
            occurrences integer NOT NULL,
            first_seen timestamptz NOT NULL,
            last_seen timestamptz NOT NULL,
            correlation_id text NOT NULL,
            CONSTRAINT errors_pkey PRIMARY KEY (service, operation, code)
        );
    """)
