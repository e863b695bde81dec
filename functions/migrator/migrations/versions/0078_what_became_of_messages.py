"""How many parts messages were billed as, and what became of them."""

from migrator.migrations import online

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    online.columns(
        "notification.notifications",
        "parts integer",
        "delivery text",
        "delivery_reason text",
        "delivered_at timestamptz",
        "ask_at timestamptz",
    )
    online.index("notifications_by_sending", "notification.notifications", "(sent_at) WHERE sent_at IS NOT NULL")
    online.index("notifications_to_ask", "notification.notifications", "(ask_at) WHERE ask_at IS NOT NULL")
