"""Public holidays as the library has them."""

from datetime import date
from typing import Any

import pytest

from booking.hours.domain import StudioDays
from booking.hours.holidays import is_known_country, public_holiday
from shared_schemas.booking.hours import DateOverride
from shared_schemas.errors import Locale
from tests.support.booking.calendar import an_override, hall_in


@pytest.mark.parametrize(
    ("country", "day", "locale", "name"),
    [
        ("RU", date(2026, 6, 12), "en", "Russia Day"),
        ("RU", date(2026, 6, 12), "ru", "День России"),
        ("DE", date(2026, 10, 3), "en", "German Unity Day"),
        ("DE", date(2026, 10, 3), "ru", "Tag der Deutschen Einheit"),
        ("RU", date(2026, 6, 11), "ru", None),
    ],
)
def test_a_holiday_is_named_in_the_language_asked_for_or_the_countrys_own(
    country: str, day: date, locale: Locale, name: str | None
) -> None:
    assert public_holiday(country, day, locale) == name


def test_transfers_are_part_of_the_calendar() -> None:
    """4 January 2026 was a Sunday; the government moved its day off to 31 December."""
    assert public_holiday("RU", date(2026, 12, 31), "ru")


@pytest.mark.parametrize(("country", "known"), [("RU", True), ("KZ", True), ("XX", False)])
def test_unknown_countries_are_recognised(country: str, known: bool) -> None:
    assert is_known_country(country) is known


@pytest.mark.parametrize(
    ("overrides", "holiday"),
    [
        ([], True),
        ([an_override(date(2026, 6, 12), holiday=False)], False),
        ([an_override(date(2026, 6, 12), holiday=False), an_override(date(2026, 6, 12), holiday=True)], True),
    ],
)
def test_the_studios_own_word_wins(overrides: list[DateOverride], holiday: bool) -> None:
    days = StudioDays(overrides, public_holiday)
    assert days.is_holiday(hall_in("Europe/Moscow"), date(2026, 6, 12)) is holiday


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 9), "Day off (substituted from 3 January 2026)"),
        (date(2026, 12, 31), "Day off (substituted from 4 January 2026)"),
        (date(2027, 2, 22), "Day off (substituted from 20 February 2027)"),
    ],
)
def test_english_names_have_no_dates_in_american_order(day: date, name: str) -> None:
    assert public_holiday("RU", day) == name
    assert f"{day.year}" in str(public_holiday("RU", day, "ru"))


@pytest.mark.parametrize(
    ("country", "day", "weekday"),
    [
        ("RU", date(2027, 2, 20), 1),
        ("RU", date(2024, 4, 27), 1),
        ("RU", date(2024, 12, 28), 1),
        ("RU", date(2025, 11, 1), 1),
        ("RU", date(2026, 1, 3), None),
        ("RU", date(2027, 2, 27), None),
        ("RU", date(2027, 2, 22), None),
        ("HU", date(2026, 1, 10), 5),
        ("DE", date(2026, 1, 10), None),
    ],
)
def test_a_saturday_that_is_worked_is_the_weekday_that_is_off_for_it(
    country: str, day: date, weekday: int | None
) -> None:
    assert public_holiday.works_as(country, day) == weekday


@pytest.mark.parametrize(("country", "year"), [("RU", 2027), ("DE", None), ("US", None)])
def test_the_last_year_of_decrees_is_known(country: str, year: int | None) -> None:
    assert public_holiday.known_until(country) == year


@pytest.mark.parametrize(
    ("changes", "weekday"),
    [({}, 1), ({"country": None}, 6), ({"country": "DE"}, 6)],
    ids=["Russia", "nowhere", "Germany"],
)
def test_a_working_saturday_is_sold_as_a_weekday(changes: dict[str, Any], weekday: int) -> None:
    hall, saturday = hall_in("Europe/Moscow", **changes), date(2027, 2, 20)
    assert StudioDays([], public_holiday).weekday(hall, saturday) == weekday
    off = [an_override(saturday, holiday=True)]
    assert StudioDays(off, public_holiday).weekday(hall, saturday) == 6


def test_what_one_country_or_language_asks_for_is_not_seen_by_the_next() -> None:
    """The library's calendars are made anew; ours are kept by country, year and language."""
    asked = [("RU", "en"), ("DE", "ru"), ("RU", "ru"), ("BY", "en"), ("KZ", "ru")]
    day = date(2027, 5, 3)
    alone = {(country, locale): public_holiday(country, day, locale) for country, locale in asked}  # type: ignore[arg-type]
    for country, locale in reversed(asked * 2):
        assert public_holiday(country, day, locale) == alone[(country, locale)]  # type: ignore[arg-type]
