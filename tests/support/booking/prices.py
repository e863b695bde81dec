"""What the tests of prices make: price lists, add-ons, promo codes, slots."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from booking.hours.domain import StudioDays
from booking.prices.pricing import price
from booking.prices.visit import Visit
from booking.time.ranges import TimeRange
from shared_schemas.booking.extras import AddOn, BookedAddOn, PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import DurationTier, HeadcountRule, NoticeRule, Package, Price, Tariff, TariffVersion
from shared_schemas.common import Money
from tests.support.clock import NOW

MOSCOW = ZoneInfo("Europe/Moscow")
WEDNESDAY_NOON = datetime(2026, 12, 2, 12, tzinfo=MOSCOW)


def money(amount: int) -> Money:
    return Money(amount=amount)


def slot(hours: float, start: datetime = WEDNESDAY_NOON) -> TimeRange:
    """So many real hours, whatever the clocks do."""
    begins = start.astimezone(UTC)
    return TimeRange(begins, begins + timedelta(hours=hours))


def price_list(*rules: Tariff, **changes: Any) -> TariffVersion:
    values: dict[str, Any] = {"number": 1, "status": "active", "note": "", "created_by": "test", "created_at": NOW}
    return TariffVersion.model_validate({**values, "rules": list(rules), **changes})


def crowd(from_people: int, **changes: Any) -> HeadcountRule:
    return HeadcountRule.model_validate({"from_people": from_people, **changes})


def tier(from_minutes: int, percent_off: int, **changes: Any) -> DurationTier:
    return DurationTier.model_validate({"from_minutes": from_minutes, "percent_off": percent_off, **changes})


def package(minutes: int, price: int, **changes: Any) -> Package:
    return Package.model_validate({"name": f"{minutes} min", "minutes": minutes, "price": money(price), **changes})


def notice(**fields: Any) -> NoticeRule:
    return NoticeRule.model_validate({"name": "Soon", **fields})


def add_on(**changes: Any) -> AddOn:
    values: dict[str, Any] = {"id": uuid4(), "name": "Flash", "unit": "unit", "price": money(50_000)}
    return AddOn.model_validate(values | changes)


def booked(unit: str, amount: int, quantity: int = 1) -> BookedAddOn:
    return BookedAddOn.model_validate(
        {"id": uuid4(), "name": f"Per {unit}", "unit": unit, "price": money(amount), "quantity": quantity}
    )


def promo_code(**changes: Any) -> PromoCode:
    values: dict[str, Any] = {"id": uuid4(), "code": "WINTER"}
    discount = {} if "amount" in changes else {"percent": 10}
    return PromoCode.model_validate(values | discount | changes)


def priced(
    prices: TariffVersion,
    during: TimeRange,
    *halls: Hall,
    people: int = 1,
    days: StudioDays | None = None,
    add_ons: Sequence[BookedAddOn] = (),
    promo: PromoCode | None = None,
    percent: int = 50,
    **visit: Any,
) -> Price:
    return price(halls, Visit(during, people, **visit), prices, days or StudioDays(), add_ons, promo, percent)
