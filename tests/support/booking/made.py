"""What the booking tests make: halls and tariffs."""

from datetime import time
from typing import Any
from uuid import uuid4

from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import Tariff
from shared_schemas.calendar import OpeningHours
from shared_schemas.common import Money
from tests.support.clock import NOW as NOW
from tests.support.clock import FixedClock as FixedClock


def hours(opens: time, closes: time) -> list[OpeningHours]:
    return [OpeningHours(weekday=day, opens=opens, closes=closes) for day in range(1, 8)]


def hall(**changes: Any) -> Hall:
    values: dict[str, Any] = {
        "id": uuid4(),
        "name": f"Hall {uuid4()}",
        "timezone": "Europe/Moscow",
        "capacity": 8,
        "opening_hours": hours(time(9), time(22)),
    }
    return Hall.model_validate(values | changes)


def tariff(price: int = 150_000, **changes: Any) -> Tariff:
    values: dict[str, Any] = {"id": uuid4(), "name": "Base", "price_per_hour": Money(amount=price)}
    return Tariff.model_validate(values | changes)
