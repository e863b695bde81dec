"""Which visits came from files, so that none comes twice."""

from migrator.migrations import online

revision = "0056"
down_revision = "0055"

IMPORTED_VISITS = """
CREATE TABLE IF NOT EXISTS booking.imported_visits (
    key text NOT NULL,
    booking_id uuid NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT imported_visits_pkey PRIMARY KEY (key)
)
"""


def upgrade() -> None:
    online.run(IMPORTED_VISITS)
