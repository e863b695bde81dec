"""What bookings promise to give back is told with what it was reckoned from, and refunds say how much was promised."""

from migrator.migrations import online

revision = "0030"
down_revision = "0029"

PROMISES = """
CREATE TABLE IF NOT EXISTS payment.promises (
    booking_id uuid NOT NULL,
    booking_version integer NOT NULL,
    promises jsonb NOT NULL,
    plain bigint NOT NULL,
    reason text NOT NULL,
    CONSTRAINT promises_pkey PRIMARY KEY (booking_id)
)
"""


def upgrade() -> None:
    online.run(PROMISES)
    online.columns("payment.refunds", "promised bigint")
    online.columns("booking.refunds", "promised integer", "decided_at timestamptz")
    online.columns("booking.bookings", "returns jsonb")
