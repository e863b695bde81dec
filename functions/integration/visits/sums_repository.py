"""SQL for revenue's daily sums: kept of UTC days that are over, until something of the day changes."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Date, Integer, Uuid, bindparam, text

# A movement of money as the parts that halls and tariffs have in it, to the kopeck.
PART = "coalesce(m.amount * s.ends / s.whole - m.amount * s.begins / s.whole, m.amount)"
# A change to a day takes a shared lock, summing the day an exclusive one: the sums include the change or are deleted by
# it. Locks are taken in one order, to avoid deadlocks.
LOCKS = 1_380_275_029
CHANGING = text(
    f"SELECT pg_advisory_xact_lock_shared({LOCKS}, d) FROM (SELECT unnest(:numbers) AS d ORDER BY 1) k"  # noqa: S608
).bindparams(bindparam("numbers", type_=ARRAY(Integer)))
ADDING_UP = text(f"SELECT pg_advisory_xact_lock({LOCKS}, :number)")
FORGET = """
DELETE FROM integration.revenue_days
 WHERE day IN (SELECT day FROM integration.revenue_days {of_days} ORDER BY day FOR UPDATE)
"""
FORGET_ALL = text(FORGET.format(of_days=""))
FORGET_DAYS = text(FORGET.format(of_days="WHERE day = ANY(:days)")).bindparams(bindparam("days", type_=ARRAY(Date)))
MOVED = "SELECT DISTINCT CAST(at AT TIME ZONE 'UTC' AS date) FROM integration.movements WHERE {column} = ANY(:ids)"
# Newest first; what is older than ten years is seldom asked for. `greatest` overlooks a null: where no money moved yet,
# there is no day to add up.
DUE = text("""
SELECT CAST(s.at AS date)
  FROM generate_series((SELECT date_trunc('day', greatest(min(at) AT TIME ZONE 'UTC',
                                                          CAST(:today AS date) - interval '10 years'))
                          FROM integration.movements HAVING min(at) IS NOT NULL),
                       CAST(:before AS date) - interval '1 day', interval '1 day') AS s (at)
 WHERE NOT EXISTS (SELECT FROM integration.revenue_days k WHERE k.day = CAST(s.at AS date))
   AND NOT EXISTS (SELECT FROM integration.job_failures f
                    WHERE f.job = :job AND f.item = CAST(CAST(s.at AS date) AS text) AND f.next_attempt_at > :now)
 ORDER BY 1 DESC LIMIT :limit
""")
CLEAR = text("DELETE FROM integration.revenue_sums WHERE day = :day")
# Three kinds of rows, for a payment has one part in a hall that was sold at two tariffs: counts cannot be added up.
ADD_UP = text(f"""
INSERT INTO integration.revenue_sums (day, number, kind, hall_id, tariff, payments, gross, refunds)
SELECT CAST(:day AS date), row_number() OVER (), kind, hall_id, tariff, payments, gross, refunds
  FROM (SELECT CASE grouping(hall_id, tariff) WHEN 1 THEN 'hall' WHEN 2 THEN 'tariff' ELSE 'all' END AS kind,
               hall_id, tariff, count(DISTINCT id) FILTER (WHERE amount > 0) AS payments,
               coalesce(sum(part) FILTER (WHERE amount > 0), 0) AS gross,
               coalesce(-sum(part) FILTER (WHERE amount < 0), 0) AS refunds
          FROM (SELECT m.id, m.amount, s.hall_id, s.tariff, {PART} AS part
                  FROM integration.movements m LEFT JOIN integration.visit_shares s ON s.booking_id = m.booking_id
                 WHERE m.at >= :since AND m.at < :until) p
         GROUP BY GROUPING SETS ((hall_id), (tariff), ()) HAVING count(*) > 0) k
