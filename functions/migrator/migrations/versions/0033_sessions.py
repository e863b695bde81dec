"""A sign-in is a session that somebody can end, and an account can be disabled."""

from migrator.migrations import online

revision = "0033"
down_revision = "0032"

SESSIONS = """
CREATE TABLE IF NOT EXISTS gateway.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    generation integer NOT NULL,
    client text NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES gateway.users (id),
    CONSTRAINT sessions_end_check CHECK ((ended_at IS NULL) = (end_reason IS NULL))
)
"""


def upgrade() -> None:
    online.columns("gateway.users", "disabled_at timestamptz")
    online.run(SESSIONS)
    online.index("sessions_open", "gateway.sessions", "(user_id) WHERE ended_at IS NULL")
    online.index("sessions_by_expiry", "gateway.sessions", "(expires_at)")
    online.index("users_staff", "gateway.users", "(role) WHERE role <> 'client' AND erased_at IS NULL")
