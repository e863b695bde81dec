"""The steps by which bookings leave a hall are found by their time, for the halls' feeds."""

from migrator.migrations import online

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    away = "to_status IN ('cancelled', 'expired') OR action = 'reschedule'"
    online.index("transitions_away", "booking.transitions", f"(at) WHERE {away}")
