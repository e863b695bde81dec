"""The event log. Each month is a partition, made ahead of time and dropped whole when it is old enough."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from integration.tables import metadata

events = Table(
    "events",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("time", Timestamp, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("booking_id", Uuid),
    Column("payment_id", Uuid),
    Column("envelope", JSONB, nullable=False),
    Column("received_at", Timestamp, nullable=False, server_default=func.now()),
    # By month; an event's time is its own for ever, so that a repeat meets its like in the same month.
    PrimaryKeyConstraint("id", "time"),
    postgresql_partition_by="RANGE (time)",
)
NEWEST_FIRST = (events.c.time.desc(), events.c.id)
Index("events_by_time", *NEWEST_FIRST)
Index("events_by_type", events.c.type, *NEWEST_FIRST)
Index("events_by_correlation", events.c.correlation_id, *NEWEST_FIRST)
Index("events_by_booking", events.c.booking_id, *NEWEST_FIRST, postgresql_where=events.c.booking_id.is_not(None))
Index("events_by_payment", events.c.payment_id, *NEWEST_FIRST, postgresql_where=events.c.payment_id.is_not(None))

# Events of times that have no month: clocks that were wrong, and what is older than the log.
DEFAULT = "CREATE TABLE integration.events_default PARTITION OF integration.events DEFAULT"

# A service's role may neither create nor drop tables; this it may call, and it does no more than its name says. One
# call makes a month, or drops one, or deletes a thousand old rows that are in no month, which counts as dropped too;
# it is called until there is nothing left to do.
KEEP_MONTHS = """\
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
        made = 1;
        RETURN;
    END LOOP;
    FOR name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'integration.events'::regclass AND c.relname ~ '^events_[0-9]{4}_[0-9]{2}$'
           AND to_date(right(c.relname, 7), 'YYYY_MM') < this_month - make_interval(0, months)
    LOOP
        EXECUTE format('DROP TABLE integration.%I', name);
        dropped = 1;
        RETURN;
    END LOOP;
    DELETE FROM integration.events_default WHERE (id, time) IN
        (SELECT e.id, e.time FROM integration.events_default e
          WHERE e.time < (this_month - make_interval(0, months)) AT TIME ZONE 'UTC' LIMIT 1000);
    dropped = (FOUND)::integer;
END $$"""

events.info["then"] = [
    DEFAULT,
    KEEP_MONTHS,
    "REVOKE ALL ON FUNCTION integration.keep_event_months FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION integration.keep_event_months TO cyclorama_integration",
    "SELECT integration.keep_event_months(13) FROM generate_series(1, 3)",
]
