"""What may be charged for a booking, and the lines of its fiscal receipts, in Russian."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from booking.bookings.domain.booking import retained
from booking.bookings.domain.limits import Payer
from booking.bookings.domain.shares import tariff_shares
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking, PaymentTerms, SoldLine
from shared_schemas.booking.extras import BookedAddOn
from shared_schemas.booking.prices import AdjustmentKind
from shared_schemas.common import Money
from shared_schemas.money import spread
from shared_schemas.visits.status import BookingStatus

NOT_OWED: frozenset[BookingStatus] = frozenset({"cancelled", "expired", "no_show"})
"""No payment is asked for these; money that comes anyway is handled when it comes."""
OF_TIME: frozenset[AdjustmentKind] = frozenset({"package", "headcount", "duration", "notice", "birthday"})
LONGEST_NAME = 128
"""Characters of a line's name: the limit of all three gateways."""


def payment_terms(booking: Booking, max_open_payments: int = 10, payer: Payer | None = None) -> PaymentTerms:
    """What is still to be paid: for the booking to be confirmed, and in all; and how many payments may be open."""
    payer = payer or Payer(booking.customer_id, [booking.customer_id])
    return PaymentTerms(
        booking_id=booking.id,
        booking_version=booking.version,
        number=booking.number,
        customer_id=booking.customer_id,
        status=booking.status,
        due=missing(booking.status, booking.prepayment, retained(booking)),
        balance=missing(booking.status, booking.total, retained(booking)),
        kept=Money(amount=retained(booking)),
        received=booking.paid + booking.refunded,
        lines=sold_lines(booking),
        tariffs=tariff_shares(booking),
        start=booking.start,
        timezone=booking.timezone,
        hold_expires_at=booking.hold_expires_at,
        max_open_payments=max_open_payments,
        payer=payer.key,
        payer_ids=list(payer.ids),
        correlation_id=booking.correlation_id,
    )


def missing(status: BookingStatus, asked: Money, kept: int) -> Money:
    """What of a sum is still to be paid where so many kopecks are kept already."""
    wanted = 0 if status in NOT_OWED else asked.amount
    return Money(amount=max(wanted - kept, 0))


def sold_lines(booking: Booking) -> list[SoldLine]:
    """What the total is made of, to the kopeck: the time with its own surcharges and discounts, and each add-on.

    Promo codes and the minimum order are of the whole order, so they change every line in proportion. Where they make
    a price out of what costs nothing, it is the price of the time."""
    named, added = list(_weighted(booking)), list(_by_hand(booking))
    base = booking.total.amount - sum(amount for _, _, amount in added)
    if base < 0:
        named, added, base = [*named, *added], [], booking.total.amount
    weights = [weight for _, _, weight in named]
    if not sum(weights):
        weights[0] = 1
    sold = [(name, count, amount) for (name, count, _), amount in zip(named, spread(weights, base), strict=True)]
    return [
        SoldLine(name=name, quantity=quantity, amount=Money(amount=amount))
        for name, quantity, amount in (*sold, *added)
        if amount
    ]


def _by_hand(booking: Booking) -> Iterator[tuple[str, int, int]]:
    """What staff added: lines of their own, to the kopeck. What they took off changes the others in proportion."""
    for item in booking.adjustments:
        if item.kind == "by_hand" and item.amount.amount > 0:
            yield _named("", item.name, ""), 1, item.amount.amount


def _weighted(booking: Booking) -> Iterator[tuple[str, int, int]]:
    """Names, quantities and kopecks before what concerns the whole order."""
    adjusted = sum(item.amount.amount for item in booking.adjustments if item.kind in OF_TIME)
    yield _rent(booking), 1, sum(line.amount.amount for line in booking.lines) + adjusted
    # In the order of the add-ons: one that was sold at two prices is there twice.
    sold = [item.amount.amount for item in booking.adjustments if item.kind == "add_on"]
    for add_on, amount in zip(booking.add_ons, sold, strict=True):
        people = booking.people if add_on.unit == "person" else 1
        yield _add_on(booking, add_on), add_on.quantity * people, amount


def _rent(booking: Booking) -> str:
    kind = "Аренда залов" if booking.also_hall_ids else "Аренда зала"
    return _named(f"{kind} «", booking.hall_name, f"», {_period(booking)}")


def _add_on(booking: Booking, add_on: BookedAddOn) -> str:
    if add_on.unit != "hour":
        return _named("", add_on.name, "")
    slot = TimeRange(booking.start, booking.end).utc()
    hours = f"{slot.duration / timedelta(hours=1):g}".replace(".", ",")
    return _named("", add_on.name, f", {hours} ч")


def _named(before: str, name: str, after: str) -> str:
    """Whatever is too long, the words around a name stay whole."""
    room = LONGEST_NAME - len(before) - len(after)
    return before + (name if len(name) <= room else f"{name[: room - 1].rstrip()}…") + after


def _period(booking: Booking) -> str:
    """«01.12.2026 10:00–12:00» by the hall's own clock; both dates where it ends on another day."""
    zone = ZoneInfo(booking.timezone)
    start, end = booking.start.astimezone(zone), booking.end.astimezone(zone)
    if end.date() == start.date():
        return f"{_moment(start)}–{end:%H:%M}"
    if end == _midnight_after(start):
        return f"{_moment(start)}–24:00"
    return f"{_moment(start)} – {_moment(end)}"


def _midnight_after(start: datetime) -> datetime:
    return datetime.combine(start.date() + timedelta(days=1), datetime.min.time(), start.tzinfo)


def _moment(local: datetime) -> str:
    return f"{local:%d.%m.%Y %H:%M}"
