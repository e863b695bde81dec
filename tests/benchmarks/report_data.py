"""As many visits and movements of money as asked, straight into what reports are computed from, by SQL alone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from shared_schemas.booking.open_hours import OpenHours
from shared_schemas.calendar import Span

ZONE = "Europe/Moscow"
MOSCOW = ZoneInfo(ZONE)
FIRST, DAYS = date(2024, 1, 1), 1096
"""Three years, filled evenly: each hall has a place every two hours, round the clock."""
HALLS = [UUID(int=number) for number in range(1, 101)]
BATCH = 100_000
TABLES = ("visits", "hall_times", "visit_shares", "movements")
SUMS = ("revenue_days", "revenue_sums")
EMPTY = f"TRUNCATE {', '.join(f'integration.{table}' for table in TABLES + SUMS)}"
MAINTENANCE = "VACUUM (ANALYZE) {}"
# Chance is the hash of a visit's number, so every run makes the same studio. Of a hundred visits 6 expire, 7 are called
# off (5 of them after they were paid), 3 are missed; a third last for two hours, one in twenty has a promo code.
VISITS = """
INSERT INTO integration.visits (booking_id, version, status, hall_id, starts_at, ends_at, local_start, people, total,
                                prepayment, promo_code, promo_discount, created_at, confirmed_at)
SELECT md5(number::text)::uuid, 3,
       CASE WHEN chance < 6 THEN 'expired' WHEN chance < 13 THEN 'cancelled' WHEN chance < 16 THEN 'no_show'
            ELSE 'completed' END,
       hall_id, start AT TIME ZONE :zone, (start + long) AT TIME ZONE :zone, start, 1 + mod(number, 5),
       150000 * hours, 75000 * hours, CASE WHEN mod(luck, 20) = 0 THEN 'CODE' || mod(number, 40) END,
       CASE WHEN mod(luck, 20) = 0 THEN 15000 ELSE 0 END,
       made, CASE WHEN chance >= 8 THEN made + interval '1 second' * mod(luck, 900) END
  FROM generate_series(CAST(:first AS int), CAST(:last AS int) - 1) AS number,
       LATERAL (SELECT mod(abs(hashint4(number)::bigint), 100) AS chance,
                       abs(hashint4(number + 1000000000)::bigint) AS luck,
                       (CAST(:halls AS uuid[]))[1 + mod(number, cardinality(CAST(:halls AS uuid[])))] AS hall_id,
                       number / cardinality(CAST(:halls AS uuid[])) AS place) AS a,
       LATERAL (SELECT CASE WHEN mod(luck, 3) = 0 THEN 2 ELSE 1 END AS hours,
                       CAST(:begin AS timestamp)
                       + interval '2 hours' * (place::bigint * CAST(:places AS int) / CAST(:each AS int)) AS start
               ) AS b,
       LATERAL (SELECT interval '1 hour' * hours AS long,
                       start AT TIME ZONE :zone - interval '1 minute' * mod(luck, 60 * 24 * 60) AS made) AS c
"""
TIMES = """
INSERT INTO integration.hall_times (booking_id, number, hall_id, day, from_minute, to_minute)
SELECT booking_id, 0, hall_id, local_start::date, extract(hour FROM local_start) * 60,
       extract(hour FROM local_start) * 60 + extract(epoch FROM ends_at - starts_at) / 60
  FROM integration.visits WHERE status IN ('completed', 'no_show')
"""
SHARES = """
INSERT INTO integration.visit_shares (booking_id, number, hall_id, tariff, minutes, begins, ends, whole)
SELECT booking_id, part, hall_id, CASE part WHEN 0 THEN 'Day' ELSE 'Evening' END, 60,
       part * total / parts, (part + 1) * total / parts, total
  FROM integration.visits, LATERAL (SELECT total / 150000 AS parts) AS p, generate_series(0, parts - 1) AS part
"""
PAYMENTS = """
INSERT INTO integration.movements (id, booking_id, payment_id, provider, purpose, amount, at)
SELECT md5(booking_id || purpose)::uuid, booking_id, md5(booking_id || purpose)::uuid,
       (ARRAY['yookassa', 'sberpay', 'tkassa'])[1 + mod(people, 3)], purpose, prepayment, paid_at
  FROM integration.visits,
       LATERAL (VALUES ('prepayment', confirmed_at), ('balance', starts_at)) AS p (purpose, paid_at)
 WHERE confirmed_at IS NOT NULL AND (purpose = 'prepayment' OR status = 'completed' AND people < 4)
"""
REFUNDS = """
INSERT INTO integration.movements (id, booking_id, payment_id, provider, purpose, amount, at)
SELECT md5(m.booking_id || 'refund')::uuid, m.booking_id, m.payment_id, m.provider, m.purpose, -m.amount / 2,
       m.at + interval '1 day'
  FROM integration.movements m JOIN integration.visits v USING (booking_id) WHERE v.status = 'cancelled'
"""


def fill(engine: Engine, visits: int) -> None:
    """Leave exactly that many visits."""
    values = {"halls": HALLS, "zone": ZONE, "begin": FIRST, "places": DAYS * 12, "each": max(visits // len(HALLS), 1)}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("SET synchronous_commit TO off", EMPTY):
            connection.execute(text(statement))
        for first in range(0, visits, BATCH):
            connection.execute(text(VISITS), values | {"first": first, "last": min(first + BATCH, visits)})
        for statement in (TIMES, SHARES, PAYMENTS, REFUNDS):
            connection.execute(text(statement))
    maintain(engine, TABLES)


def maintain(engine: Engine, tables: Sequence[str]) -> None:
    """As the database does by itself after a while."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(MAINTENANCE.format(", ".join(f"integration.{table}" for table in tables))))


class OpenHalls:
    """A hundred halls that are open from 9 to 22, remembered once they were asked for."""

    def __init__(self) -> None:
        self._known: dict[tuple[date, date], list[OpenHours]] = {}

    def open_hours(self, first: date, after: date) -> list[OpenHours]:
        if (first, after) not in self._known:
            days = [first + timedelta(days=number) for number in range((after - first).days)]
            open_ = [Span(start=_at(day, 9), end=_at(day, 22)) for day in days]
            self._known[first, after] = [
                OpenHours(hall_id=hall, hall_name=f"Hall {number}", timezone=ZONE, open=open_)
                for number, hall in enumerate(HALLS)
            ]
        return self._known[first, after]


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=MOSCOW)
