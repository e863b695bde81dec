"""Whether a customer came before, or did not, is read from an index: the schedule asks it of each visit."""

from migrator.migrations import online

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    past = "(customer_id, status, lower(during)) WHERE status IN ('in_progress', 'completed', 'no_show')"
    online.index("bookings_past", "booking.bookings", past)
