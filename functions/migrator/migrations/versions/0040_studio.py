"""What the studio says of itself."""

from migrator.migrations import online

revision = "0040"
down_revision = "0039"

STUDIO = """
CREATE TABLE IF NOT EXISTS booking.studio_versions (
    version integer NOT NULL,
    document jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT studio_versions_pkey PRIMARY KEY (version)
)
"""


def upgrade() -> None:
    online.run(STUDIO)
