"""What a booking asks for, as the booking service says it."""

from typing import Any
from uuid import uuid4

from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from tests.support.payment.cashier import minutes_from_now


def terms(**changes: Any) -> PaymentTerms:
    """A held booking of 4000 rubles, half of which confirms it."""
    values: dict[str, Any] = {
        "booking_id": uuid4(),
        "booking_version": 1,
        "number": "7K3Q9D2M",
        "customer_id": uuid4(),
        "status": "pending",
        "due": Money(amount=200_000),
        "balance": Money(amount=400_000),
        "hold_expires_at": minutes_from_now(15),
        "correlation_id": "flow",
    }
    return PaymentTerms.model_validate(values | changes)
