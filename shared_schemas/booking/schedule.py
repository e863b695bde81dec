"""Contracts of the schedule: what staff see of some days, in all halls."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.booking.bookings import PaymentState
from shared_schemas.booking.extras import BookedAddOn
from shared_schemas.common import Contract, Day, Instant, Money
from shared_schemas.texts import Cursor, Said
from shared_schemas.visits.purposes import PHOTO, VisitPurpose
from shared_schemas.visits.status import BookingStatus

Told = Literal["complete", "unavailable", "withheld"]
MOST_VISITS = 1000
"""On a page; the gateway tells as many contacts at once."""


class SchedulePeriod(Contract):
    """Local days of each hall, `to` exclusive, six weeks at most."""

    from_: Day = Field(alias="from")
    to: Day


class ScheduleStamp(Contract):
    """Another one than before means that visits or busy times of those days are not what they were."""

    stamp: str


class ScheduleQuery(SchedulePeriod):
    """Local days of each hall, `to` exclusive, six weeks at most; `cursor` from the previous page.

    `hall_id` includes everything that shares its space: the hall, a hall that it is a part of, and its parts."""

    hall_id: UUID | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=500, ge=1, le=MOST_VISITS)


class ScheduledCustomer(Contract):
    """Who comes. Name and phone are absent for who was erased, and where `contacts` are not complete."""

    id: UUID
    full_name: Said | None = Field(default=None, examples=["Anna Petrova"])
    phone: Said | None = Field(default=None, examples=["+79161234567"])
    first_visit: bool
    """No visit of theirs has begun before this one."""
    missed_before: bool
    """They did not come to an earlier visit."""


class ScheduledVisit(Contract):
    """A visit as the desk needs it. Those that were cancelled or whose hold expired are not on the schedule."""

    id: UUID
    number: str
    status: BookingStatus
    version: int
    group_id: UUID | None = None
    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[])
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    purpose: VisitPurpose = PHOTO
    customer: ScheduledCustomer
    add_ons: list[BookedAddOn] = Field(default=[])
    comment: Said | None = None
    total: Money
    paid: Money
    """What was paid and not refunded."""
    due: Money
    """What is still to be paid; nothing after a no-show."""
    payment_state: PaymentState
    deposit_held: Money = Money(amount=0)
    """Deposits that were taken for it, and not given back or kept; no part of `paid`."""
    hold_expires_at: Instant | None = None


class BusyTime(Contract):
    """Time that is not for rent: a closure, by its reason, or what an external calendar has taken, by its name."""

    kind: Literal["closure", "external"]
    id: UUID
    """Of the closure or of the calendar."""
    name: Said
    hall_ids: list[UUID]
    """The halls that it takes; of a hall that consists of others, these."""
    start: Instant
    end: Instant


class Schedule(Contract):
    """Visits by their start. `busy` is on the first page, for the whole period."""

    data: list[ScheduledVisit]
    busy: list[BusyTime]
    contacts: Told
    """`unavailable`: without the account service there are no names and no phones; ask again. `withheld`: an API key
    without `customers:read` is told none."""
    next_cursor: str | None = None
