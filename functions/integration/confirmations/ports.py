"""What confirmations need of the world."""

from typing import Protocol
from uuid import UUID

from shared_schemas.common import Money


class BookingService(Protocol):
    """The booking service, as its callers see it."""

    def confirm(self, booking_id: UUID, payment_id: UUID, paid: Money) -> None:
        """`ConfirmationRefusedError` if repeating would not help; anything else raised is worth a repeat."""
