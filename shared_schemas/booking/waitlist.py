"""Contracts of the waitlist."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.booking.bookings import OrderDetails
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.common import Contract, Instant
from shared_schemas.guests import GuestRequest
from shared_schemas.texts import Cursor

WaitlistStatus = Literal["waiting", "offered", "accepted", "missed", "withdrawn", "lapsed"]


class WaitlistSlot(OrderDetails, SlotRequest):
    """What is waited for."""


class WaitlistRequest(WaitlistSlot):
    """Wait for a slot. When it becomes free it is held for a while, at the price of that day."""

    customer_id: UUID | None = None
    """For staff: who waits."""
    guest: GuestRequest | None = None
    """For staff: who waits and has no account that they know of."""


class WaitlistEntry(WaitlistSlot):
    """A place on the waitlist; once offered, `booking_id` is the booking that holds the slot."""

    id: UUID
    customer_id: UUID
    status: WaitlistStatus
    booking_id: UUID | None = None
    created_at: Instant


class WaitlistQuery(Contract):
    """Entries newest first; `cursor` from the previous page."""

    cursor: Cursor | None = None
    limit: int = Field(default=20, ge=1, le=100)
