"""The months of the event log come and go in steps of a transaction each."""

from migrator.migrations import online

revision = "0032"
down_revision = "0031"

KEEP_MONTHS = """
CREATE OR REPLACE FUNCTION integration.keep_event_months(months integer, OUT made integer, OUT dropped integer)
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
END $$
"""


def upgrade() -> None:
    online.run(KEEP_MONTHS)
