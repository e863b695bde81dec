"""Public holidays of a country, from the `holidays` library, which follows each year's decrees."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shared_schemas.errors import Locale

if TYPE_CHECKING:
    from holidays import HolidayBase

LANGUAGES: Mapping[Locale, str] = {"en": "en_US", "ru": "ru"}
YEARS_KEPT = 64
# Where each year's days off are moved by a decree of that year, so that a later year is not known before.
DECREED = frozenset({"BY", "KZ", "RU"})
US_DATE = re.compile(r"\b(\d{2})/(\d{2})/(\d{4})\b")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FRIDAY = 5


def is_known_country(country: str) -> bool:
    """Whether there is a calendar for an ISO 3166 code of two letters."""
    try:
        _calendar(country)
    except NotImplementedError:  # The library's word for a country that it does not know.
        return False
    return True


@dataclass(frozen=True)
class HolidayCalendar:
    """Every country's days; `NotImplementedError` for one without a calendar."""

    def __call__(self, country: str, day: date, locale: Locale = "en") -> str | None:
        """What a day is called as a public holiday, transfers included, or None.

        The name is in the caller's language where the library has it, else in the country's own."""
        return _year(country, day.year, locale).get(day)

    def works_as(self, country: str, day: date) -> int | None:
        """The ISO weekday as which a day of the weekend is worked, in exchange for another that is off, or None."""
        return _worked(country, day.year).get(day)

    def known_until(self, country: str) -> int | None:
        """The last year whose moved days are known, or None if none are moved by decree."""
        return _last_decree(country) if country in DECREED else None


public_holiday = HolidayCalendar()


# What is kept is the same for everybody: countries and years, as the library has them.
@lru_cache(maxsize=YEARS_KEPT)
def _year(country: str, year: int, locale: Locale) -> Mapping[date, str]:
    language, calendar = LANGUAGES[locale], _calendar(country)
    # Named even then: left to itself the library goes by the process's own locale.
    chosen = language if language in calendar.supported_languages else calendar.default_language
    found = dict(_calendar(country, year, chosen))
    return {day: _dated(name) for day, name in found.items()} if chosen == LANGUAGES["en"] else found


def _dated(name: str) -> str:
    """With dates written out, because they are ambiguous: 01/04/2026 is 4 January there."""
    return US_DATE.sub(lambda found: f"{int(found[2])} {MONTHS[int(found[1]) - 1]} {found[3]}", name)


@lru_cache(maxsize=YEARS_KEPT)
def _worked(country: str, year: int) -> Mapping[date, int]:
    calendar = _calendar(country, year)
    exchanged = {worked: off.isoweekday() for off, worked in _exchanges(calendar)}
    return {
        day: exchanged.get(day, FRIDAY)
        for day in getattr(calendar, "weekend_workdays", ())
        if day.year == year and day not in calendar
    }


@lru_cache(maxsize=YEARS_KEPT)
def _last_decree(country: str) -> int | None:
    return max((off.year for off, _ in _exchanges(_calendar(country))), default=None)


def _exchanges(calendar: "HolidayBase") -> Iterator[tuple[date, date]]:
    """Days off, and the days that are worked for them."""
    decrees: Mapping[int, Any] = getattr(calendar, "special_public_holidays", {})
    for year, entries in decrees.items():
        for entry in entries if entries and isinstance(entries[0], tuple) else (entries,):
            if len(entry) in (4, 5) and all(isinstance(part, int) for part in entry):
                month, day, worked_month, worked_day, *worked_year = entry
                yield date(year, month, day), date((worked_year or [year])[0], worked_month, worked_day)


def _calendar(country: str, year: int | None = None, language: str | None = None) -> "HolidayBase":
    # Imported when first asked for: it would add a twentieth of a second to every cold start.
    from holidays import country_holidays

    return country_holidays(country, years=year, language=language, expand=False)
