"""What the booking tests make: halls, tariffs, and a clock that stands still."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from shared_schemas.booking import Hall, OpeningHours, Tariff
from shared_schemas.common import Money

NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        self._now += timedelta(**duration)


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
