"""The price of time by a given price list."""

from collections.abc import Sequence

from booking.calendar.hall_time import HallTime, special_days
from booking.prices.pricing import price
from booking.time.ranges import TimeRange
from shared_schemas.booking.extras import BookedAddOn, PromoCode
from shared_schemas.booking.prices import Price, QuoteLine, TariffVersion


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
    return price(
        [time.hall for time in times], slot, people, tariffs, special_days(times), add_ons, promo, percent, kept
    )
