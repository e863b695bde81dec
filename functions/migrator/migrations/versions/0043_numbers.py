"""Payments and messages are found by the number of their booking."""

from migrator.migrations import online

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    online.index("payments_by_number", "payment.payments", "(booking_number)")
    online.index("bookings_by_number", "notification.bookings", "((facts->>'number'))")
