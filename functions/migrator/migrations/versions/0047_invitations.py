"""Staff are invited by a link."""

from migrator.migrations import online

revision = "0047"
down_revision = "0046"

INVITATIONS = """
CREATE TABLE IF NOT EXISTS gateway.invitations (
    id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    full_name text,
    locale text NOT NULL,
    digest text NOT NULL,
    invited_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT invitations_pkey PRIMARY KEY (id),
    CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES gateway.users (id),
    CONSTRAINT invitations_role_check CHECK (role IN ('manager', 'admin'))
)
"""


def upgrade() -> None:
    online.run(INVITATIONS)
    online.index("invitations_email_key", "gateway.invitations", "(email)", unique=True)
    online.index("invitations_digest_key", "gateway.invitations", "(digest)", unique=True)
    online.index("invitations_by_expiry", "gateway.invitations", "(expires_at)")
