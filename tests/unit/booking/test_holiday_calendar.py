"""Public holidays as the library has them."""

from datetime import date

import pytest

from booking.domain_days import StudioDays
from booking.holiday_calendar import is_known_country, public_holiday
from shared_schemas.errors import Locale
from shared_schemas.halls import DateOverride
from tests.support.calendar import an_override, hall_in


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
