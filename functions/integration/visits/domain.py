"""Visits and money as events tell of them. The fold does not depend on the order of events or on repeats."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import reduce
from itertools import accumulate, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from integration.visits.stretches import stretches
from shared_schemas.events.bookings import BookingEvent
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentEvent, PaymentRefunded, PaymentSucceeded
from shared_schemas.visits.purposes import PHOTO, VisitPurpose

SOLD = frozenset({"confirmed", "in_progress", "completed", "no_show"})
"""Statuses of visits whose time is sold; that of a no-show was, too."""
MOMENTS = {
    "booking.created": "created_at",
    "booking.confirmed": "confirmed_at",
    "booking.cancelled": "cancelled_at",
    "booking.expired": "expired_at",
    "booking.completed": "completed_at",
    "booking.no_show": "missed_at",
}
"""Event types that say when a visit entered a state."""
CHANGES = frozenset({
    "booking.rescheduled", "booking.extended", "booking.amended", "booking.checked_in", "booking.reinstated",
})  # fmt: skip
MONEY = frozenset({"payment.succeeded", "payment.refunded"})
TYPES = frozenset(MOMENTS) | CHANGES | MONEY
# So that a share of the largest payment there can be, of 10**12 kopecks, is computed in 64 bits.
LARGEST_WHOLE = 2**23


@dataclass(frozen=True)
class HallTime:
    """A stretch of one local day; minutes of the wall clock since midnight that are as many real minutes."""

    hall_id: UUID
    day: date
    from_minute: int
    to_minute: int


@dataclass(frozen=True)
class Share:
    """What of a visit's money belongs to a hall and a tariff: from `begins` to `ends` of `whole`."""

    hall_id: UUID
    tariff: str | None
    minutes: int
    begins: int
    ends: int
    whole: int


@dataclass(frozen=True)
class Visit:
    """A booking as its newest event tells it, and when it entered which state."""

    booking_id: UUID
    version: int
    status: str
    hall_id: UUID
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    people: int
    total: int
    prepayment: int
    promo_code: str | None
    promo_discount: int
    times: tuple[HallTime, ...]
    shares: tuple[Share, ...]
    visit_purpose: VisitPurpose = PHOTO
    created_at: datetime | None = None
    confirmed_at: datetime | None = None
    cancelled_at: datetime | None = None
    expired_at: datetime | None = None
    completed_at: datetime | None = None
    missed_at: datetime | None = None


@dataclass(frozen=True)
class Movement:
    """Money that came, or went back (`amount` below zero), in kopecks."""

    id: UUID
    booking_id: UUID
    payment_id: UUID
    provider: str
    purpose: str
    amount: int
    at: datetime


def visit_of(envelope: Envelope) -> Visit | None:
    """What one event says of a visit; None if it says nothing that counts here."""
    if envelope.type not in TYPES or envelope.type in MONEY:
        return None
    data = envelope.payload()
    if not isinstance(data, BookingEvent):
        return None
    visit = _visit(data)
    moment = MOMENTS.get(envelope.type)
    return replace(visit, **{moment: envelope.time.astimezone(UTC)}) if moment else visit  # type: ignore[arg-type]


def movement_of(envelope: Envelope) -> Movement | None:
    """The money of which an event tells; none of a payment that never counted, as its coming was not told either."""
    if envelope.type not in MONEY:
        return None
    data = envelope.payload()
    if isinstance(data, PaymentRefunded):
        if not data.counted:
            return None
        return _movement(data, data.refund_id, -(data.worth or data.amount).amount, envelope.time)
    if isinstance(data, PaymentSucceeded):
        return _movement(data, data.payment_id, (data.worth or data.amount).amount, envelope.time)
    return None


def _movement(data: PaymentEvent, identity: UUID, amount: int, at: datetime) -> Movement:
    return Movement(identity, data.booking_id, data.payment_id, data.provider, data.purpose, amount, at.astimezone(UTC))


def merged(known: Visit | None, told: Visit) -> Visit:
    """Both together: the state of the newer version, and the earliest time of each moment."""
    if known is None:
        return told
    newer, older = (told, known) if told.version > known.version else (known, told)
    moments = {name: _earliest(getattr(newer, name), getattr(older, name)) for name in MOMENTS.values()}
    return replace(newer, **moments)  # type: ignore[arg-type]


def folded(visits: Sequence[Visit]) -> Visit | None:
    """What all of it says together."""
    return reduce(merged, visits[1:], visits[0]) if visits else None


def restated(known: Visit | None, recomputed: Visit) -> Visit:
    """What should be stored: what the log says, save where it is behind. A log that has forgotten how the booking began
    tells half a story: like an event that comes late, it adds what it alone knows, and undoes nothing."""
    if known is None:
        return recomputed
    if recomputed.created_at is None:
        return merged(known, recomputed)
    state = known if known.version > recomputed.version else recomputed
    moments = {name: getattr(recomputed, name) or getattr(known, name) for name in MOMENTS.values()}
    return replace(state, **moments)


def _earliest(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


def _visit(data: BookingEvent) -> Visit:
    halls, zone = (data.hall_id, *data.also_hall_ids), ZoneInfo(data.timezone)
    taken = list(stretches(data.start, data.end, zone)) if data.status in SOLD else []
    return Visit(
        booking_id=data.booking_id,
        version=data.booking_version,
        status=data.status,
        hall_id=data.hall_id,
        starts_at=data.start.astimezone(UTC),
        ends_at=data.end.astimezone(UTC),
        local_start=data.start.astimezone(zone).replace(tzinfo=None),
        people=data.people,
        total=data.total.amount,
        prepayment=data.prepayment.amount,
        promo_code=data.promo_code,
        promo_discount=data.promo_discount.amount if data.promo_discount else 0,
        times=tuple(HallTime(hall, *stretch) for hall in halls for stretch in taken),
        shares=_shares(data, halls),
        visit_purpose=data.visit_purpose,
    )


def _shares(data: BookingEvent, halls: Sequence[UUID]) -> tuple[Share, ...]:
    """By the amounts of the tariffs, or by time where all of it was free; equal parts where the event tells nothing."""
    minutes = int((data.end - data.start).total_seconds()) // 60
    sold: list[tuple[UUID, str | None, int, int]]
    sold = [(s.hall_id, s.tariff, s.minutes, s.amount.amount) for s in data.tariffs]
    if not sold:
        sold = [(hall, None, minutes, 1) for hall in halls]
    weights = [amount for *_, amount in sold]
    if not any(weights):
        weights = [max(minutes, 1) for *_, minutes, _ in sold]
    shrink = sum(weights) // LARGEST_WHOLE + 1
    bounds = [0, *accumulate(max(weight // shrink, 0) for weight in weights)]
    return tuple(
        Share(hall, tariff, minutes, begins, ends, bounds[-1])
        for (hall, tariff, minutes, _), (begins, ends) in zip(sold, pairwise(bounds), strict=True)
    )
