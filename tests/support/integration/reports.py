"""Visits and money as events tell of them, made up at random or as a test says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingEvent, TariffShare
from shared_schemas.events.envelope import REGISTRY, Envelope, EventData
from shared_schemas.events.payments import PaymentEvent, PaymentRefunded, PaymentSucceeded

HALL, OTHER = UUID(int=0xA), UUID(int=0xB)
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 30, tzinfo=ZoneInfo("Europe/Moscow"))


def wrapped(data: EventData, at: datetime) -> Envelope:
    source: Any = "payment" if data.type.startswith("payment.") else "booking"
    return Envelope.wrap(data, time=at, source=source, correlation_id="a-flow", causation_id=None)


def told(kind: str, booking: UUID, number: int, at: datetime, **changes: Any) -> Envelope:
    """An event about a booking of two hours on a Monday at ten."""
    start = changes.get("start", MONDAY + timedelta(hours=10))
    values: dict[str, Any] = {
        "booking_id": booking, "booking_version": number, "number": "N", "status": "pending",
        "customer_id": UUID(int=1), "hall_id": HALL, "hall_name": "Hall", "timezone": "Europe/Moscow",
        "start": start, "end": start + timedelta(hours=2), "people": 2,
        "total": Money(amount=10_000), "prepayment": Money(amount=5_000),
    }  # fmt: skip
    if kind == "booking.rescheduled":
        values |= {"previous_start": start, "previous_end": start}
    if kind in ("booking.extended", "booking.amended"):
        values |= {"previous_total": Money(amount=1)} | ({"previous_end": start} if kind == "booking.extended" else {})
    data = REGISTRY[kind, 1].model_validate(values | changes)
    assert isinstance(data, BookingEvent)
    return wrapped(data, at)


def tariff(name: str, amount: int, minutes: int = 60, hall: UUID = HALL) -> TariffShare:
    return TariffShare(hall_id=hall, tariff=name, minutes=minutes, amount=Money(amount=amount))


def paid(booking: UUID, amount: int, at: datetime, provider: str = "yookassa", purpose: str = "prepayment") -> Envelope:
    values = {"payment_id": uuid4(), "booking_id": booking, "customer_id": UUID(int=1), "provider": provider,
              "purpose": purpose, "amount": Money(amount=amount)}  # fmt: skip
    return wrapped(PaymentSucceeded.model_validate(values), at)


def refunded(payment: Envelope, amount: int, at: datetime, **said: object) -> Envelope:
    about = {name: payment.data[name] for name in PaymentEvent.model_fields if name in payment.data}
    values = about | {"refund_id": uuid4(), "amount": Money(amount=amount)} | said
    return wrapped(PaymentRefunded.model_validate(values), at)


def utc(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc,arg-type]
