"""SQL for the schedule: a fixed number of statements, however many visits there are."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from booking.bookings.domain.booking import payment_state
from booking.bookings.domain.terms import missing
from core.http.paging import Cursor
from shared_schemas.booking.schedule import BusyTime, ScheduledCustomer, ScheduledVisit, SchedulePeriod, ScheduleQuery
from shared_schemas.common import Money

# Bounds in UTC, wider than any zone needs, are what the indexes are searched by; then each hall's own clock counts.
WINDOW = """tstzrange(timezone('UTC', CAST(:first AS timestamp)) - interval '1 day',
                 timezone('UTC', CAST(:before AS timestamp)) + interval '1 day')"""
SHOWN = "b.status NOT IN ('cancelled', 'expired')"
# What the customer did before is looked up in an index of its own, because regulars have thousands of bookings.
VISITS = f"""
SELECT b.id, b.number, b.status, b.version, b.group_id, b.hall_id, b.also_hall_ids, b.people, b.comment,
       b.details->>'hall_name' AS hall_name, b.details->>'timezone' AS timezone,
       coalesce(b.details->>'purpose', 'photo') AS purpose,
       lower(b.during) AS start, upper(b.during) AS end, coalesce(b.price->'add_ons', '[]') AS add_ons,
       b.total, b.paid, b.refund_due, b.refunded, b.hold_expires_at, b.customer_id,
       (SELECT coalesce(sum(d.held), 0) FROM booking.deposits d
         WHERE d.booking_id = b.id AND d.held > 0) AS deposit_held,
       NOT EXISTS (SELECT FROM booking.bookings e WHERE e.customer_id = b.customer_id
                  AND lower(e.during) < lower(b.during) AND e.status IN ('in_progress', 'completed')) AS first_visit,
       EXISTS (SELECT FROM booking.bookings e WHERE e.customer_id = b.customer_id
                  AND lower(e.during) < lower(b.during) AND e.status = 'no_show') AS missed_before
  FROM booking.bookings b
 WHERE {SHOWN} AND b.during && {WINDOW}
   AND upper(b.during) > timezone(b.details->>'timezone', CAST(:first AS timestamp))
   AND lower(b.during) < timezone(b.details->>'timezone', CAST(:before AS timestamp))
"""  # noqa: S608 - nothing of a caller's
AFTER = " AND (lower(b.during), b.id) > (:start, :id)"
IN_ORDER = " ORDER BY lower(b.during), b.id LIMIT :limit"
SHARING = """ (SELECT h.id FROM booking.halls h
                WHERE h.spaces && (SELECT a.spaces FROM booking.halls a WHERE a.id = :hall_id))"""
OF_HALL = f" AND (b.hall_id IN {SHARING} OR b.also_hall_ids && ARRAY{SHARING})"
# Hall by hall, which OFFSET 0 insists on: the index of claims begins with the hall, and has no use for time alone.
BUSY = f"""
SELECT o.owner_id AS id, o.kind, lower(o.during) AS start, upper(o.during) AS end, min(h.timezone) AS timezone,
       array_agg(h.id ORDER BY h.name, h.id) AS hall_ids, min(coalesce(c.reason, e.name)) AS name
  FROM booking.halls h CROSS JOIN LATERAL (
       SELECT * FROM booking.occupancy t
        WHERE t.hall_id = h.id AND t.kind <> 'booking' AND t.during && {WINDOW} OFFSET 0) o
  LEFT JOIN booking.closures c ON c.id = o.owner_id
  LEFT JOIN booking.external_calendars e ON e.id = o.owner_id
 WHERE upper(o.during) > timezone(h.timezone, CAST(:first AS timestamp))
   AND lower(o.during) < timezone(h.timezone, CAST(:before AS timestamp))
   AND (CAST(:hall_id AS uuid) IS NULL
        OR h.id = ANY((SELECT a.spaces FROM booking.halls a WHERE a.id = :hall_id)::uuid[]))
 GROUP BY o.owner_id, o.kind, o.during ORDER BY lower(o.during), o.owner_id
"""  # noqa: S608 - nothing of a caller's

# What desks ask every second or two: sums of hashes, so that nothing is sorted and no row leaves the database. The
# window is a day wider than what is shown on either side, and deposits, of which few are held, are those of all days:
# a needless look now and then.
STAMP = f"""
SELECT concat_ws('.',
  (SELECT sum(hashtextextended(concat_ws(' ', b.id, b.version, b.status, b.total, b.paid, b.refund_due), 0))
     FROM booking.bookings b WHERE {SHOWN} AND b.during && {WINDOW}),
  (SELECT coalesce(sum(hashtextextended(concat_ws(' ', d.deposit_id, d.held), 0)), 0)
     FROM booking.deposits d WHERE d.held > 0),
  (SELECT sum(hashtextextended(concat_ws(' ', h.id, o.owner_id, o.during), 0))
     FROM booking.halls h CROSS JOIN LATERAL (
          SELECT t.owner_id, t.during FROM booking.occupancy t
           WHERE t.hall_id = h.id AND t.kind <> 'booking' AND t.during && {WINDOW} OFFSET 0) o))
"""  # noqa: S608 - nothing of a caller's


class ScheduleRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def visits(self, query: ScheduleQuery, after: Cursor | None, limit: int) -> list[ScheduledVisit]:
        statement, values = VISITS, _days(query) | {"limit": limit}
        if query.hall_id:
            statement, values = statement + OF_HALL, values | {"hall_id": query.hall_id}
        if after:
            statement, values = statement + AFTER, values | dict(zip(("start", "id"), after, strict=True))
        return [_visit(row) for row in self._connection.execute(text(statement + IN_ORDER), values)]

    def busy(self, query: ScheduleQuery) -> list[BusyTime]:
        values = _days(query) | {"hall_id": query.hall_id}
        return [_busy(row) for row in self._connection.execute(text(BUSY), values)]

    def stamp(self, period: SchedulePeriod) -> str:
        return str(self._connection.execute(text(STAMP), _days(period)).scalar_one())


def _days(query: SchedulePeriod) -> dict[str, Any]:
    return {"first": query.from_, "before": query.to}


def _visit(row: Row[Any]) -> ScheduledVisit:
    zone = ZoneInfo(row.timezone)
    money = {name: Money(amount=getattr(row, name)) for name in ("total", "paid", "refund_due", "refunded")}
    told = ("id", "number", "status", "version", "group_id", "hall_id", "also_hall_ids", "hall_name", "timezone")
    return ScheduledVisit(
        **{name: getattr(row, name) for name in (*told, "people", "purpose", "comment", "add_ons", "hold_expires_at")},
        start=row.start.astimezone(zone),
        end=row.end.astimezone(zone),
        customer=ScheduledCustomer(id=row.customer_id, first_visit=row.first_visit, missed_before=row.missed_before),
        total=money["total"],
        paid=money["paid"],
        due=missing(row.status, money["total"], row.paid - row.refund_due),
        payment_state=payment_state(row.status, **money),
        deposit_held=Money(amount=int(row.deposit_held)),
    )


def _busy(row: Row[Any]) -> BusyTime:
    zone = ZoneInfo(row.timezone)
    told = {name: getattr(row, name) for name in ("kind", "id", "name", "hall_ids")}
    return BusyTime(**told, start=row.start.astimezone(zone), end=row.end.astimezone(zone))