""")  # noqa: S608
KEEP = text("INSERT INTO integration.revenue_days (day, added_up_at) VALUES (:day, :now) ON CONFLICT DO NOTHING")
KEPT = text("SELECT count(*) FROM integration.revenue_days WHERE day >= :first AND day < :after")
# The sums of days that are kept; of others, and of what the period has of its first and last, movement by movement.
REVENUE = """
WITH period AS (SELECT CAST(:since AS timestamptz) AS since, CAST(:until AS timestamptz) AS until),
days AS MATERIALIZED (
    SELECT CAST(d.at AS date) AS day, greatest(opens, since) AS begins, least(closes, until) AS ends,
           k.day IS NOT NULL AND opens >= since AND closes <= until AS kept
      FROM period
     CROSS JOIN generate_series(date_trunc('day', since AT TIME ZONE 'UTC'), until AT TIME ZONE 'UTC',
                                interval '1 day') AS d (at)
     CROSS JOIN LATERAL (SELECT d.at AT TIME ZONE 'UTC' AS opens,
                                (d.at + interval '1 day') AT TIME ZONE 'UTC' AS closes) o
      LEFT JOIN integration.revenue_days k ON k.day = CAST(d.at AS date)),
moved AS (
    SELECT m.id, m.amount, s.{column} AS key, {part} AS part
      FROM days d
     CROSS JOIN LATERAL (SELECT * FROM integration.movements WHERE at >= d.begins AND at < d.ends OFFSET 0) m
      LEFT JOIN LATERAL (SELECT * FROM integration.visit_shares WHERE booking_id = m.booking_id OFFSET 0) s ON true
     WHERE NOT d.kept),
parts AS (
    SELECT key, grouping(key) = 1 AS is_total, count(DISTINCT id) FILTER (WHERE amount > 0) AS payments,
           coalesce(sum(part) FILTER (WHERE amount > 0), 0) AS gross,
           coalesce(-sum(part) FILTER (WHERE amount < 0), 0) AS refunds
      FROM moved GROUP BY GROUPING SETS ((key), ())
    UNION ALL
    SELECT CASE WHEN s.kind = :kind THEN s.{column} END, s.kind = 'all', s.payments, s.gross, s.refunds
      FROM integration.revenue_sums s JOIN days d ON d.day = s.day AND d.kept WHERE s.kind IN (:kind, 'all'))
SELECT key, is_total, sum(payments) AS payments, sum(gross) AS gross, sum(refunds) AS refunds,
       sum(gross) - sum(refunds) AS net
  FROM parts GROUP BY key, is_total ORDER BY is_total, key
"""


class SumRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, job: str, now: datetime, before: date, limit: int) -> list[date]:
        values = {"job": job, "now": now, "today": now.astimezone(UTC).date(), "before": before, "limit": limit}
        return list(self._connection.execute(DUE, values).scalars())

    def add_up(self, day: date, now: datetime) -> None:
        since = datetime.combine(day, time(), UTC)
        self._connection.execute(ADDING_UP, {"number": day.toordinal()})
        self._connection.execute(CLEAR, {"day": day})
        self._connection.execute(ADD_UP, {"day": day, "since": since, "until": since + timedelta(days=1)})
        self._connection.execute(KEEP, {"day": day, "now": now})

    def forget_all(self) -> None:
        self._connection.execute(FORGET_ALL)


def money_of(connection: Connection, column: str, ids: Collection[UUID]) -> set[date]:
    """The days on which money moved, of bookings (`booking_id`) or movements (`id`)."""
    wanted = text(MOVED.format(column=column)).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
    return set(connection.execute(wanted, {"ids": list(ids)}).scalars())


def forget(connection: Connection, days: Collection[date]) -> None:
    """Something of these days changes in this transaction."""
    if days:
        connection.execute(CHANGING, {"numbers": [day.toordinal() for day in days]})
        connection.execute(FORGET_DAYS, {"days": list(days)})


def mostly_kept(connection: Connection, since: datetime, until: datetime) -> bool:
    """Whether sums spare more than they cost."""
    first, after = since.astimezone(UTC).date(), until.astimezone(UTC).date()
    kept: int = connection.execute(KEPT, {"first": first, "after": after}).scalar_one()
    return 2 * kept > (after - first).days


def summed(column: str) -> str:
    """Revenue by hall or by tariff, with what is kept of it."""
    return REVENUE.format(column=column, part=PART)
