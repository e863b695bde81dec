"""What is asked of sales: to sell a slot, and to call a booking off."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from booking.bookings.domain.booking import NO_DETAILS
from shared_schemas.booking.bookings import OrderDetails
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.common import Money
from shared_schemas.guests import AdmittedGuest
from shared_schemas.payment.kinds import RefundTarget

Limit = Literal["none", "waits", "hastens"]
"""How the limit on a client's holds is kept: `none` for staff; `waits` for the client's other requests; `hastens` fails
instead of waiting, for a transaction whose locks those requests may want."""


@dataclass(frozen=True)
class Agreed:
    """The visit was sold before, elsewhere: for `total`, or at our price. Nothing is asked in advance any more."""

    total: Money | None = None


@dataclass(frozen=True)
class Sale:
    """What is booked, for whom, and on whose word.

    `override_reason` sets the hall's rules aside, and is for staff; `hold_minutes` is the policy's if absent. `limit`
    is how what the client holds already is looked at."""

    request: SlotRequest
    customer_id: UUID
    actor: str
    details: OrderDetails = NO_DETAILS
    override_reason: str | None = None
    quote_id: UUID | None = None
    group_id: UUID | None = None
    hold_minutes: float | None = None
    waitlist_id: UUID | None = None
    limit: Limit = "waits"
    guest: AdmittedGuest | None = None
    """The customer as a guest, whose telephone number limits and blocks go by."""
    agreed: Agreed | None = None
    """What comes from another system; its customer accepted other rules there."""


@dataclass(frozen=True)
class Cancellation:
    """Who calls a booking off, and why; without `refund_percent` its own terms say what goes back."""

    actor: str
    reason: str | None
    refund_percent: int | None = None
    refund_to: RefundTarget = "payer"
