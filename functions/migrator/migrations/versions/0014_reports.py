"""What reports are computed from; the first rebuild, which reads the events that there are already, is under way."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE integration.visits (
            booking_id uuid NOT NULL,
            version integer NOT NULL,
            status text NOT NULL,
            hall_id uuid NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            local_start timestamp NOT NULL,
            people integer NOT NULL,
            total bigint NOT NULL,
            prepayment bigint NOT NULL,
            promo_code text,
            promo_discount bigint NOT NULL,
            created_at timestamptz,
            confirmed_at timestamptz,
            cancelled_at timestamptz,
            expired_at timestamptz,
            completed_at timestamptz,
            missed_at timestamptz,
            CONSTRAINT visits_pkey PRIMARY KEY (booking_id)
        );
        CREATE INDEX visits_by_creation ON integration.visits (created_at);
        CREATE INDEX visits_by_start ON integration.visits (local_start);
        CREATE INDEX visits_by_promo_code ON integration.visits (created_at) WHERE promo_code IS NOT NULL;
    """)
    _parts()
    _money()


def _parts() -> None:
    op.execute("""
        CREATE TABLE integration.hall_times (
            booking_id uuid NOT NULL,
            number smallint NOT NULL,
            hall_id uuid NOT NULL,
            day date NOT NULL,
            from_minute smallint NOT NULL,
            to_minute smallint NOT NULL,
            CONSTRAINT hall_times_pkey PRIMARY KEY (booking_id, number),
            CONSTRAINT hall_times_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES integration.visits (booking_id),
            CONSTRAINT hall_times_minutes_check
                CHECK (0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440)
        );
        CREATE INDEX hall_times_by_day ON integration.hall_times (day, hall_id) INCLUDE (from_minute, to_minute);
        CREATE TABLE integration.visit_shares (
            booking_id uuid NOT NULL,
            number smallint NOT NULL,
            hall_id uuid NOT NULL,
            tariff text,
            minutes integer NOT NULL,
            begins bigint NOT NULL,
            ends bigint NOT NULL,
            whole bigint NOT NULL,
            CONSTRAINT visit_shares_pkey PRIMARY KEY (booking_id, number),
            CONSTRAINT visit_shares_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES integration.visits (booking_id),
            CONSTRAINT visit_shares_order_check
                CHECK (0 <= begins AND begins <= ends AND ends <= whole AND whole > 0)
        );
    """)


def _money() -> None:
    op.execute("""
        CREATE TABLE integration.movements (
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            payment_id uuid NOT NULL,
            provider text NOT NULL,
            purpose text NOT NULL,
            amount bigint NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT movements_pkey PRIMARY KEY (id)
        );
        CREATE INDEX movements_by_time ON integration.movements (at);
        CREATE INDEX movements_by_booking ON integration.movements (booking_id);
        CREATE TABLE integration.report_rebuilds (
            id uuid NOT NULL,
            started_at timestamptz NOT NULL,
            reached uuid,
            bookings integer NOT NULL,
            corrected integer NOT NULL,
            finished_at timestamptz,
            CONSTRAINT report_rebuilds_pkey PRIMARY KEY (id)
        );
        CREATE INDEX report_rebuilds_open ON integration.report_rebuilds (started_at) WHERE finished_at IS NULL;
        INSERT INTO integration.report_rebuilds (id, started_at, bookings, corrected)
            VALUES (gen_random_uuid(), now(), 0, 0);
    """)
