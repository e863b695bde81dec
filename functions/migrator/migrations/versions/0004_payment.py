"""Payments, the attempts to collect them, and what the gateways notified."""

from alembic import op

from migrator.migrations.delivery import delivery_tables

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(delivery_tables("payment"))
    op.execute("""
        CREATE TABLE payment.payments (
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            booking_number text NOT NULL,
            customer_id uuid NOT NULL,
            provider text NOT NULL,
            method text,
            amount bigint NOT NULL,
            currency text NOT NULL,
            return_url text NOT NULL,
            correlation_id text NOT NULL,
            status text NOT NULL,
            version integer NOT NULL,
            reason text,
            expires_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT payments_pkey PRIMARY KEY (id),
            CONSTRAINT payments_amount_check CHECK (amount > 0),
            CONSTRAINT payments_status_check CHECK (status IN
                ('creating', 'pending', 'succeeded', 'failed', 'review'))
        );
        CREATE INDEX payments_by_booking ON payment.payments (booking_id, created_at, id);
        CREATE UNIQUE INDEX payments_one_open ON payment.payments (booking_id, provider, method, amount)
            NULLS NOT DISTINCT WHERE status IN ('creating', 'pending');
        CREATE TABLE payment.attempts (
            id uuid NOT NULL,
            payment_id uuid NOT NULL,
            provider text NOT NULL,
            gateway_payment_id text,
            confirmation_url text,
            next_poll_at timestamptz,
            CONSTRAINT attempts_pkey PRIMARY KEY (id),
            CONSTRAINT attempts_payment_id_key UNIQUE (payment_id),
            CONSTRAINT attempts_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
            CONSTRAINT attempts_gateway_payment_id_key UNIQUE (provider, gateway_payment_id)
        );
        CREATE INDEX attempts_to_poll ON payment.attempts (next_poll_at) WHERE next_poll_at IS NOT NULL;
        CREATE TABLE payment.notifications (
            id uuid NOT NULL,
            payment_id uuid NOT NULL,
            provider text NOT NULL,
            event text NOT NULL,
            object_id text NOT NULL,
            status text NOT NULL,
            gateway_payment_id text NOT NULL,
            body text NOT NULL,
            received_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT notifications_pkey PRIMARY KEY (id),
            CONSTRAINT notifications_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
            CONSTRAINT notifications_once_key UNIQUE (provider, event, object_id, status)
        );
    """)
