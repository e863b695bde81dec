"""SQL for calendar feeds: their addresses, and what they show."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Row, bindparam, insert, select, text, update
from sqlalchemy.types import ARRAY, Uuid

from booking.feeds import tables as c
from booking.feeds.domain import ClosedTime, FeedVisit
from booking.feeds.errors import CalendarFeedNotFoundError
from booking.time.ranges import TimeRange
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.feeds import CalendarFeed

FIELDS = StoredFields(CalendarFeed, c.calendar_feeds, apart=["url"])
# A version has the step that made it, which says since when it is so.
VISITS = """
SELECT b.id, b.number, b.version, b.status, lower(b.during) AS start, upper(b.during) AS end, b.people, b.hall_id,
       b.details->>'hall_name' AS hall_name,
       (SELECT max(t.at) FROM booking.transitions t WHERE t.booking_id = b.id) AS changed_at
  FROM booking.bookings b
 WHERE {which}
"""
# What holds time is found by its claims, whichever of its halls they are on; who did not come holds none any more.
# What was there and went, cancelled or moved elsewhere, is found by the step by which it went, with its time before.
OF_SPACES = """
WITH named AS MATERIALIZED (SELECT h.id FROM booking.halls h WHERE h.spaces && :spaces),
here AS MATERIALIZED (
       SELECT o.owner_id AS id FROM booking.occupancy o
        WHERE o.hall_id = ANY(:spaces) AND o.during && tstzrange(:start, :end) AND o.kind = 'booking'
        UNION
       SELECT n.id FROM booking.bookings n
        WHERE n.status = 'no_show' AND n.during && tstzrange(:start, :end)
          AND (n.hall_id IN (TABLE named) OR n.also_hall_ids && ARRAY(TABLE named))),
gone AS (
       SELECT DISTINCT ON (t.booking_id) t.booking_id AS id, t.version, t.at,
              (SELECT s.before->>'start' FROM booking.transitions s
                WHERE s.booking_id = t.booking_id AND s.version >= t.version AND s.before ? 'start'
                ORDER BY s.version LIMIT 1) AS start,
              (SELECT s.before->>'end' FROM booking.transitions s
                WHERE s.booking_id = t.booking_id AND s.version >= t.version AND s.before ? 'end'
                ORDER BY s.version LIMIT 1) AS end
         FROM booking.transitions t JOIN booking.bookings b ON b.id = t.booking_id
        WHERE t.at >= :since AND (t.to_status IN ('cancelled', 'expired') OR t.action = 'reschedule')
          AND ((t.to_status IN ('cancelled', 'expired') AND t.to_status = b.status
                AND (b.hall_id IN (TABLE named) OR b.also_hall_ids && ARRAY(TABLE named)))
               OR CAST(t.before->>'hall_id' AS uuid) IN (TABLE named)
               OR t.before->'also_hall_ids' ?| ARRAY(SELECT CAST(id AS text) FROM named))
          AND t.booking_id NOT IN (TABLE here)
        ORDER BY t.booking_id, t.version DESC)
{visits}
 UNION ALL
SELECT b.id, b.number, g.version, 'cancelled', coalesce(CAST(g.start AS timestamptz), lower(b.during)),
       coalesce(CAST(g.end AS timestamptz), upper(b.during)), b.people, b.hall_id,
       b.details->>'hall_name', g.at
  FROM gone g JOIN booking.bookings b ON b.id = g.id
""".replace("{visits}", VISITS.replace("{which}", "b.id IN (TABLE here)"))
OF_CUSTOMER = VISITS.replace(
    "{which}",
    """b.customer_id = :customer AND b.during && tstzrange(:start, :end)
   AND (b.status NOT IN ('cancelled', 'expired') OR :since <= (
        SELECT max(t.at) FROM booking.transitions t WHERE t.booking_id = b.id))""",
)
IN_ORDER = "SELECT * FROM ({visits}) v ORDER BY v.start, v.id"
# All that an event says follows from the booking's version and from whether it is still there.
STAMP = """
SELECT md5(coalesce(string_agg(CAST(ROW(v.id, v.version, v.status, v.start) AS text), ',' ORDER BY v.id), ''))
  FROM ({visits}) v
"""
CLOSED = """
SELECT o.owner_id, lower(o.during) AS start, max(upper(o.during)) AS end,
       min(coalesce(k.removed_at, k.created_at)) AS changed_at, bool_or(k.removed_at IS NOT NULL) AS removed,
       true AS holds
  FROM booking.occupancy o JOIN booking.closures k ON k.id = o.owner_id
 WHERE o.hall_id = ANY(:spaces) AND o.during && tstzrange(:start, :end) AND o.kind = 'closure'
 GROUP BY o.owner_id, lower(o.during)
