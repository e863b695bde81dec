"""Lists of bookings by day, by hall and by status are read from indexes."""

from migrator.migrations import online

revision = "0020"
down_revision = "0019"

BOOKINGS = "booking.bookings"


def upgrade() -> None:
    online.index("bookings_by_time", BOOKINGS, "USING gist (during)")
    online.index("bookings_by_status", BOOKINGS, "(status, created_at DESC, id)")
    online.index("bookings_of_hall", BOOKINGS, "(hall_id, created_at DESC, id)")
    further = "USING gin (also_hall_ids) WHERE cardinality(also_hall_ids) > 0"
    online.index("bookings_of_further_halls", BOOKINGS, further)
