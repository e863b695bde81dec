"""How often a dead letter was delivered, and what its subscriber said the last time."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("ALTER TABLE integration.dead_letters ADD COLUMN deliveries integer, ADD COLUMN last_error text")
