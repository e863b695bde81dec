"""Time-outs are settings of each role, and settings for one transaction go through a function.

RDS Proxy takes no options of whoever connects, and gives a connection that says SET or set_config to nobody else."""

from alembic import op

revision = "0086"
down_revision = "0085"

SERVICES = ("gateway", "booking", "payment", "integration", "notification")
SETTINGS = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
FOR_THIS_TRANSACTION = """
CREATE OR REPLACE FUNCTION public.for_this_transaction(setting text, value text) RETURNS text LANGUAGE sql
    AS $$ SELECT set_config(setting, value, true) $$
"""


def upgrade() -> None:
    op.execute(FOR_THIS_TRANSACTION)
    for service in SERVICES:
        for setting, value in SETTINGS.items():
            op.execute(f"ALTER ROLE cyclorama_{service} SET {setting} = '{value}'")
