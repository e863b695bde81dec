"""The one judge of a sale's terms, by whatever way time is sold or a sale is changed: add-ons, promo code, price.

The rules of the halls, which `judge` knows, are the other half. A new sale is judged whole, and refused where anything
does not hold. Of a change only what is new in it is judged, and worse: what was sold stays as it was sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.domain_add_ons import book_add_ons, of_other_halls
from booking.domain_days import StudioDays
from booking.domain_pricing import price
from booking.domain_promo import below_minimum, promo_violations
from booking.domain_ranges import TimeRange
from booking.domain_sold import Sold
from booking.ports import HallTime, Work
from shared_schemas.booking import Booking, Dropped
from shared_schemas.errors import RuleViolationError, Violation
from shared_schemas.halls import Hall
from shared_schemas.prices import (
    AddOnOrder,
    BookedAddOn,
    Price,
    PromoCode,
    QuoteLine,
    SlotRequest,
    TariffVersion,
)


@dataclass(frozen=True)
class Wish:
    """What is to be priced: the halls as they stand, when, for how many, what with it and by which price list.

    Without `add_ons` those that were sold stay."""

    times: Sequence[HallTime]
    slot: TimeRange
    people: int
    tariffs: TariffVersion
    percent: int
    now: datetime
    add_ons: Sequence[AddOnOrder] | None = None
    promo_code: str | None = None

    @property
    def halls(self) -> list[Hall]:
        return [time.hall for time in self.times]


@dataclass(frozen=True)
class Terms:
    """The price of a wish, and what had to be left out of it."""

    price: Price
    dropped: list[Dropped]


def slot_price(work: Work, times: Sequence[HallTime], request: SlotRequest, percent: int, now: datetime) -> Price:
    """The price of a new sale as of now; `percent` of it is the prepayment. Limits of promo codes count at booking."""
    slot = TimeRange(request.start, request.end).utc()
    wish = Wish(
        times, slot, request.people, work.prices.active(), percent, now, request.add_ons, request.promo_code
    )  # fmt: skip
    return terms(work, wish).price


def terms(work: Work, wish: Wish, before: Booking | None = None, kept: Sequence[QuoteLine] = ()) -> Terms:
    """What a wish costs, and whether it may be had: as a new sale, or as a change of the booking `before`.

    `kept` are lines of time that keep the price they were sold at. A promo code that holds no longer is left out of a
    change, which says so; a new sale with it is refused."""
    sold = Sold.of(before) if before else None
    items = _add_ons(work, wish, before)
    promo = work.promo_codes.find(wish.promo_code) if wish.promo_code else None
    days = _days(wish.times)
    against = promo_violations(promo, wish.halls, wish.slot, wish.now, sold, days) if promo else []
    priced = time_price(
        wish.tariffs, wish.times, wish.slot, wish.people, items, None if against else promo, wish.percent, kept
    )
    if promo and not against and priced.promo_code is None:
        against = [below_minimum(promo)]
    if promo and against and before is None:
        raise RuleViolationError(against)
    return Terms(priced, _dropped(promo, against))


def time_price(
    tariffs: TariffVersion,
    times: Sequence[HallTime],
    slot: TimeRange,
    people: int,
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    percent: int,
    kept: Sequence[QuoteLine] = (),
) -> Price:
    """The price by a given tariff version, with add-ons at the prices they are sold for."""
    return price([time.hall for time in times], slot, people, tariffs, _days(times), add_ons, promo, percent, kept)


def _add_ons(work: Work, wish: Wish, before: Booking | None) -> Sequence[BookedAddOn]:
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


def _days(times: Sequence[HallTime]) -> StudioDays:
    """The special days of all of the halls; each of them comes with its own exceptions only."""
    overrides = [override for time in times for override in time.days.overrides]
    return StudioDays(overrides, times[0].days.public_holidays)
