"""What our calendars tell subscribers: bookings and closures as events with stable ids and rising sequence."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from booking.studio.domain import Place
from booking.time.ranges import TimeRange
from shared_schemas.errors import Locale, Text
from shared_schemas.visits.calendar_uids import booking_uid, occurrence_uid
from shared_schemas.visits.status import BookingStatus

EventStatus = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
STATUSES: Mapping[BookingStatus, EventStatus] = {
    "pending": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "in_progress": "CONFIRMED",
    "completed": "CONFIRMED",
    "no_show": "CONFIRMED",
    "cancelled": "CANCELLED",
    "expired": "CANCELLED",
}
PAST = timedelta(days=60)
"""How far a feed looks back."""
CANCELLED_STAYS = timedelta(days=30)
"""For how long a feed says that something was cancelled; a calendar that asks less often keeps the event."""
PEOPLE = Text("{number} · people: {people}", "{number} · человек: {people}")
CLOSED = Text("Closed", "Закрыто")


@dataclass(frozen=True)
class FeedVisit:
    """A booking as calendars need it; `changed_at` is when its `version` came to be."""

    id: UUID
    number: str
    version: int
    status: BookingStatus
    during: TimeRange
    people: int
    hall_id: UUID
    hall_name: str
    changed_at: datetime


@dataclass(frozen=True)
class ClosedTime:
    """A stretch that a closure takes."""

    closure_id: UUID
    during: TimeRange
    changed_at: datetime
    removed: bool = False
    """Whether the closure was taken back; what `holds` of it nevertheless is past."""
    holds: bool = True


@dataclass(frozen=True)
class FeedEvent:
    """One VEVENT; times in UTC."""

    uid: str
    sequence: int
    status: EventStatus
    during: TimeRange
    summary: str
    changed_at: datetime
    place: Place | None = None


def hall_event(visit: FeedVisit, locale: Locale) -> FeedEvent:
    """A visit as the staff see it, who know where the hall is: nothing that says who comes."""
    return _event(visit, PEOPLE.render(locale, {"number": visit.number, "people": visit.people}))


def client_event(visit: FeedVisit, place: Place | None) -> FeedEvent:
    """A visit as its client sees it."""
    return replace(_event(visit, visit.hall_name), place=place)


def closed_event(closed: ClosedTime, locale: Locale) -> FeedEvent:
    """A closure, without its reason, which may contain personal data."""
    uid = occurrence_uid(closed.closure_id, closed.during.start)
    status: EventStatus = "CONFIRMED" if closed.holds else "CANCELLED"
    return FeedEvent(uid, int(closed.removed), status, closed.during, CLOSED.render(locale, {}), closed.changed_at)


def digest(token: str) -> str:
    """What the database keeps of a feed's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def _event(visit: FeedVisit, summary: str) -> FeedEvent:
    uid, status = booking_uid(visit.id), STATUSES[visit.status]
    return FeedEvent(uid, visit.version, status, visit.during, summary, visit.changed_at)
