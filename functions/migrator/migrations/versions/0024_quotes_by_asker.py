"""How many quotes stand that were asked for from one address."""

from migrator.migrations import online

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    online.columns("booking.quotes", "asker text")
    online.index("quotes_by_asker", "booking.quotes", "(asker, valid_until)")
