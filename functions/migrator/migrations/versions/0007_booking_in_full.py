"""Booking in full: tariff versions, add-ons and promo codes, closures and calendars, terms, customers, the waitlist."""

from alembic import op

revision = "0007"
down_revision = "0006"

HALLS = """
ALTER TABLE booking.halls ADD COLUMN spaces uuid[];
UPDATE booking.halls SET spaces = ARRAY[id],
    details = details - 'buffer_minutes' || jsonb_build_object('buffer_after_minutes', details -> 'buffer_minutes');
ALTER TABLE booking.halls ALTER COLUMN spaces SET NOT NULL;
"""
OCCUPANCY = """
ALTER TABLE booking.occupancy
    DROP CONSTRAINT occupancy_pkey,
    DROP CONSTRAINT occupancy_booking_id_fkey,
    ADD COLUMN kind text NOT NULL DEFAULT 'booking';
ALTER TABLE booking.occupancy ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE booking.occupancy RENAME COLUMN booking_id TO owner_id;
ALTER TABLE booking.occupancy
    ADD CONSTRAINT occupancy_pkey PRIMARY KEY (owner_id, hall_id, during),
    ADD CONSTRAINT occupancy_kind_check CHECK (kind IN ('booking', 'closure', 'external'));
"""
# Prices become a document that explains itself; quotes and stored answers of the old form live minutes, and go.
BOOKINGS = """
ALTER TABLE booking.bookings
    ADD COLUMN group_id uuid,
    ADD COLUMN also_hall_ids uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN details jsonb,
    ADD COLUMN refund_due integer NOT NULL DEFAULT 0;
UPDATE booking.bookings b SET
    price = jsonb_build_object(
        'lines', (SELECT coalesce(jsonb_agg(line || jsonb_build_object('hall_id', b.hall_id)), '[]')
                    FROM jsonb_array_elements(b.price) line),
        'tariff_version', 1),
    details = jsonb_build_object(
        'hall_name', h.name, 'timezone', h.timezone, 'usable_until', upper(b.during), 'terms', '{}'::jsonb)
    FROM booking.halls h WHERE h.id = b.hall_id;
ALTER TABLE booking.bookings ALTER COLUMN details SET NOT NULL;
ALTER TABLE booking.bookings ADD CONSTRAINT bookings_money_check
    CHECK (total >= 0 AND prepayment BETWEEN 0 AND total AND paid >= 0 AND refund_due BETWEEN 0 AND paid);
CREATE INDEX bookings_by_group ON booking.bookings (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX bookings_by_hall ON booking.bookings (hall_id, lower(during));
CREATE INDEX bookings_visits ON booking.bookings (upper(during)) WHERE status IN ('confirmed', 'in_progress');
DELETE FROM booking.quotes;
DELETE FROM booking.idempotency_keys;
"""
TRANSITIONS = """
ALTER TABLE booking.transitions
    ADD COLUMN action text,
    ADD COLUMN before jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN after jsonb NOT NULL DEFAULT '{}';
UPDATE booking.transitions SET action = CASE to_status
    WHEN 'pending' THEN 'create' WHEN 'confirmed' THEN 'confirm' WHEN 'cancelled' THEN 'cancel' ELSE 'expire' END;
ALTER TABLE booking.transitions
    ALTER COLUMN action SET NOT NULL, ALTER COLUMN before DROP DEFAULT, ALTER COLUMN after DROP DEFAULT;
"""
TARIFFS = """
INSERT INTO booking.tariff_versions (number, status, note, prices, created_by, created_at, activated_at)
SELECT 1, 'active', '', jsonb_build_object('rules', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'id', id, 'hall_id', hall_id, 'name', name, 'priority', priority, 'weekdays', to_jsonb(weekdays),
        'starts', starts, 'ends', ends, 'price_per_hour', jsonb_build_object('amount', price_per_hour)))
        ORDER BY created_at, id)),
    'system', now(), now()
  FROM booking.tariffs HAVING count(*) > 0;
DROP TABLE booking.tariffs;
"""
PRICES = """
CREATE TABLE booking.tariff_versions (
    number integer NOT NULL,
    status text NOT NULL,
    note text NOT NULL,
    prices jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    activated_at timestamptz,
    CONSTRAINT tariff_versions_pkey PRIMARY KEY (number),
    CONSTRAINT tariff_versions_status_check CHECK (status IN ('draft', 'active', 'retired'))
);
CREATE UNIQUE INDEX tariff_versions_active ON booking.tariff_versions (status) WHERE status = 'active';
CREATE TABLE booking.add_ons (
    id uuid NOT NULL,
    name text NOT NULL,
    stock integer,
    active boolean NOT NULL,
    details jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT add_ons_pkey PRIMARY KEY (id),
    CONSTRAINT add_ons_name_key UNIQUE (name)
);
CREATE TABLE booking.add_on_claims (
    booking_id uuid NOT NULL,
    add_on_id uuid NOT NULL,
    during tstzrange NOT NULL,
    quantity integer NOT NULL,
    CONSTRAINT add_on_claims_pkey PRIMARY KEY (booking_id, add_on_id),
    CONSTRAINT add_on_claims_quantity_check CHECK (quantity > 0),
    CONSTRAINT add_on_claims_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id),
    CONSTRAINT add_on_claims_add_on_id_fkey FOREIGN KEY (add_on_id) REFERENCES booking.add_ons (id)
);
CREATE INDEX add_on_claims_during ON booking.add_on_claims USING gist (add_on_id, during);
CREATE TABLE booking.promo_codes (
    id uuid NOT NULL,
    code text NOT NULL,
    details jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT promo_codes_pkey PRIMARY KEY (id),
    CONSTRAINT promo_codes_code_key UNIQUE (code)
);
CREATE TABLE booking.promo_uses (
    booking_id uuid NOT NULL,
    promo_code_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    CONSTRAINT promo_uses_pkey PRIMARY KEY (booking_id),
    CONSTRAINT promo_uses_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id),
    CONSTRAINT promo_uses_promo_code_id_fkey FOREIGN KEY (promo_code_id) REFERENCES booking.promo_codes (id)
);
CREATE INDEX promo_uses_by_code ON booking.promo_uses (promo_code_id, customer_id);
"""
CALENDAR = """
CREATE TABLE booking.date_overrides (
    id uuid NOT NULL,
    hall_id uuid,
    first_day date NOT NULL,
    last_day date NOT NULL,
    hours jsonb,
    holiday boolean,
    note text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT date_overrides_pkey PRIMARY KEY (id),
    CONSTRAINT date_overrides_days_check CHECK (first_day <= last_day),
    CONSTRAINT date_overrides_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id)
);
CREATE INDEX date_overrides_by_last_day ON booking.date_overrides (last_day);
CREATE TABLE booking.closures (
    id uuid NOT NULL,
    hall_id uuid,
    during tstzrange NOT NULL,
    reason text NOT NULL,
    document jsonb NOT NULL,
    until timestamptz NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    removed_by text,
    removed_at timestamptz,
    CONSTRAINT closures_pkey PRIMARY KEY (id),
    CONSTRAINT closures_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id)
);
CREATE INDEX closures_by_end ON booking.closures (until) WHERE removed_at IS NULL;
CREATE TABLE booking.external_calendars (
    id uuid NOT NULL,
    hall_id uuid NOT NULL,
    name text NOT NULL,
    url text,
    created_at timestamptz NOT NULL,
    next_refresh_at timestamptz,
    imported_at timestamptz,
    error text,
    conflicts jsonb DEFAULT '[]' NOT NULL,
    CONSTRAINT external_calendars_pkey PRIMARY KEY (id),
    CONSTRAINT external_calendars_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id)
);
CREATE TABLE booking.calendar_feeds (
    id uuid NOT NULL,
    token_digest text NOT NULL,
    hall_id uuid,
    customer_id uuid,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT calendar_feeds_pkey PRIMARY KEY (id),
    CONSTRAINT calendar_feeds_of_one_check CHECK ((hall_id IS NULL) <> (customer_id IS NULL)),
    CONSTRAINT calendar_feeds_token_digest_key UNIQUE (token_digest),
    CONSTRAINT calendar_feeds_hall_id_fkey FOREIGN KEY (hall_id) REFERENCES booking.halls (id)
);
CREATE INDEX calendar_feeds_by_creator ON booking.calendar_feeds (created_by);
CREATE TABLE booking.waitlist (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    spaces uuid[] NOT NULL,
    during tstzrange NOT NULL,
    status text NOT NULL,
    request jsonb NOT NULL,
    booking_id uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT waitlist_pkey PRIMARY KEY (id),
    CONSTRAINT waitlist_status_check CHECK
        (status IN ('waiting', 'offered', 'accepted', 'missed', 'withdrawn', 'lapsed')),
    CONSTRAINT waitlist_booking_id_key UNIQUE (booking_id),
    CONSTRAINT waitlist_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES booking.bookings (id)
);
CREATE INDEX waitlist_by_customer ON booking.waitlist (customer_id, created_at DESC, id);
CREATE INDEX waitlist_waiting ON booking.waitlist USING gist (during) WHERE status = 'waiting';
"""
CUSTOMERS = """
CREATE TABLE booking.policies (
    version integer NOT NULL,
    document jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT policies_pkey PRIMARY KEY (version)
);
CREATE TABLE booking.customers (
    id uuid NOT NULL,
    no_shows integer DEFAULT 0 NOT NULL,
    prepayment_percent integer,
    blocked_at timestamptz,
    block_reason text,
    erased_at timestamptz,
    CONSTRAINT customers_pkey PRIMARY KEY (id)
);
CREATE TABLE booking.customer_notes (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    author text NOT NULL,
    text text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT customer_notes_pkey PRIMARY KEY (id),
    CONSTRAINT customer_notes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES booking.customers (id)
);
CREATE INDEX customer_notes_by_customer ON booking.customer_notes (customer_id, at);
CREATE TABLE booking.acceptances (
    customer_id uuid NOT NULL,
    version text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT acceptances_pkey PRIMARY KEY (customer_id, version)
);
"""


def upgrade() -> None:
    for statements in (HALLS, OCCUPANCY, BOOKINGS, TRANSITIONS, PRICES, TARIFFS, CALENDAR, CUSTOMERS):
        op.execute(statements)
