"""Staff's list of the waitlist is read from an index; where 0023 has built it already, nothing is done."""

from migrator.migrations import online

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    online.index("waitlist_by_creation", "booking.waitlist", "(created_at DESC, id)")
