"""Guests are users without a password; what people agree to is kept by document and version."""

from migrator.migrations import online

revision = "0042"
down_revision = "0041"

CONSENTS = """
CREATE TABLE IF NOT EXISTS gateway.consents (
    user_id uuid NOT NULL,
    document text NOT NULL,
    version text NOT NULL,
    given_at timestamptz NOT NULL,
    CONSTRAINT consents_pkey PRIMARY KEY (user_id, document, version),
    CONSTRAINT consents_user_id_fkey FOREIGN KEY (user_id) REFERENCES gateway.users (id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    online.run("ALTER TABLE gateway.users ALTER COLUMN consented_at DROP NOT NULL")
    online.columns(
        "gateway.users",
        "guest boolean NOT NULL DEFAULT false",
        "by_staff boolean NOT NULL DEFAULT false",
        "booked_at timestamptz",
        "joined_to uuid",
    )
    online.constraint("gateway.users", "users_consent_check", "CHECK (guest OR consented_at IS NOT NULL)")
    online.run(CONSENTS)
    # The old one, which knows no guests, goes once the new one is there.
    online.index(
        "users_account_email_key", "gateway.users", "(email) WHERE erased_at IS NULL AND NOT guest", unique=True
    )
    online.drop_index("gateway", "users_email_key")
    online.index("users_by_phone", "gateway.users", "(phone) WHERE erased_at IS NULL")
    online.index("users_unbooked", "gateway.users", "(created_at) WHERE guest AND booked_at IS NULL")
    online.index("users_joined", "gateway.users", "(joined_to) WHERE joined_to IS NOT NULL")
    online.columns("booking.customers", "phone_key uuid")
    online.index("customers_by_phone", "booking.customers", "(phone_key) WHERE phone_key IS NOT NULL")
