"""What is kept for a time is found by its age."""

from migrator.migrations import online

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    online.index("quotes_by_age", "booking.quotes", "USING brin (valid_until)")
    online.index("notifications_by_age", "payment.notifications", "USING brin (received_at)")
    online.index(
        "notifications_with_text",
        "notification.notifications",
        "(created_at) WHERE message IS NOT NULL OR address IS NOT NULL",
    )
