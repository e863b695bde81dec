"""Refunds and the ledger of the payment service, and what the booking service knows of money that went back."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _payment()
    _ledger()
    _booking()


def _payment() -> None:
    # Nothing was ever kept of an earlier payment when these were made: each was to cover its own amount.
    op.execute("""
        ALTER TABLE payment.payments ADD COLUMN covers bigint;
        UPDATE payment.payments SET covers = amount;
        ALTER TABLE payment.payments ALTER COLUMN covers SET NOT NULL;
        CREATE TABLE payment.refunds (
            id uuid NOT NULL,
            position bigint GENERATED ALWAYS AS IDENTITY,
            payment_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            customer_id uuid NOT NULL,
            amount bigint NOT NULL,
            reason text NOT NULL,
            comment text,
            cause text NOT NULL,
            requested_by text NOT NULL,
            status text NOT NULL,
            version integer NOT NULL,
            key uuid NOT NULL,
            gateway_refund_id text,
            attempts integer NOT NULL,
            next_attempt_at timestamptz,
            failure text,
            created_at timestamptz NOT NULL,
            settled_at timestamptz,
            CONSTRAINT refunds_pkey PRIMARY KEY (id),
            CONSTRAINT refunds_position_key UNIQUE (position),
            CONSTRAINT refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
            CONSTRAINT refunds_once_key UNIQUE (cause, payment_id),
            CONSTRAINT refunds_amount_check CHECK (amount > 0),
            CONSTRAINT refunds_status_check CHECK (status IN ('creating', 'pending', 'succeeded', 'failed')),
            CONSTRAINT refunds_open_check CHECK (
                (status IN ('creating', 'pending')) = (next_attempt_at IS NOT NULL)
                AND (status IN ('succeeded', 'failed')) = (settled_at IS NOT NULL))
        );
        CREATE INDEX refunds_by_payment ON payment.refunds (payment_id, position);
        CREATE INDEX refunds_to_attempt ON payment.refunds (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
    """)


def _ledger() -> None:
    op.execute("""
        CREATE TABLE payment.ledger (
            id bigint GENERATED ALWAYS AS IDENTITY,
            booking_id uuid NOT NULL,
            payment_id uuid NOT NULL,
            refund_id uuid,
            kind text NOT NULL,
            amount bigint NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT ledger_pkey PRIMARY KEY (id),
            CONSTRAINT ledger_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
            CONSTRAINT ledger_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES payment.refunds (id),
            CONSTRAINT ledger_refund_id_key UNIQUE (refund_id),
            CONSTRAINT ledger_kind_check CHECK (
                (kind = 'payment' AND amount > 0 AND refund_id IS NULL)
                OR (kind = 'refund' AND amount < 0 AND refund_id IS NOT NULL))
        );
        CREATE INDEX ledger_by_booking ON payment.ledger (booking_id, id);
        CREATE UNIQUE INDEX ledger_one_payment ON payment.ledger (payment_id) WHERE kind = 'payment';
        REVOKE UPDATE, DELETE ON payment.ledger FROM cyclorama_payment;
        INSERT INTO payment.ledger (booking_id, payment_id, kind, amount, at)
        SELECT booking_id, id, 'payment', amount, created_at
        FROM payment.payments WHERE status = 'succeeded' ORDER BY created_at, id;
    """)


def _booking() -> None:
    op.execute("""
        ALTER TABLE booking.bookings ADD COLUMN refunded integer NOT NULL DEFAULT 0;
        ALTER TABLE booking.bookings ADD CONSTRAINT bookings_refunded_check CHECK (refunded >= 0);
        CREATE TABLE booking.refunds (
            refund_id uuid NOT NULL,
            payment_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            amount integer NOT NULL,
            noted_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT refunds_pkey PRIMARY KEY (refund_id),
            CONSTRAINT refunds_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id),
            CONSTRAINT refunds_amount_check CHECK (amount > 0)
        );
        CREATE INDEX refunds_by_payment ON booking.refunds (payment_id);
    """)