"""
# Occurrences that were still to come when their closure was taken back; what had begun is kept up to that moment.
OPENED = """
SELECT k.id AS owner_id, span.start, span.end, k.removed_at AS changed_at, true AS removed, false AS holds
  FROM booking.closures k CROSS JOIN jsonb_to_recordset(k.document->'occurrences')
       AS span ("start" timestamptz, "end" timestamptz)
 WHERE k.removed_at >= :since AND span.start >= k.removed_at AND span.start < :end
   AND (k.hall_id IS NULL OR k.hall_id IN (SELECT h.id FROM booking.halls h WHERE h.spaces && :spaces))
"""


class FeedRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: CalendarFeed, token_digest: str, created_by: UUID) -> None:
        more = {"token_digest": token_digest, "created_by": created_by}
        self._connection.execute(insert(c.calendar_feeds).values(**FIELDS.values(feed), **more))

    def by_token(self, token_digest: str) -> CalendarFeed | None:
        query = select(c.calendar_feeds).where(c.calendar_feeds.c.token_digest == token_digest)
        row = self._connection.execute(query).one_or_none()
        return _feed(row) if row else None

    def of(self, created_by: UUID) -> list[CalendarFeed]:
        columns = c.calendar_feeds.c
        query = (
            select(c.calendar_feeds)
            .where(columns.created_by == created_by)
            .order_by(columns.created_at.desc(), columns.id)
        )
        return [_feed(row) for row in self._connection.execute(query)]

    def revoke(self, feed_id: UUID, created_by: UUID, at: datetime) -> None:
        columns = c.calendar_feeds.c
        statement = (
            update(c.calendar_feeds)
            .where(columns.id == feed_id, columns.created_by == created_by, columns.revoked_at.is_(None))
            .values(revoked_at=at)
        )
        if self._connection.execute(statement).rowcount != 1:
            raise CalendarFeedNotFoundError

    def erase(self, customer_id: UUID, at: datetime) -> None:
        """Every address that leads to the person's bookings, or was made by the person, becomes useless."""
        columns = c.calendar_feeds.c
        own = (columns.customer_id == customer_id) | (columns.created_by == customer_id)
        self._connection.execute(
            update(c.calendar_feeds).where(own, columns.revoked_at.is_(None)).values(revoked_at=at)
        )

    def visits_of_spaces(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> list[FeedVisit]:
        return self._visits(OF_SPACES, window, since, _spaces(spaces))

    def visits_of_customer(self, customer_id: UUID, window: TimeRange, since: datetime) -> list[FeedVisit]:
        return self._visits(OF_CUSTOMER, window, since, bindparam("customer", customer_id, type_=Uuid))

    def stamp_of_spaces(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> str:
        return self._stamp(OF_SPACES, window, since, _spaces(spaces))

    def stamp_of_customer(self, customer_id: UUID, window: TimeRange, since: datetime) -> str:
        return self._stamp(OF_CUSTOMER, window, since, bindparam("customer", customer_id, type_=Uuid))

    def closed(self, spaces: Collection[UUID], window: TimeRange) -> list[ClosedTime]:
        return self._closed(CLOSED, spaces, window)

    def closed_or_opened(self, spaces: Collection[UUID], window: TimeRange, since: datetime) -> list[ClosedTime]:
        return self._closed(f"{CLOSED} UNION ALL {OPENED}", spaces, window, since=since)

    def _closed(self, query: str, spaces: Collection[UUID], window: TimeRange, **more: Any) -> list[ClosedTime]:
        statement = text(f"{query} ORDER BY start, owner_id").bindparams(_spaces(spaces))
        values = {"start": window.start, "end": window.end, **more}
        return [
            ClosedTime(
                row.owner_id,
                TimeRange(row.start, row.end).utc(),
                row.changed_at.astimezone(UTC),
                removed=row.removed,
                holds=row.holds,
            )
            for row in self._connection.execute(statement, values)
        ]

    def _stamp(self, visits: str, window: TimeRange, since: datetime, of: BindParameter[Any]) -> str:
        statement = text(STAMP.replace("{visits}", visits)).bindparams(of)
        values = {"start": window.start, "end": window.end, "since": since}
        return str(self._connection.execute(statement, values).scalar_one())

    def _visits(self, visits: str, window: TimeRange, since: datetime, of: BindParameter[Any]) -> list[FeedVisit]:
        statement = text(IN_ORDER.replace("{visits}", visits)).bindparams(of)
        rows = self._connection.execute(statement, {"start": window.start, "end": window.end, "since": since})
        return [
            FeedVisit(
                row.id,
                row.number,
                row.version,
                row.status,
                TimeRange(row.start, row.end).utc(),
                row.people,
                row.hall_id,
                row.hall_name,
                row.changed_at.astimezone(UTC),
            )
            for row in rows
        ]


def _spaces(spaces: Collection[UUID]) -> BindParameter[Any]:
    return bindparam("spaces", list(spaces), type_=ARRAY(Uuid))


def _feed(row: Row[Any]) -> CalendarFeed:
    return CalendarFeed(**FIELDS.read(row))
