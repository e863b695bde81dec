"""What the studio's own till prints of money that is held, with the entry that it is of."""

from migrator.migrations import online

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    online.columns("payment.held_money_entries", "receipt jsonb")
