"""Money is taken and handed back at the desk, and payments are listed by time and by how they were paid."""

from migrator.migrations import online

revision = "0052"
down_revision = "0051"

PAYMENTS = "payment.payments"
OPEN = (
    "CHECK ((status IN ('creating', 'pending') AND failure IS DISTINCT FROM 'to_hand_out') ="
    " (next_attempt_at IS NOT NULL) AND (status IN ('succeeded', 'failed')) = (settled_at IS NOT NULL))"
)


def upgrade() -> None:
    online.columns(PAYMENTS, "taken_by text", "note text")
    online.index("payments_by_time", PAYMENTS, "(created_at DESC, id)")
    online.index("payments_by_method", PAYMENTS, "(method, created_at DESC, id)")
    online.index("payments_by_provider", PAYMENTS, "(provider, created_at DESC, id)")
    online.run("ALTER TABLE payment.refunds DROP CONSTRAINT IF EXISTS refunds_open_check")
    online.constraint("payment.refunds", "refunds_wait_check", OPEN)
    online.index(
        "refunds_to_hand_out", "payment.refunds",
        "(created_at, id) WHERE status = 'pending' AND failure = 'to_hand_out'",
    )  # fmt: skip
