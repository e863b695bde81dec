"""Exceptions from the usual hours and from the calendar of public holidays."""

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from booking.errors import InvalidPeriodError
from booking.halls.errors import HallNotFoundError
from booking.hours.errors import DateOverrideNotFoundError
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride, DateOverrideRequest, HolidaysQuery
from shared_schemas.calendar import Interval
from shared_schemas.errors import Locale, RuleViolationError
from tests.support.booking.calendar_studio import CalendarStudio
from tests.support.booking.studio import MANAGER, START
from tests.support.database import EngineFor

DAY = START.date()


@pytest.fixture(scope="module")
def studio(engine_for: EngineFor) -> CalendarStudio:
    return CalendarStudio(engine_for("booking"))


def excepted(studio: CalendarStudio, hall: Hall | None, day: date = DAY, **changes: Any) -> DateOverride:
    values = {"hall_id": hall and hall.id, "first_day": day, "last_day": day}
    return studio.overrides.add(DateOverrideRequest.model_validate(values | changes), MANAGER.subject, None)


def holidays(studio: CalendarStudio, hall: Hall, locale: Locale = "en") -> dict[date, str]:
    query = HolidaysQuery.model_validate({"from": date(2027, 6, 1), "to": date(2027, 7, 1)})
    return {holiday.date: holiday.name for holiday in studio.overrides.holidays(hall.id, query, locale).data}


def test_a_day_without_hours_is_closed_until_the_exception_is_taken_back(studio: CalendarStudio) -> None:
    hall = studio.hall()
    override = excepted(studio, hall, hours=[])
    assert studio.availability(hall).days[0].starts == []
    with pytest.raises(RuleViolationError) as refused:
        studio.book(hall)
    assert [violation.code for violation in refused.value.violations] == ["closed"]
    studio.overrides.remove(override.id)
    assert studio.book(hall).status == "pending"


def test_other_hours_hold_for_every_day_of_the_exception(studio: CalendarStudio) -> None:
    hall = studio.hall()
    late = [Interval(opens=time(18), closes=time(23))]
    excepted(studio, hall, last_day=DAY + timedelta(days=1), hours=late)
    for days, opens in ((-1, 9), (0, 18), (1, 18), (2, 9)):
        free = studio.availability(hall, START + timedelta(days=days)).days[0].free
        assert free[0].start.hour == opens


def test_bookings_that_are_made_already_stay(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall)
    excepted(studio, hall, hours=[])
    assert studio.bookings.get(booking.id, studio.customer).status == "pending"


@pytest.mark.parametrize(("locale", "name"), [("en", "Russia Day"), ("ru", "День России")])
def test_public_holidays_are_named_in_the_callers_language(studio: CalendarStudio, locale: Locale, name: str) -> None:
    assert holidays(studio, studio.hall(), locale)[date(2027, 6, 12)] == name


def test_a_hall_of_no_country_has_no_public_holidays(studio: CalendarStudio) -> None:
    assert holidays(studio, studio.hall(country=None)) == {}


def test_the_studio_makes_and_unmakes_holidays(studio: CalendarStudio) -> None:
    hall = studio.hall()
    excepted(studio, hall, date(2027, 6, 12), holiday=False)
    excepted(studio, hall, date(2027, 6, 20), holiday=True, note="Our birthday")
    excepted(studio, hall, date(2027, 6, 21), holiday=True)
    found = holidays(studio, hall)
    assert date(2027, 6, 12) not in found
    assert (found[date(2027, 6, 20)], found[date(2027, 6, 21)]) == ("Our birthday", "Holiday")
    assert date(2027, 6, 20) not in holidays(studio, studio.hall())


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"last_day": DAY - timedelta(days=1), "holiday": True}, "last_day", "last_before_first"),
        ({"last_day": DAY + timedelta(days=366), "holiday": True}, "last_day", "too_many_days"),
        ({}, "hours", "nothing_excepted"),
    ],
)
def test_an_exception_keeps_the_rules(studio: CalendarStudio, changes: Any, field: str, code: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        excepted(studio, None, **changes)
    assert [(violation.field, violation.code) for violation in refused.value.violations] == [(field, code)]


def test_a_year_is_the_most(studio: CalendarStudio) -> None:
    hall = studio.hall()
    assert excepted(studio, hall, last_day=DAY + timedelta(days=365), holiday=True).id
    for days in (0, 367):
        query = HolidaysQuery.model_validate({"from": DAY, "to": DAY + timedelta(days=days)})
        with pytest.raises(InvalidPeriodError):
            studio.overrides.holidays(hall.id, query, "en")


def test_those_that_are_over_are_not_listed(studio: CalendarStudio) -> None:
    hall = studio.hall()
    listed = excepted(studio, hall, holiday=True).id
    over = excepted(studio, hall, DAY - timedelta(days=30), holiday=True).id
    found = {override.id for override in studio.overrides.all(None)}
    assert (listed in found, over in found) == (True, False)
    assert over in {override.id for override in studio.overrides.all(DAY - timedelta(days=30))}


def test_the_same_key_makes_one_exception(studio: CalendarStudio) -> None:
    key = IdempotencyKey(MANAGER.subject, "POST /v1/date-overrides", str(uuid4()), "same")
    request = DateOverrideRequest(hall_id=studio.hall().id, first_day=DAY, last_day=DAY, holiday=True)
    assert len({studio.overrides.add(request, MANAGER.subject, key).id for _ in range(2)}) == 1


def test_what_is_not_there_is_refused(studio: CalendarStudio) -> None:
    with pytest.raises(DateOverrideNotFoundError):
        studio.overrides.remove(uuid4())
    request = DateOverrideRequest(hall_id=uuid4(), first_day=DAY, last_day=DAY, holiday=True)
    with pytest.raises(HallNotFoundError):
        studio.overrides.add(request, MANAGER.subject, None)


@pytest.mark.parametrize(("locale", "words"), [("en", "not known yet"), ("ru", "ещё не известны")])
def test_working_weekends_are_shown_and_years_without_a_decree_are_told(
    studio: CalendarStudio, locale: Locale, words: str
) -> None:
    query = HolidaysQuery.model_validate({"from": date(2027, 2, 1), "to": date(2028, 1, 2)})
    found = studio.overrides.holidays(studio.hall().id, query, locale)
    assert [(day.date, day.weekday) for day in found.working] == [(date(2027, 2, 20), 1)]
    assert [(one.code, one.year) for one in found.warnings] == [("unknown_year", 2028)]
    assert words in found.warnings[0].message
    assert studio.overrides.holidays(studio.hall(country="DE").id, query, locale).warnings == []
    known = HolidaysQuery.model_validate({"from": date(2027, 2, 1), "to": date(2028, 1, 1)})
    assert studio.overrides.holidays(studio.hall().id, known, locale).warnings == []
