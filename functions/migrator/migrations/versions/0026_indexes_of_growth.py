"""Indexes that questions of every minute lacked: receipts of a payment, messages by status, what is to be published."""

from migrator.migrations import online

revision = "0026"
down_revision = "0025"

SCHEMAS = ("gateway", "booking", "payment", "integration", "notification")


def upgrade() -> None:
    online.index("receipts_by_payment", "payment.receipts", "(payment_id)")
    online.index("notifications_by_status", "notification.notifications", "(status, created_at DESC, id)")
    for schema in SCHEMAS:
        online.index("outbox_waiting", f"{schema}.outbox", "(position) WHERE published_at IS NULL")
        online.drop_index(schema, "outbox_unpublished")
    online.index("quotes_by_age", "booking.quotes", "USING brin (valid_until)")
    online.index("notifications_by_age", "payment.notifications", "USING brin (received_at)")
    online.index(
        "notifications_with_text",
        "notification.notifications",
        "(created_at) WHERE message IS NOT NULL OR address IS NOT NULL",
    )
