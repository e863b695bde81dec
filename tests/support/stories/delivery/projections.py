"""What every subscriber should know, worked out anew from the outboxes; and all that the services store, to compare."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, text

from infra.local.cli.receipts import oldest_missing
from infra.local.machine.aws import local_client
from tests.support.database import SERVICES
from tests.support.system.template import whole_system
from tests.support.system.whole import System
from tests.support.waiting import eventually

EVENTS = " UNION ALL ".join(f"SELECT * FROM {service}.outbox" for service in SERVICES)  # noqa: S608
# Each finds what breaks it.
CHECKS = {
    "an event that was never published": f"SELECT event_id, type FROM ({EVENTS}) e WHERE published_at IS NULL",  # noqa: S608
    "a replay that is not done": f"SELECT event_id, type FROM ({EVENTS}) e WHERE replay_at IS NOT NULL",  # noqa: S608
    "an event that is not in the log as it was published": f"""
        SELECT e.event_id, e.type FROM ({EVENTS}) e
         WHERE NOT EXISTS (SELECT FROM integration.events l WHERE l.id = e.event_id AND l.envelope = e.envelope)
    """,  # noqa: S608
    "a booking that Notification does not know as its newest event tells it": """
        SELECT n.booking_id, e.version, e.data->>'status', n.version, n.status FROM (
            SELECT DISTINCT ON (envelope->'data'->>'booking_id')
                   (envelope->'data'->>'booking_version')::int AS version, envelope->'data' AS data
              FROM booking.outbox WHERE envelope->'data' ? 'booking_version'
             ORDER BY envelope->'data'->>'booking_id', (envelope->'data'->>'booking_version')::int DESC) e
          LEFT JOIN notification.bookings n ON n.booking_id = (e.data->>'booking_id')::uuid
         WHERE n IS NULL OR (n.version, n.status, n.starts_at)
               IS DISTINCT FROM (e.version, e.data->>'status', (e.data->>'start')::timestamptz)
    """,
    "a booking that does not know what was paid for it": """
        SELECT b.number, b.paid, p.paid FROM booking.bookings b JOIN (
            SELECT booking_id, sum(amount) AS paid FROM payment.payments WHERE status = 'succeeded' GROUP BY booking_id
        ) p ON p.booking_id = b.id WHERE b.paid + b.refunded <> p.paid
    """,
    "a refund under way": "SELECT id, status FROM payment.refunds WHERE status IN ('creating', 'pending')",
    "a booking that does not know what went back": """
        SELECT b.number, b.refunded, r.refunded FROM booking.bookings b JOIN (
            SELECT booking_id, sum(amount) AS refunded FROM payment.refunds
             WHERE status = 'succeeded' GROUP BY booking_id
        ) r ON r.booking_id = b.id WHERE b.refunded <> r.refunded
    """,
    "a message under way": "SELECT id, status FROM notification.notifications WHERE next_attempt_at IS NOT NULL",
    "a confirmed booking without the message of it": """
        SELECT b.number FROM booking.bookings b
         WHERE b.status = 'confirmed' AND NOT EXISTS (
             SELECT FROM notification.notifications n
              WHERE n.booking_id = b.id AND n.template = 'booking_confirmed' AND n.status = 'sent')
    """,
}
TABLES = """
SELECT table_schema || '.' || table_name FROM information_schema.tables
 WHERE table_schema = ANY(:schemas) AND table_type = 'BASE TABLE'
   -- How far a job is, which goes on meanwhile.
   AND table_name NOT IN ('report_rebuilds', 'revenue_days', 'revenue_sums')
"""
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


def wrong(connection: Connection) -> list[str]:
    """A line for each projection that is not what the sources make of it."""
    found = {rule: connection.execute(text(query)).all() for rule, query in CHECKS.items()}
    return [f"{rule}: {len(rows)}, as {rows[:3]}" for rule, rows in found.items() if rows]


def lacking(system: System) -> object:
    """What a subscriber has no receipt for, if anything."""
    return oldest_missing(system.endpoints.database_url, whole_system())


def queues(system: System) -> dict[str, int]:
    """How many messages each queue holds, waiting or in flight."""
    sqs = local_client("sqs", system.endpoints.aws_endpoint)

    def count(url: str) -> int:
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
        return sum(int(counts[name]) for name in COUNTS)

    return {url.rpartition("/")[2]: count(url) for url in sqs.list_queues()["QueueUrls"]}


def come_to_rest(system: System) -> None:
    """Wait until no queue holds anything.

    Queues are counted one after the other, and what is on its way may jump to one that was found empty: nothing is at
    rest while the database is written to."""
    with system.database() as engine:

        def still() -> bool:
            before = _written(engine)
            return not any(queues(system).values()) and _written(engine) == before

        eventually(still)


def _written(engine: Engine) -> object:
    """How far PostgreSQL's log is: each commit brings it forward."""
    with engine.connect() as connection:
        return connection.execute(text("SELECT pg_current_wal_insert_lsn()")).scalar_one()


def contents(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table of every service, as text; of the outbox what never changes."""
    tables = connection.execute(text(TABLES), {"schemas": list(SERVICES)}).scalars()
    return {table: sorted(_rows(connection, table)) for table in tables}


def _rows(connection: Connection, table: str) -> Iterator[str]:
    what = "event_id, type, envelope" if table.endswith(".outbox") else "*"
    rows: Any = connection.execute(text(f"SELECT t::text FROM (SELECT {what} FROM {table}) t")).scalars()  # noqa: S608
    yield from rows
