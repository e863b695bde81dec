"""A studio with as many live bookings as asked, straight into the tables: a set of rows at a time, by SQL alone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

DAYS = 1090
# Bookings stand at even hours; the odd ones stay free for those that are made while measuring.
PLACES = DAYS * 12
HALLS_AT_ONCE = 5
EMPTY = ("TRUNCATE booking.bookings CASCADE", "TRUNCATE booking.occupancy", "TRUNCATE booking.outbox")
BOOKINGS = """
INSERT INTO booking.bookings (id, number, status, version, customer_id, hall_id, during, people, price, details,
                              total, prepayment, created_at, correlation_id)
SELECT gen_random_uuid(), hall.number + CAST(:first AS int) || '-' || place, 'confirmed', 1,
       md5(mod(place, 5000)::text)::uuid, hall.id, tstzrange(start, start + interval '1 hour'), 1,
       '{"lines": [], "adjustments": [], "add_ons": []}', '{"hall_name": "Benchmark", "timezone": "Europe/Moscow"}',
       150000, 75000, now(), 'benchmark'
  FROM unnest(CAST(:halls AS uuid[])) WITH ORDINALITY AS hall (id, number),
       LATERAL (SELECT CAST(:each AS int) AS each_hall) AS spread,
       generate_series(0, each_hall - 1) AS place,
       LATERAL (SELECT CAST(:begin AS timestamptz)
                       + interval '2 hours' * (place * CAST(:places AS int) / each_hall) AS start) AS at
"""
CLAIMS = """
INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
SELECT id, hall_id, during, 'booking' FROM booking.bookings WHERE hall_id = ANY (CAST(:halls AS uuid[]))
"""
MAINTENANCE = "VACUUM (ANALYZE) booking.bookings, booking.occupancy, booking.halls"


def first_hour() -> datetime:
    """Where the generated bookings begin: a midnight in UTC, the day after tomorrow."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)


def fill(engine: Engine, halls: Sequence[str], bookings: int, progress: Callable[[int], None]) -> None:
    """Leave exactly that many bookings, spread evenly over the halls and three years."""
    each = bookings // len(halls)
    values = {"each": each, "places": PLACES, "begin": first_hour()}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("SET synchronous_commit TO off", *EMPTY):
            connection.execute(text(statement))
        for first in range(0, len(halls), HALLS_AT_ONCE):
            some = list(halls[first : first + HALLS_AT_ONCE])
            connection.execute(text(BOOKINGS), values | {"halls": some, "first": first})
            connection.execute(text(CLAIMS), {"halls": some})
            progress((first + len(some)) * each)
        connection.execute(text(MAINTENANCE))
