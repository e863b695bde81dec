"""Users of the system."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE gateway.users (
            id uuid NOT NULL,
            email text NOT NULL,
            phone text NOT NULL,
            full_name text NOT NULL,
            locale text NOT NULL,
            role text NOT NULL,
            password_hash text NOT NULL,
            consented_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            erased_at timestamptz,
            CONSTRAINT users_pkey PRIMARY KEY (id),
            CONSTRAINT users_role_check CHECK (role IN ('client', 'manager', 'admin')),
            CONSTRAINT users_locale_check CHECK (locale IN ('en', 'ru'))
        );
        CREATE UNIQUE INDEX users_email_key ON gateway.users (email) WHERE erased_at IS NULL;
    """)
