"""One schema and one role per service; a role can touch only its own schema."""

from alembic import op

revision = "0001"
down_revision = None

SERVICES = ("gateway", "booking", "payment", "integration", "notification")

ROLE = """
DO $$ BEGIN
    CREATE ROLE cyclorama_{service} LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    -- On RDS, roles sign in with IAM tokens.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO cyclorama_{service}; END IF;
END $$;
CREATE SCHEMA {service};
GRANT USAGE ON SCHEMA {service} TO cyclorama_{service};
ALTER DEFAULT PRIVILEGES IN SCHEMA {service}
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cyclorama_{service};
ALTER DEFAULT PRIVILEGES IN SCHEMA {service} GRANT USAGE, SELECT ON SEQUENCES TO cyclorama_{service};
"""


def upgrade() -> None:
    # Lets an exclusion constraint combine a hall's id (=) with a time range (&&).
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for service in SERVICES:
        op.execute(ROLE.format(service=service))
