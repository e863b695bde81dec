"""Links in text messages are short: a table says which booking each opens, and for whom."""

from migrator.migrations import online

revision = "0063"
down_revision = "0062"

SHORT_LINKS = """
CREATE TABLE IF NOT EXISTS gateway.short_links (
    digest text NOT NULL,
    holder_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT short_links_pkey PRIMARY KEY (digest)
)
"""


def upgrade() -> None:
    online.run(SHORT_LINKS)
    online.index("short_links_over", "gateway.short_links", "(expires_at)")
