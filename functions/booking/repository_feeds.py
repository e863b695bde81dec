"""SQL of calendar feeds: their addresses, and what they show."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update
from sqlalchemy.types import ARRAY, Uuid

from booking import tables_calendar as c
from booking.domain_feeds import ClosedTime, FeedVisit
from booking.domain_ranges import TimeRange
from booking.errors_calendar import (
    CalendarFeedNotFoundError,
)
from shared_schemas.halls import CalendarFeed

VISITS = """
SELECT b.id, b.number, b.version, b.status, lower(b.during) AS start, upper(b.during) AS end, b.people,
       b.details->>'hall_name' AS hall_name,
       (SELECT max(t.at) FROM booking.transitions t WHERE t.booking_id = b.id) AS changed_at
  FROM booking.bookings b
 WHERE {which}
 ORDER BY start, b.id
"""
# What holds time is found by its claims, whichever of its halls they are on; what holds none any more, by its hall.
OF_SPACES = text(
    VISITS.replace(
        "{which}",
        """b.id IN (
       SELECT o.owner_id FROM booking.occupancy o
        WHERE o.hall_id = ANY(:spaces) AND o.during && tstzrange(:start, :end) AND o.kind = 'booking'
        UNION
       SELECT own.id FROM booking.bookings own
        WHERE own.hall_id = ANY(ARRAY(SELECT h.id FROM booking.halls h WHERE h.spaces && :spaces))
          AND lower(own.during) >= :start AND lower(own.during) < :end)""",
    )
)
OF_CUSTOMER = text(VISITS.replace("{which}", "b.customer_id = :customer AND b.during && tstzrange(:start, :end)"))
CLOSED = text(
    """
SELECT o.owner_id, lower(o.during) AS start, max(upper(o.during)) AS end, min(k.created_at) AS created_at
  FROM booking.occupancy o JOIN booking.closures k ON k.id = o.owner_id
 WHERE o.hall_id = ANY(:spaces) AND o.during && tstzrange(:start, :end) AND o.kind = 'closure'
 GROUP BY o.owner_id, lower(o.during)
 ORDER BY start, o.owner_id"""
)


class FeedRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: CalendarFeed, token_digest: str, created_by: UUID) -> None:
        values = feed.model_dump(exclude={"url"})
        self._connection.execute(
            insert(c.calendar_feeds).values(**values, token_digest=token_digest, created_by=created_by)
        )

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

    def visits_of_spaces(self, spaces: Collection[UUID], window: TimeRange) -> list[FeedVisit]:
        return self._visits(OF_SPACES.bindparams(*_spaces(spaces)), window)

    def visits_of_customer(self, customer_id: UUID, window: TimeRange) -> list[FeedVisit]:
        return self._visits(OF_CUSTOMER.bindparams(customer=customer_id), window)

    def closed(self, spaces: Collection[UUID], window: TimeRange) -> list[ClosedTime]:
        query = CLOSED.bindparams(*_spaces(spaces), start=window.start, end=window.end)
        return [
            ClosedTime(row.owner_id, TimeRange(row.start, row.end).utc(), row.created_at.astimezone(UTC))
            for row in self._connection.execute(query)
        ]

    def _visits(self, query: Any, window: TimeRange) -> list[FeedVisit]:
        rows = self._connection.execute(query, {"start": window.start, "end": window.end})
        return [
            FeedVisit(
                row.id,
                row.number,
                row.version,
                row.status,
                TimeRange(row.start, row.end).utc(),
                row.people,
                row.hall_name,
                row.changed_at.astimezone(UTC),
            )
            for row in rows
        ]


def _spaces(spaces: Collection[UUID]) -> list[Any]:
    return [bindparam("spaces", list(spaces), type_=ARRAY(Uuid))]


def _feed(row: Row[Any]) -> CalendarFeed:
    return CalendarFeed(
        id=row.id,
        hall_id=row.hall_id,
        customer_id=row.customer_id,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )
