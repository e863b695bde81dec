"""What a payment is for and what was taken of it; receipts; comparisons with the gateways' books."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE payment.payments
            ADD COLUMN purpose text NOT NULL DEFAULT 'prepayment',
            ADD COLUMN two_stage boolean NOT NULL DEFAULT false,
            ADD COLUMN taken bigint NOT NULL DEFAULT 0;
        UPDATE payment.payments SET taken = amount WHERE status = 'succeeded';
        ALTER TABLE payment.payments
            ADD CONSTRAINT payments_taken_check CHECK (taken >= 0),
            ADD CONSTRAINT payments_purpose_check CHECK (purpose IN ('prepayment', 'full', 'balance'));
    """)
    op.execute("ALTER TABLE payment.refunds ADD COLUMN decided_by text, ADD COLUMN decision text")
    _receipts()
    _reconciliations()


def _receipts() -> None:
    op.execute("""
        CREATE TABLE payment.receipts (
            id uuid NOT NULL,
            kind text NOT NULL,
            payment_id uuid NOT NULL,
            refund_id uuid,
            booking_id uuid NOT NULL,
            customer_id uuid NOT NULL,
            amount bigint NOT NULL,
            items jsonb NOT NULL,
            status text NOT NULL,
            version integer NOT NULL,
            gateway_receipt_id text,
            attempts integer NOT NULL,
            next_attempt_at timestamptz,
            failure text,
            created_at timestamptz NOT NULL,
            settled_at timestamptz,
            CONSTRAINT receipts_pkey PRIMARY KEY (id),
            CONSTRAINT receipts_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
            CONSTRAINT receipts_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES payment.refunds (id),
            CONSTRAINT receipts_refund_id_key UNIQUE (refund_id),
            CONSTRAINT receipts_amount_check CHECK (amount > 0),
            CONSTRAINT receipts_kind_check CHECK (kind IN ('payment', 'settlement', 'refund')),
            CONSTRAINT receipts_refund_check CHECK ((kind = 'refund') = (refund_id IS NOT NULL)),
            CONSTRAINT receipts_status_check
                CHECK (status IN ('planned', 'pending', 'succeeded', 'canceled', 'unsupported', 'void'))
        );
        CREATE UNIQUE INDEX receipts_once ON payment.receipts (payment_id, kind) WHERE refund_id IS NULL;
        CREATE INDEX receipts_to_attempt ON payment.receipts (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
    """)


def _reconciliations() -> None:
    op.execute("""
        CREATE TABLE payment.reconciliations (
            id uuid NOT NULL,
            provider text NOT NULL,
            since timestamptz NOT NULL,
            until timestamptz NOT NULL,
            source text NOT NULL,
            checked integer NOT NULL,
            differences jsonb NOT NULL,
            failure text,
            created_at timestamptz NOT NULL,
            CONSTRAINT reconciliations_pkey PRIMARY KEY (id),
            CONSTRAINT reconciliations_source_check CHECK (source IN ('list', 'questions')),
            CONSTRAINT reconciliations_span_check CHECK (since < until)
        );
        CREATE INDEX reconciliations_by_time ON payment.reconciliations (created_at DESC, id);
    """)
