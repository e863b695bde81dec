"""Contracts of groups of bookings."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.booking.bookings import Booking, OrderDetails, PaymentTerms
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.quotes import AskedVisit
from shared_schemas.calendar import Recurrence
from shared_schemas.common import Contract, Instant, Money
from shared_schemas.texts import Reason, Remark


class GroupItem(AskedVisit):
    """One visit of a group."""


class GroupRequest(OrderDetails):
    """Several visits at once: listed, repeated by a rule, or both; each is priced and held as its own booking.

    `mode` says what happens if some are not available: book nothing (`all`), or book the others (`free`)."""

    items: list[GroupItem] = Field(min_length=1, max_length=50)
    recurrence: Recurrence | None = None
    mode: Literal["all", "free"] = "all"
    customer_id: UUID | None = None
    override_reason: Reason | None = None


class SkippedVisit(Contract):
    """A visit that could not be booked, and the code of the reason."""

    hall_id: UUID
    start: Instant
    end: Instant
    codes: list[str]


class BookingGroup(Contract):
    """Bookings that were made together; sums are over those that are still live."""

    id: UUID
    bookings: list[Booking]
    skipped: list[SkippedVisit] = Field(default=[])
    total: Money
    prepayment: Money


class GroupPaymentTerms(Contract):
    """What the payment service may charge for each visit of a group right now."""

    visits: list[PaymentTerms]


class GroupCancelRequest(CancelRequest):
    """Cancel the whole group, or the bookings named."""

    booking_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)


class GroupShiftRequest(Contract):
    """Move the whole group, or the bookings named, by the same number of local minutes: all of them or none."""

    booking_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)
    minutes: int = Field(ge=-60 * 24 * 366, le=60 * 24 * 366, multiple_of=15)
    reason: Remark | None = None
    override_reason: Reason | None = None
