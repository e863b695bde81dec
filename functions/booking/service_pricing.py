"""What a slot costs: rules, add-ons and promo code put together, for quotes, sales, changes and alternatives alike."""

from collections.abc import Sequence
from datetime import datetime

from booking.domain_add_ons import book_add_ons
from booking.domain_days import StudioDays
from booking.domain_pricing import price
from booking.domain_promo import promo_violations
from booking.domain_ranges import TimeRange
from booking.ports import HallTime, Work
from shared_schemas.errors import RuleViolationError
from shared_schemas.prices import BookedAddOn, Price, PromoCode, SlotRequest, TariffVersion


def slot_price(work: Work, times: Sequence[HallTime], request: SlotRequest, percent: int, now: datetime) -> Price:
    """The price of a request as of now; `percent` of it is the prepayment. Limits of promo codes count at booking."""
    halls = [time.hall for time in times]
    slot = TimeRange(request.start, request.end).utc()
    add_ons: list[BookedAddOn] = []
    if request.add_ons:
        add_ons = book_add_ons(halls, request.add_ons, work.add_ons.ordered(request.add_ons))
    promo = work.promo_codes.find(request.promo_code) if request.promo_code else None
    if promo and (found := promo_violations(promo, halls, slot, now)):
        raise RuleViolationError(found)
    return time_price(work.prices.active(), times, slot, request.people, add_ons, promo, percent)


def time_price(
    tariffs: TariffVersion,
    times: Sequence[HallTime],
    slot: TimeRange,
    people: int,
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    percent: int,
) -> Price:
    """The price by a given tariff version, with add-ons at the prices they are sold for."""
    return price([time.hall for time in times], slot, people, tariffs, _days(times), add_ons, promo, percent)


def _days(times: Sequence[HallTime]) -> StudioDays:
    """The special days of all of the halls; each of them comes with its own exceptions only."""
    overrides = [override for time in times for override in time.days.overrides]
    return StudioDays(overrides, times[0].days.public_holidays)
