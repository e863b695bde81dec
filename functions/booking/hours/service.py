"""Use cases of a studio's exceptions: days with other hours, days that count as holidays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID, uuid4

from booking.errors import InvalidPeriodError
from booking.halls.domain import spaces
from booking.hours.domain import StudioDays
from booking.hours.ports import Work
from booking.time.grid import DAY
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import (
    DateOverride,
    DateOverrideRequest,
    Holidays,
    HolidaysQuery,
    HolidayWarning,
    PublicHoliday,
    WorkingDay,
)
from shared_schemas.errors import Locale, RuleViolationError, Text, Violation

MAX_DAYS = 366
UNNAMED = Text("Holiday", "Праздничный день")
UNKNOWN_YEAR = Text(
    "The transferred days off of {year} are not known yet ({country}): after {known_until} only fixed holidays count",
    "Переносы выходных на {year} год ещё не известны ({country}): после {known_until} года учтены только праздники",
)


class NamedHolidays(Protocol):
    """The special days of every country, in two languages."""

    def __call__(self, country: str, day: date, locale: Locale = "en") -> str | None: ...

    def works_as(self, country: str, day: date) -> int | None: ...

    def known_until(self, country: str) -> int | None:
        """The last year whose moved days are known, or None if none are moved by decree."""


@dataclass(frozen=True)
class _Localised:
    """The special days with names in one language."""

    holidays: NamedHolidays
    locale: Locale

    def __call__(self, country: str, day: date) -> str | None:
        return self.holidays(country, day, self.locale)

    def works_as(self, country: str, day: date) -> int | None:
        return self.holidays.works_as(country, day)


class Overrides:
    """Exceptions rule what is booked from now on; bookings that are made already stay as they are."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, holidays: NamedHolidays) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._holidays = holidays

    def add(self, request: DateOverrideRequest, actor: str, key: IdempotencyKey | None) -> DateOverride:
        """A new date override; `HallNotFoundError`.

        `RuleViolationError` if its days are out of order or more than a year, or if it changes nothing."""
        if found := list(_violations(request)):
            raise RuleViolationError(found)
        with self._unit_of_work() as work:
            return work.once(key, DateOverride, lambda: self._add(work, request, actor))

    def _add(self, work: Work, request: DateOverrideRequest, actor: str) -> DateOverride:
        if request.hall_id:
            work.halls.get(request.hall_id)
        _change_hours(work, request.hall_id)
        override = DateOverride(id=uuid4(), **dict(request))
        work.overrides.add(override, actor, self._clock.now())
        return override

    def all(self, since: date | None) -> list[DateOverride]:
        """Those that do not end before a day, or that were not over yesterday, as today differs by zone."""
        with self._unit_of_work() as work:
            return work.overrides.all(since or self._clock.now().date() - DAY)

    def remove(self, override_id: UUID) -> None:
        """Delete a date override; `DateOverrideNotFoundError`."""
        with self._unit_of_work() as work:
            _change_hours(work, work.overrides.remove(override_id))
            work.commit()

    def holidays(self, hall_id: UUID, query: HolidaysQuery, locale: Locale) -> Holidays:
        """The public holidays of a period in a hall, the weekend days worked, and the years not known yet.

        `InvalidPeriodError`; `HallNotFoundError`."""
        count = (query.to - query.from_).days
        if not 1 <= count <= MAX_DAYS:
            raise InvalidPeriodError(max_days=MAX_DAYS)
        with self._unit_of_work() as work:
            hall = work.halls.get(hall_id)
            overrides = work.overrides.all(query.from_)
        days = StudioDays(overrides, _Localised(self._holidays, locale))
        dates = [query.from_ + DAY * offset for offset in range(count)]
        return Holidays(
            data=[
                PublicHoliday(date=day, name=_name(days, hall, day, locale))
                for day in dates
                if days.is_holiday(hall, day)
            ],
            working=[
                WorkingDay(date=day, weekday=weekday)
                for day in dates
                if (weekday := days.weekday(hall, day)) != day.isoweekday()
            ],
            warnings=list(self._unknown(hall, query, locale)),
        )

    def _unknown(self, hall: Hall, query: HolidaysQuery, locale: Locale) -> Iterator[HolidayWarning]:
        known = self._holidays.known_until(hall.country) if hall.country else None
        if known is None:
            return
        for year in range(max(query.from_.year, known + 1), (query.to - DAY).year + 1):
            text = UNKNOWN_YEAR.render(locale, {"year": year, "country": hall.country, "known_until": known})
            yield HolidayWarning(code="unknown_year", year=year, message=text)


def _change_hours(work: Work, hall_id: UUID | None) -> None:
    """Sales that were judged by the old hours, and are not made yet, are judged again."""
    halls = [work.halls.get(hall_id)] if hall_id else work.halls.all(archived=True)
    work.claims.lock({space for hall in halls for space in (hall.id, *spaces(hall))})
    work.halls.touch([hall.id for hall in halls])


def _name(days: StudioDays, hall: Hall, day: date, locale: Locale) -> str:
    """What the calendar calls it, or else the newest note of those who made it a holiday."""
    notes = (
        override.note
        for override in reversed(days.overrides)
        if override.holiday and override.hall_id in (hall.id, None) and override.first_day <= day <= override.last_day
    )
    return days.public_holiday(hall, day) or next(filter(None, notes), UNNAMED.render(locale, {}))


def _violations(request: DateOverrideRequest) -> Iterator[Violation]:
    days = (request.last_day - request.first_day).days + 1
    if days < 1:
        yield Violation.of(
            "last_day",
            "last_before_first",
            "The last day must not be before the first, {first_day}",
            "Последний день не может быть раньше первого, {first_day}",
            first_day=request.first_day.isoformat(),
        )
    if days > MAX_DAYS:
        yield Violation.of(
            "last_day",
            "too_many_days",
            "An exception may last at most {max} days",
            "Исключение может длиться не больше {max} дней",
            max=MAX_DAYS,
        )
    if request.hours is None and request.holiday is None:
        yield Violation.of(
            "hours",
            "nothing_excepted",
            "Give the opening hours, or say whether it is a holiday",
            "Укажите часы работы или праздничный ли это день",
        )
