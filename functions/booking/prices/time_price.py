"""The price of time by a given price list."""

from collections.abc import Sequence

from booking.calendar.hall_time import HallTime, special_days
from booking.prices.pricing import price
from booking.prices.visit import Visit
from shared_schemas.booking.extras import BookedAddOn, PromoCode
from shared_schemas.booking.prices import Price, QuoteLine, TariffVersion


def time_price(
    tariffs: TariffVersion,
    times: Sequence[HallTime],
    visit: Visit,
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    percent: int,
    kept: Sequence[QuoteLine] = (),
) -> Price:
    """The price by a given tariff version, with add-ons at the prices they are sold for."""
    return price([time.hall for time in times], visit, tariffs, special_days(times), add_ons, promo, percent, kept)
