"""One-time codes: accounts without a password, addresses that were proven, and messages that are about a code."""

from migrator.migrations import online

revision = "0038"
down_revision = "0037"

CODES = """
CREATE TABLE IF NOT EXISTS gateway.codes (
    id uuid NOT NULL,
    purpose text NOT NULL,
    channel text NOT NULL,
    target text NOT NULL,
    address text NOT NULL,
    place text NOT NULL,
    account_id uuid NOT NULL,
    locale text NOT NULL,
    tries_here integer NOT NULL,
    tries_elsewhere integer NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT codes_pkey PRIMARY KEY (id)
)
"""


def upgrade() -> None:
    """Addresses from before were never proven, and count as such."""
    online.columns("gateway.users", "email_confirmed_at timestamptz", "phone_confirmed_at timestamptz")
    for column in ("email", "phone", "password_hash"):
        online.run(f"ALTER TABLE gateway.users ALTER COLUMN {column} DROP NOT NULL")
    proven = "(phone) WHERE phone_confirmed_at IS NOT NULL AND erased_at IS NULL"
    online.index("users_phone_key", "gateway.users", proven, unique=True)
    online.run(CODES)
    online.index("codes_by_target", "gateway.codes", "(target)")
    online.index("codes_by_account", "gateway.codes", "(account_id)")
    online.index("codes_by_expiry", "gateway.codes", "(expires_at)")
    online.columns("notification.notifications", "code_id uuid")
