"""As which version of its booking a payment was asked for; zero where nobody knows any more."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("ALTER TABLE payment.payments ADD COLUMN booking_version integer NOT NULL DEFAULT 0")
