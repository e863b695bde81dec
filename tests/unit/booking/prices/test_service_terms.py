"""Prices of several halls, each with its own special days."""

from uuid import uuid4

from booking.calendar.hall_time import HallTime
from booking.prices.time_price import time_price
from booking.prices.visit import Visit
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from tests.support.booking.free_days import hall_time
from tests.support.booking.made import hall, tariff
from tests.support.booking.prices import WEDNESDAY_NOON, price_list, slot


def with_holiday(studio: Hall) -> HallTime:
    day = WEDNESDAY_NOON.date()
    override = DateOverride(id=uuid4(), hall_id=studio.id, first_day=day, last_day=day, holiday=True)
    return hall_time(studio, overrides=[override])


def test_the_holidays_of_every_hall_count() -> None:
    first, second = hall_time(hall()), with_holiday(hall())
    prices = price_list(tariff(400), tariff(800, holidays="only", priority=1))

    assert time_price(prices, [first, second], Visit(slot(1), 1), [], None, 0).total.amount == 1200
    assert time_price(prices, [second, first], Visit(slot(1), 1), [], None, 0).total.amount == 1200
