"""Halls have versions, by which a sale sees that its hall was changed before it had the locks."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    # A constant default is kept beside the table: no row is written anew.
    op.execute("""
        ALTER TABLE booking.halls
            ADD COLUMN IF NOT EXISTS version integer NOT NULL DEFAULT 1,
            ADD COLUMN IF NOT EXISTS taken_since timestamptz;
    """)
