"""Addresses that get no more mail: it bounced, or its reader complained."""

from migrator.migrations import online

revision = "0085"
down_revision = "0084"

SUPPRESSIONS = """
CREATE TABLE IF NOT EXISTS notification.suppressions (
    id uuid NOT NULL,
    digest text NOT NULL,
    address text,
    reason text NOT NULL,
    detail text,
    feedback text NOT NULL,
    recipient_id uuid,
    since timestamptz NOT NULL,
    lifted_at timestamptz,
    CONSTRAINT suppressions_pkey PRIMARY KEY (id),
    CONSTRAINT suppressions_digest_key UNIQUE (digest)
)
"""


def upgrade() -> None:
    online.run(SUPPRESSIONS)
    online.index("suppressions_by_time", "notification.suppressions", "(since DESC, id)")
    online.index("suppressions_by_recipient", "notification.suppressions", "(recipient_id)")
