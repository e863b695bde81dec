"""Visits of a group are paid at once: each has its own payment, and they are one at the gateway."""

from migrator.migrations import online

revision = "0062"
down_revision = "0061"

PAYMENTS = "payment.payments"


def upgrade() -> None:
    online.columns(PAYMENTS, "whole_id uuid", "whole_amount bigint")
    online.constraint(PAYMENTS, "payments_whole_check", "CHECK ((whole_id IS NULL) = (whole_amount IS NULL))")
    online.index("payments_by_whole", PAYMENTS, "(whole_id) WHERE whole_id IS NOT NULL")
