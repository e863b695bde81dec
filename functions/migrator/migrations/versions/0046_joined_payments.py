"""Payments of guests are found by who made them, to be handed over to an account."""

from migrator.migrations import online

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    online.index("payments_by_customer", "payment.payments", "(customer_id)")
