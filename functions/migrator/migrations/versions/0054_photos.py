"""Photos of halls, and the studio's logo: their files lie in a bucket."""

from migrator.migrations import online

revision = "0054"
down_revision = "0053"

PHOTOS = """
CREATE TABLE IF NOT EXISTS booking.photos (
    id uuid NOT NULL,
    kind text NOT NULL,
    hall_id uuid,
    status text NOT NULL,
    position integer NOT NULL,
    document jsonb NOT NULL,
    look_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT photos_pkey PRIMARY KEY (id),
    CONSTRAINT photos_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id),
    CONSTRAINT photos_of_a_hall_check CHECK ((kind = 'hall') = (hall_id IS NOT NULL))
)
"""


def upgrade() -> None:
    online.run(PHOTOS)
    online.index("photos_by_hall", "booking.photos", "(hall_id, position)")
    online.index("photos_to_look_at", "booking.photos", "(look_at) WHERE status IN ('awaiting', 'removed')")
