"""What another calendar left open, and what was read of it: its text is read again as days pass."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE booking.external_calendars"
        " ADD COLUMN warnings jsonb NOT NULL DEFAULT '[]',"
        " ADD COLUMN warnings_total integer NOT NULL DEFAULT 0,"
        " ADD COLUMN source text"
    )
