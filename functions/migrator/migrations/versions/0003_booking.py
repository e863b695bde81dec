"""Halls, tariffs, quotes, bookings, and the one table that says whether a slot is free."""

from alembic import op

from migrator.migrations.delivery import delivery_tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(delivery_tables("booking"))
    op.execute("""
        CREATE TABLE booking.halls (
            id uuid NOT NULL,
            name text NOT NULL,
            timezone text NOT NULL,
            details jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT halls_pkey PRIMARY KEY (id),
            CONSTRAINT halls_name_key UNIQUE (name)
        );
        CREATE TABLE booking.tariffs (
            id uuid NOT NULL,
            hall_id uuid,
            name text NOT NULL,
            priority integer NOT NULL,
            weekdays smallint[] NOT NULL,
            starts time NOT NULL,
            ends time NOT NULL,
            price_per_hour integer NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT tariffs_pkey PRIMARY KEY (id),
            CONSTRAINT tariffs_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id),
            CONSTRAINT tariffs_price_check CHECK (price_per_hour >= 0)
        );
        CREATE TABLE booking.quotes (
            id uuid NOT NULL,
            document jsonb NOT NULL,
            valid_until timestamptz NOT NULL,
            CONSTRAINT quotes_pkey PRIMARY KEY (id)
        );
        CREATE TABLE booking.bookings (
            id uuid NOT NULL,
            number text NOT NULL,
            status text NOT NULL,
            version integer NOT NULL,
            customer_id uuid NOT NULL,
            hall_id uuid NOT NULL,
            during tstzrange NOT NULL,
            people integer NOT NULL,
            comment text,
            price jsonb NOT NULL,
            total integer NOT NULL,
            prepayment integer NOT NULL,
            paid integer NOT NULL DEFAULT 0,
            hold_expires_at timestamptz,
            created_at timestamptz NOT NULL,
            correlation_id text NOT NULL,
            CONSTRAINT bookings_pkey PRIMARY KEY (id),
            CONSTRAINT bookings_number_key UNIQUE (number),
            CONSTRAINT bookings_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id),
            CONSTRAINT bookings_status_check CHECK (status IN
                ('pending', 'confirmed', 'in_progress', 'completed', 'no_show', 'cancelled', 'expired')),
            CONSTRAINT bookings_hold_check CHECK ((status = 'pending') = (hold_expires_at IS NOT NULL))
        );
        CREATE INDEX bookings_by_customer ON booking.bookings (customer_id, created_at DESC, id);
        CREATE INDEX bookings_by_creation ON booking.bookings (created_at DESC, id);
        CREATE INDEX bookings_holds ON booking.bookings (hold_expires_at) WHERE status = 'pending';
        CREATE TABLE booking.payments (
            payment_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            amount integer NOT NULL,
            received_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT payments_pkey PRIMARY KEY (payment_id),
            CONSTRAINT payments_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id)
        );
        CREATE TABLE booking.occupancy (
            booking_id uuid NOT NULL,
            hall_id uuid NOT NULL,
            during tstzrange NOT NULL,
            CONSTRAINT occupancy_pkey PRIMARY KEY (booking_id),
            CONSTRAINT occupancy_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id),
            CONSTRAINT occupancy_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id),
            CONSTRAINT occupancy_no_overlap EXCLUDE USING gist (hall_id WITH =, during WITH &&),
            CONSTRAINT occupancy_half_open_check
                CHECK (NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during))
        );
        CREATE TABLE booking.transitions (
            booking_id uuid NOT NULL,
            version integer NOT NULL,
            from_status text,
            to_status text NOT NULL,
            actor text NOT NULL,
            reason text,
            at timestamptz NOT NULL,
            CONSTRAINT transitions_pkey PRIMARY KEY (booking_id, version),
            CONSTRAINT transitions_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id)
        );
    """)
