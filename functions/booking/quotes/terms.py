"""The terms of a sale, however time is sold or a sale is changed: add-ons, promo code, price.

`require_bookable` checks the other half, the rules of the halls. A new sale is checked in full. A change is checked
only for what is new and worse: what was sold stays as it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.calendar.hall_time import HallTime, special_days
from booking.calendar.sold import Sold
from booking.extras.add_ons import book_add_ons, of_other_halls
from booking.extras.promo_codes import below_minimum, promo_violations
from booking.prices.time_price import time_price
from booking.prices.visit import Visit, was_near_birthday
from booking.quotes.ports import Pricing
from booking.settings import BookingSettings
from booking.terms.agreed import agreed
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking, Dropped
from shared_schemas.booking.extras import AddOnOrder, BookedAddOn, PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import Policy, SaleTerms
from shared_schemas.booking.prices import Price, QuoteLine, TariffVersion
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.errors import RuleViolationError, Violation
from shared_schemas.visits.purposes import VisitPurpose


@dataclass(frozen=True)
class Wish:
    """What is to be priced: the halls as they stand, when, for how many, what for, what with it and by which price
    list.

    Without `add_ons` those that were sold stay."""

    times: Sequence[HallTime]
    slot: TimeRange
    people: int
    purpose: VisitPurpose
    tariffs: TariffVersion
    percent: int
    now: datetime
    add_ons: Sequence[AddOnOrder] | None = None
    promo_code: str | None = None
    sold_at: datetime | None = None
    """Since when it is counted how soon it is; absent means now."""
    birthday: str | None = None
    is_near_birthday: bool = False

    @property
    def halls(self) -> list[Hall]:
        return [time.hall for time in self.times]

    @property
    def visit(self) -> Visit:
        sold_at = self.sold_at or self.now
        return Visit(self.slot, self.people, self.purpose, sold_at, self.birthday, self.is_near_birthday)


def as_sold(wish: Wish, before: Booking) -> Wish:
    """The wish of a visit that stays where it was: how soon it is counts since it was sold, as does its birthday."""
    return replace(wish, sold_at=before.priced_at or before.created_at, is_near_birthday=was_near_birthday(before))


@dataclass(frozen=True)
class Terms:
    """The price of a wish, and what had to be left out of it."""

    price: Price
    dropped: list[Dropped]


def slot_price(
    work: Pricing,
    times: Sequence[HallTime],
    request: SlotRequest,
    percent: int,
    now: datetime,
    tariffs: TariffVersion | None = None,
) -> Price:
    """The price of a new sale as of now; `percent` of it is the prepayment. Limits of promo codes count at booking.

    `tariffs` are those in force, where they have been read."""
    slot = TimeRange(request.start, request.end).utc()
    wish = Wish(
        times, slot, request.people, request.purpose, tariffs or work.prices.active(), percent, now, request.add_ons,
        request.promo_code, birthday=request.birthday,
    )  # fmt: skip
    return terms(work, wish).price


def sale_terms(
    policy: Policy,
    times: Sequence[HallTime],
    slot: TimeRange,
    purpose: VisitPurpose,
    now: datetime,
    settings: BookingSettings,
) -> SaleTerms:
    """The studio's terms for a visit that is sold now, and by which of its rules they are."""
    return agreed(
        policy,
        [time.hall for time in times],
        slot,
        purpose,
        now,
        special_days(times),
        percent=settings.prepayment_percent,
        hold_minutes=settings.hold_minutes,
    )


def terms(work: Pricing, wish: Wish, before: Booking | None = None, kept: Sequence[QuoteLine] = ()) -> Terms:
    """What a wish costs, and whether it may be had: as a new sale, or as a change of the booking `before`.

    `kept` are lines of time that keep the price they were sold at. A promo code that holds no longer is left out of a
    change, which says so; a new sale with it is refused."""
    sold = Sold.of(before) if before else None
    items = _add_ons(work, wish, before)
    promo = work.promo_codes.find(wish.promo_code) if wish.promo_code else None
    days = special_days(wish.times)
    against = promo_violations(promo, wish.halls, wish.slot, wish.now, sold, days) if promo else []
    priced = time_price(wish.tariffs, wish.times, wish.visit, items, None if against else promo, wish.percent, kept)
    if promo and not against and priced.promo_code is None:
        against = [below_minimum(promo)]
    if promo and against and before is None:
        raise RuleViolationError(against)
    return Terms(priced, [*_dropped(promo, against), *_birthday_dropped(wish, before, priced)])


def _add_ons(work: Pricing, wish: Wish, before: Booking | None) -> Sequence[BookedAddOn]:
    sold = before.add_ons if before else []
    leaves = before and sold and Sold.of(before).leaves_hall([hall.id for hall in wish.halls])
    if leaves and (found := of_other_halls(wish.halls, work.add_ons.ordered(sold))):
        raise RuleViolationError(found)
    if wish.add_ons is None:
        return sold
    if not wish.add_ons:
        return []
    return book_add_ons(wish.halls, wish.add_ons, work.add_ons.ordered(wish.add_ons), sold)


def _dropped(promo: PromoCode | None, against: Sequence[Violation]) -> list[Dropped]:
    if promo is None or not against:
        return []
    return [Dropped(field="promo_code", name=promo.code, code=against[0].code)]


def _birthday_dropped(wish: Wish, before: Booking | None, priced: Price) -> Iterator[Dropped]:
    """The price around a birthday that a change loses."""
    had = next((one.name for one in before.adjustments if one.kind == "birthday"), None) if before else None
    if had is not None and all(one.kind != "birthday" for one in priced.adjustments):
        yield Dropped(
            field="birthday", name=had, code="birthday_other_days" if wish.birthday else "birthday_not_said"
        )  # fmt: skip
