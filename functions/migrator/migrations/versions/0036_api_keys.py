"""Programs call with keys of their own."""

from migrator.migrations import online

revision = "0036"
down_revision = "0035"

API_KEYS = """
CREATE TABLE IF NOT EXISTS gateway.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    digest text NOT NULL,
    scopes text[] NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    revoked_at timestamptz,
    revoked_by uuid,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES gateway.users (id),
    CONSTRAINT api_keys_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES gateway.users (id),
    CONSTRAINT api_keys_revoked_check CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
)
"""


def upgrade() -> None:
    online.run(API_KEYS)
    online.index("api_keys_digest_key", "gateway.api_keys", "(digest)", unique=True)
