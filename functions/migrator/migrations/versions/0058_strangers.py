"""People are found by the first digits of a phone, and messages are counted by where they went."""

from migrator.migrations import online

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    online.index("users_by_phone_head", "gateway.users", "(phone text_pattern_ops) WHERE erased_at IS NULL")
    online.index(
        "notifications_by_address", "notification.notifications", "(address, created_at) WHERE address IS NOT NULL"
    )
