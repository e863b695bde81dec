"""Dates, times and money as people write them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification.writing.formatting import moment, money, place, short_slot, slot
from shared_schemas.common import LocaleCode, Money
from tests.support.notification import START, facts

DAY = START.replace(month=12, day=1)


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("kopecks", "ru", "en"),
    [
        (150_000, "1 500,00 ₽", "RUB 1,500.00"),
        (5, "0,05 ₽", "RUB 0.05"),
        (123_456_789_012, "1 234 567 890,12 ₽", "RUB 1,234,567,890.12"),
    ],
)
def test_money(kopecks: int, ru: str, en: str) -> None:
    assert spaced(money(Money(amount=kopecks), "ru")) == ru
    assert spaced(money(Money(amount=kopecks), "en")) == en


@given(st.integers(0, 10**12), st.sampled_from(["ru", "en"]))
def test_no_kopeck_is_lost_in_writing(kopecks: int, locale: LocaleCode) -> None:
    digits = "".join(c for c in money(Money(amount=kopecks), locale) if c.isdigit())
    assert int(digits) == kopecks


SLOTS = [
    (2, "1 декабря 2026 г., 12:00–14:00", "1 December 2026, 12:00–14:00", "1 дек. 12:00-14:00"),
    (12, "1 декабря 2026 г., 12:00–24:00", "1 December 2026, 12:00–24:00", "1 дек. 12:00-24:00"),
    (
        14,
        "1 декабря 2026 г., 12:00 – 2 декабря 2026 г., 02:00",
        "1 December 2026, 12:00 – 2 December 2026, 02:00",
        "1 дек. 12:00-02:00",
    ),
]


@pytest.mark.parametrize(("hours", "ru", "en", "short"), SLOTS)
def test_a_slot_names_the_second_day_only_where_there_is_one(hours: int, ru: str, en: str, short: str) -> None:
    booked = facts(start=DAY, end=DAY + timedelta(hours=hours))

    assert (spaced(slot(booked, "ru")), slot(booked, "en"), short_slot(booked, "ru")) == (ru, en, short)


def test_times_are_the_halls_whatever_the_offset_they_came_with() -> None:
    instants: dict[str, Any] = {"start": DAY.astimezone(UTC), "end": (DAY + timedelta(hours=2)).astimezone(UTC)}

    assert slot(facts(**instants), "en") == "1 December 2026, 12:00–14:00"
    assert slot(facts(**instants, timezone="Asia/Yekaterinburg"), "en") == "1 December 2026, 14:00–16:00"
    morning = moment(datetime(2026, 12, 1, 6, 15, tzinfo=UTC), "Europe/Moscow", "ru")
    assert morning == "1 декабря 2026\u00a0г., 09:15"
    assert (place("Europe/Moscow", "ru"), place("Europe/Moscow", "en")) == ("Москва", "Moscow")


def test_a_slot_across_the_end_of_summer_time_shows_the_clock_on_the_wall() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)  # Midnight in Berlin; the clock goes back at 3:00.
    booked = facts(start=start, end=start + timedelta(hours=4), timezone="Europe/Berlin")

    assert slot(booked, "en") == "25 October 2026, 00:00–03:00"
