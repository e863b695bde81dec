"""The event log's months: each is a partition, made ahead of time and dropped whole when it is old enough."""

from integration.tables import events

# Events of times that have no month: clocks that were wrong, and what is older than the log.
DEFAULT = "CREATE TABLE integration.events_default PARTITION OF integration.events DEFAULT"

# A service's role may neither create nor drop tables; this it may call, and it does no more than its name says.
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
END $$"""

events.info["then"] = [
    DEFAULT,
    KEEP_MONTHS,
    "REVOKE ALL ON FUNCTION integration.keep_event_months FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION integration.keep_event_months TO cyclorama_integration",
    "SELECT integration.keep_event_months(13)",
]
