"""What a job could not do, and when it tries again."""

from alembic import op

revision = "0020"
down_revision = "0019"

SCHEMAS = ("gateway", "booking", "payment", "integration", "notification")
FAILURES = """
CREATE TABLE {schema}.job_failures (
    job text NOT NULL,
    item text NOT NULL,
    error text NOT NULL,
    attempts integer NOT NULL,
    first_failed_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    CONSTRAINT job_failures_pkey PRIMARY KEY (job, item)
)
"""


def upgrade() -> None:
    for schema in SCHEMAS:
        op.execute(FAILURES.format(schema=schema))
