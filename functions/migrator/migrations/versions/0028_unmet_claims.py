"""What closures and calendars could not claim, because somebody had the time: it is theirs when that is given back."""

from alembic import op

revision = "0028"
down_revision = "0027"

UNMET = """
CREATE TABLE booking.unmet_claims (
    owner_id uuid NOT NULL,
    hall_id uuid NOT NULL,
    during tstzrange NOT NULL,
    kind text NOT NULL,
    CONSTRAINT unmet_claims_pkey PRIMARY KEY (owner_id, hall_id, during),
    CONSTRAINT unmet_claims_kind_check CHECK (kind IN ('closure', 'external'))
);
CREATE INDEX unmet_claims_by_hall ON booking.unmet_claims (hall_id);
"""


def upgrade() -> None:
    op.execute(UNMET)
