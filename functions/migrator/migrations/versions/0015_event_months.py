"""The event log is kept by months, which come and go whole."""

from alembic import op

revision = "0015"
down_revision = "0014"

# What there is becomes the partition of odd times, so that nothing is copied twice; the function then moves each month
# into a partition of its own.
PARTITION = """
ALTER TABLE integration.events RENAME TO events_default;
ALTER TABLE integration.events_default
    DROP CONSTRAINT events_pkey, ADD CONSTRAINT events_default_pkey PRIMARY KEY (id, time);
ALTER INDEX integration.events_by_time RENAME TO events_default_time_id_idx;
ALTER INDEX integration.events_by_type RENAME TO events_default_type_time_id_idx;
ALTER INDEX integration.events_by_correlation RENAME TO events_default_correlation_id_time_id_idx;
ALTER INDEX integration.events_by_booking RENAME TO events_default_booking_id_time_id_idx;
ALTER INDEX integration.events_by_payment RENAME TO events_default_payment_id_time_id_idx;
CREATE TABLE integration.events (
    id uuid NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    source text NOT NULL,
    time timestamptz NOT NULL,
    correlation_id text NOT NULL,
    causation_id text,
    booking_id uuid,
    payment_id uuid,
    envelope jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT events_pkey PRIMARY KEY (id, time)
) PARTITION BY RANGE (time);
CREATE INDEX events_by_time ON integration.events (time DESC, id);
CREATE INDEX events_by_type ON integration.events (type, time DESC, id);
CREATE INDEX events_by_correlation ON integration.events (correlation_id, time DESC, id);
CREATE INDEX events_by_booking ON integration.events (booking_id, time DESC, id) WHERE booking_id IS NOT NULL;
CREATE INDEX events_by_payment ON integration.events (payment_id, time DESC, id) WHERE payment_id IS NOT NULL;
ALTER TABLE integration.events ATTACH PARTITION integration.events_default DEFAULT;
"""
KEEP_MONTHS = """
CREATE FUNCTION integration.keep_event_months(months integer, OUT made integer, OUT dropped integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this_month CONSTANT timestamp = date_trunc('month', now() AT TIME ZONE 'UTC');
    month timestamp;
    first timestamptz;
    beyond timestamptz;
    name text;
BEGIN
    made = 0;
    dropped = 0;
    IF months IS NULL OR months < 2 THEN
        RAISE EXCEPTION 'events are kept for two months at least' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR month IN SELECT generate_series(this_month - make_interval(0, months), this_month + '2 months', '1 month') LOOP
        name = 'events_' || to_char(month, 'YYYY_MM');
        first = month AT TIME ZONE 'UTC';
        beyond = (month + '1 month') AT TIME ZONE 'UTC';
        CONTINUE WHEN to_regclass('integration.' || name) IS NOT NULL;
        -- A month that is over gets a partition only for what it has.
        CONTINUE WHEN month < this_month AND NOT EXISTS
            (SELECT FROM integration.events_default e WHERE e.time >= first AND e.time < beyond);
        LOCK TABLE integration.events_default IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE integration.%I (LIKE integration.events INCLUDING DEFAULTS)', name);
        EXECUTE format('WITH moved AS (DELETE FROM integration.events_default WHERE time >= %L AND time < %L'
            ' RETURNING *) INSERT INTO integration.%I SELECT * FROM moved', first, beyond, name);
        EXECUTE format('ALTER TABLE integration.events ATTACH PARTITION integration.%I FOR VALUES FROM (%L) TO (%L)',
            name, first, beyond);
        made = made + 1;
    END LOOP;
    FOR name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'integration.events'::regclass AND c.relname ~ '^events_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(c.relname, 7), 'YYYY_MM') < this_month - make_interval(0, months)
    LOOP
        EXECUTE format('DROP TABLE integration.%I', name);
        dropped = dropped + 1;
    END LOOP;
    DELETE FROM integration.events_default e
     WHERE e.time < (this_month - make_interval(0, months)) AT TIME ZONE 'UTC';
END $$;
"""


def upgrade() -> None:
    op.execute(PARTITION)
    op.execute(KEEP_MONTHS)
    op.execute("""
        REVOKE ALL ON FUNCTION integration.keep_event_months FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION integration.keep_event_months TO cyclorama_integration;
        SELECT integration.keep_event_months(13);
    """)
