"""The drawer at the desk: opened, counted, and all that moves meanwhile."""

from migrator.migrations import online

revision = "0055"
down_revision = "0054"

TILLS = """
CREATE TABLE IF NOT EXISTS payment.tills (
    id uuid PRIMARY KEY,
    opened_at timestamptz NOT NULL,
    opened_by text NOT NULL,
    float bigint NOT NULL,
    closed_at timestamptz,
    closed_by text,
    counted bigint,
    terminal bigint,
    note text,
    reopened_at timestamptz,
    reopened_by text,
    reopen_reason text,
    CONSTRAINT tills_counted_check CHECK ((closed_at IS NULL) = (counted IS NULL))
)
"""
ENTRIES = """
CREATE TABLE IF NOT EXISTS payment.till_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    till_id uuid NOT NULL,
    kind text NOT NULL,
    method text NOT NULL,
    amount bigint NOT NULL,
    by text NOT NULL,
    payment_id uuid,
    refund_id uuid,
    reason text,
    at timestamptz NOT NULL,
    CONSTRAINT till_entries_till_id_fkey FOREIGN KEY (till_id) REFERENCES payment.tills (id),
    CONSTRAINT till_entries_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payment.payments (id),
    CONSTRAINT till_entries_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES payment.refunds (id),
    CONSTRAINT till_entries_refund_id_key UNIQUE (refund_id),
    CONSTRAINT till_entries_kind_check CHECK (kind IN ('payment', 'refund', 'put_in', 'taken_out')),
    CONSTRAINT till_entries_amount_check CHECK ((amount > 0) = (kind IN ('payment', 'put_in'))),
    CONSTRAINT till_entries_payment_check CHECK ((kind IN ('payment', 'refund')) = (payment_id IS NOT NULL)),
    CONSTRAINT till_entries_refund_check CHECK ((kind = 'refund') = (refund_id IS NOT NULL))
)
"""


def upgrade() -> None:
    online.run(TILLS)
    online.index("tills_one_open", "payment.tills", "((closed_at IS NULL)) WHERE closed_at IS NULL", unique=True)
    online.index("tills_by_time", "payment.tills", "(opened_at DESC, id)")
    online.run(ENTRIES)
    online.index("till_entries_by_till", "payment.till_entries", "(till_id, id)")
    online.index(
        "till_entries_one_payment", "payment.till_entries", "(payment_id) WHERE kind = 'payment'", unique=True
    )  # fmt: skip
    online.run("REVOKE UPDATE, DELETE ON payment.till_entries FROM cyclorama_payment")
    online.index("till_entries_by_age", "payment.till_entries", "USING brin (at)")
    online.index("ledger_by_age", "payment.ledger", "USING brin (at)")
    online.run("ALTER TABLE payment.reconciliations DROP CONSTRAINT IF EXISTS reconciliations_source_check")
    books = "CHECK (source IN ('list', 'questions', 'tills'))"
    online.constraint("payment.reconciliations", "reconciliations_books_check", books)
