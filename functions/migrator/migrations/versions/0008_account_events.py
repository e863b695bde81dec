"""The gateway tells others of erased accounts."""

from alembic import op

from migrator.migrations.delivery import delivery_tables

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(delivery_tables("gateway"))
