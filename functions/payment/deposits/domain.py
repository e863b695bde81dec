"""A deposit: taken at the door, and given back unless something is kept of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payment.deposits.errors import NoDepositError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.providers import HandedBy
from shared_schemas.visits.status import BookingStatus

TAKEN_FOR: frozenset[BookingStatus] = frozenset({"pending", "confirmed", "in_progress"})


@dataclass(frozen=True)
class StoredDeposit:
    """`given_back` and `amount` in kopecks; what is still held, `Held` of the same id says."""

    id: UUID
    booking_id: UUID
    booking_number: str
    amount: int
    method: HandedBy
    taken_by: str
    taken_at: datetime
    given_back: int = 0


def require_taken_now(terms: PaymentTerms) -> None:
    """`NoDepositError` for a visit that will not be, or was."""
    if terms.status not in TAKEN_FOR:
        raise NoDepositError
