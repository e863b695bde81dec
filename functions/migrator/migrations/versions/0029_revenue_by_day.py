"""Revenue of days that are over, by hall and by tariff; a job adds them up, and until then reports do without."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE integration.revenue_days (
            day date NOT NULL,
            added_up_at timestamptz NOT NULL,
            CONSTRAINT revenue_days_pkey PRIMARY KEY (day)
        );
        CREATE TABLE integration.revenue_sums (
            day date NOT NULL,
            number integer NOT NULL,
            kind text NOT NULL,
            hall_id uuid,
            tariff text,
            payments bigint NOT NULL,
            gross bigint NOT NULL,
            refunds bigint NOT NULL,
            CONSTRAINT revenue_sums_pkey PRIMARY KEY (day, number),
            CONSTRAINT revenue_sums_kind_check CHECK (kind IN ('hall', 'tariff', 'all'))
        );
    """)
