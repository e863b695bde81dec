"""What a no-show made of the share that its customer pays in advance is kept, so that it can be undone."""

from migrator.migrations import online

revision = "0048"
down_revision = "0047"

NO_SHOWS = """
CREATE TABLE IF NOT EXISTS booking.no_shows (
    booking_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    before integer,
    asked integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT no_shows_pkey PRIMARY KEY (booking_id)
)
"""


def upgrade() -> None:
    online.run(NO_SHOWS)
    online.index("no_shows_by_customer", "booking.no_shows", "(customer_id, at, booking_id)")
