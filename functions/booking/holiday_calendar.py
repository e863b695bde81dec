"""Public holidays of a country, from the `holidays` library, which follows each year's decrees."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from shared_schemas.errors import Locale

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGES: Mapping[Locale, str] = {"en": "en_US", "ru": "ru"}
YEARS_KEPT = 64


def is_known_country(country: str) -> bool:
    """Whether there is a calendar for an ISO 3166 code of two letters."""
    try:
        _calendar(country)
    except NotImplementedError:  # The library's word for a country that it does not know.
        return False
    return True


def public_holiday(country: str, day: date, locale: Locale = "en") -> str | None:
    """What a day is called as a public holiday, transfers included, or None.

    The name is in the caller's language where the library has it, else in the country's own; `NotImplementedError`
    for a country without a calendar."""
    return _year(country, day.year, locale).get(day)


@lru_cache(maxsize=YEARS_KEPT)
def _year(country: str, year: int, locale: Locale) -> Mapping[date, str]:
    language, calendar = LANGUAGES[locale], _calendar(country)
    # Named even then: left to itself the library goes by the process's own locale.
    chosen = language if language in calendar.supported_languages else calendar.default_language
    return dict(_calendar(country, year, chosen))


def _calendar(country: str, year: int | None = None, language: str | None = None) -> "HolidayBase":
    # Imported when first asked for: it would add a twentieth of a second to every cold start.
    from holidays import country_holidays

    return country_holidays(country, years=year, language=language, expand=False)
