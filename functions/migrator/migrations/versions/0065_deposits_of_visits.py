"""Deposits that are held for visits, where the schedule finds them."""

from migrator.migrations import online

revision = "0065"
down_revision = "0064"

DEPOSITS = """
CREATE TABLE IF NOT EXISTS booking.deposits (
    deposit_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    held bigint NOT NULL,
    CONSTRAINT deposits_pkey PRIMARY KEY (deposit_id),
    CONSTRAINT deposits_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id)
)
"""


def upgrade() -> None:
    online.run(DEPOSITS)
    online.index("deposits_held", "booking.deposits", "(booking_id) WHERE held > 0")
