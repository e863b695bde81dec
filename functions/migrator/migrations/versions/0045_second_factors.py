"""Staff prove with an authenticator app that it is they who sign in."""

from migrator.migrations import online

revision = "0045"
down_revision = "0044"

SECOND_FACTORS = """
CREATE TABLE IF NOT EXISTS gateway.second_factors (
    user_id uuid NOT NULL,
    secret text NOT NULL,
    started_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    used_step bigint NOT NULL,
    recovery_codes text[] NOT NULL,
    CONSTRAINT second_factors_pkey PRIMARY KEY (user_id),
    CONSTRAINT second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES gateway.users (id)
)
"""


def upgrade() -> None:
    online.run(SECOND_FACTORS)
