"""Contracts of the booking service: halls, tariffs, availability, quotes and bookings."""

from datetime import date, time
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events import BookingStatus

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Weekday = Annotated[int, Field(ge=1, le=7, description="ISO weekday: 1 is Monday, 7 is Sunday")]
STEP_MINUTES: Literal[15] = 15


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, LookupError, OSError):
        raise ValueError("must be an IANA time zone such as Europe/Moscow") from None


def _on_grid(value: time) -> time:
    if value.minute % STEP_MINUTES or value.second or value.microsecond or value.tzinfo:
        raise ValueError(f"must be local time on the {STEP_MINUTES}-minute grid")
    return value


def _exact_quarter(value: Money) -> Money:
    if value.amount % 4:
        raise ValueError("must be divisible by 4 kopecks, so that a 15-minute cell has an exact price")
    return value


HourlyRate = Annotated[Money, AfterValidator(_exact_quarter)]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
# JSON Schema's own format `time` demands an offset, which a hall's local time has not.
LOCAL_TIME = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):(00|15|30|45)(:00)?$", "examples": ["09:00:00"]}
GridTime = Annotated[time, AfterValidator(_on_grid), WithJsonSchema(LOCAL_TIME)]


class OpeningHours(Contract):
    """When a hall opens on one weekday, in its local time; `closes` not after `opens` means the next day.

    Midnight as `closes` is the end of that day (24:00)."""

    weekday: Weekday
    opens: GridTime
    closes: GridTime


class HallRequest(Contract):
    """A new hall."""

    name: Name
    description: str = Field(default="", max_length=4000)
    timezone: ZoneName = "Europe/Moscow"
    area_m2: int | None = Field(default=None, ge=1, le=100_000)
    capacity: int = Field(ge=1, le=10_000)
    opening_hours: list[OpeningHours] = Field(min_length=1, max_length=7)
    min_minutes: int = Field(default=60, ge=15, le=1440, multiple_of=15)
    max_minutes: int = Field(default=720, ge=15, le=1440, multiple_of=15)
    start_step_minutes: Literal[15, 30, 60] = 30
    buffer_minutes: int = Field(default=0, ge=0, le=240, multiple_of=15)
    horizon_days: int = Field(default=365, ge=1, le=1100)


class Hall(HallRequest):
    """A hall that can be rented."""

    id: UUID


class TariffRequest(Contract):
    """What an hour costs where and when; `hall_id` absent means every hall.

    Of the rules that match a 15-minute cell, the highest `priority` wins, then the more specific, then the older."""

    hall_id: UUID | None = None
    name: Name
    priority: int = Field(default=0, ge=0, le=1000)
    weekdays: list[Weekday] = Field(default=[1, 2, 3, 4, 5, 6, 7], min_length=1, max_length=7)
    starts: GridTime = time(0, 0)
    ends: GridTime = time(0, 0)
    price_per_hour: HourlyRate


class Tariff(TariffRequest):
    """A tariff rule in force."""

    id: UUID


class AvailabilityQuery(Contract):
    """Local dates, `to` exclusive; `duration` in minutes, `people` to fit."""

    from_: date = Field(alias="from")
    to: date
    duration: int = Field(default=60, ge=15, le=1440, multiple_of=15)


class FreeRange(Contract):
    """A stretch of time that nobody claims; `end` exclusive."""

    start: Instant
    end: Instant


class AvailabilityDay(Contract):
    """One local day: free stretches, and each moment at which a booking of the asked duration may start."""

    date: date
    free: list[FreeRange]
    starts: list[Instant]


class Availability(Contract):
    """Free time of a hall on the 15-minute grid."""

    hall_id: UUID
    timezone: str
    step_minutes: Literal[15] = STEP_MINUTES
    duration_minutes: int
    days: list[AvailabilityDay]


class QuoteRequest(Contract):
    """What would it cost?"""

    hall_id: UUID
    start: Instant
    end: Instant
    people: int = Field(default=1, ge=1, le=10_000)


class QuoteLine(Contract):
    """Neighbouring cells priced by one tariff rule; `amount` is exact for the span."""

    start: Instant
    end: Instant
    tariff_id: UUID
    tariff_name: str
    price_per_hour: Money
    amount: Money


class Quote(Contract):
    """A price that holds until `valid_until`, and the lines that explain it."""

    id: UUID
    hall_id: UUID
    start: Instant
    end: Instant
    people: int
    lines: list[QuoteLine]
    total: Money
    prepayment: Money
    valid_until: Instant


class BookingRequest(Contract):
    """Book a hall; with `quote_id` at the price of that quote."""

    hall_id: UUID
    start: Instant
    end: Instant
    people: int = Field(default=1, ge=1, le=10_000)
    quote_id: UUID | None = None
    comment: str | None = Field(default=None, max_length=1000)


class Booking(Contract):
    """A booking as its customer and the staff see it."""

    id: UUID
    number: str
    status: BookingStatus
    version: int
    customer_id: UUID
    hall_id: UUID
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    comment: str | None = None
    lines: list[QuoteLine]
    total: Money
    prepayment: Money
    paid: Money
    hold_expires_at: Instant | None = None
    created_at: Instant
    correlation_id: str
    """The flow in which it was booked: its events, payments and messages are found by this id."""


class BookingsQuery(Contract):
    """Which bookings to list, newest first; `cursor` from the previous page."""

    status: BookingStatus | None = None
    cursor: str | None = None
    limit: int = Field(default=20, ge=1, le=100)


class CancelRequest(Contract):
    """Call a booking off."""

    reason: str | None = Field(default=None, max_length=500)


class ConfirmRequest(Contract):
    """A payment that has arrived (from the Integration service), or staff's word with a `reason`."""

    payment_id: UUID | None = None
    paid: Money | None = None
    reason: str | None = Field(default=None, max_length=500)


class PaymentTerms(Contract):
    """What the payment service may charge for a booking right now, and until when its slot is held."""

    booking_id: UUID
    booking_version: int
    number: str
    customer_id: UUID
    status: BookingStatus
    due: Money
    hold_expires_at: Instant | None = None
    correlation_id: str
