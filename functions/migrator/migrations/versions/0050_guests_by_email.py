"""Guests are found by e-mail, to join the account of who proves to be reached there."""

from migrator.migrations import online

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    online.index("users_guests_by_email", "gateway.users", "(email) WHERE guest AND erased_at IS NULL")
