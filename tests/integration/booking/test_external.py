"""External calendars: what they say is busy, around what is claimed already."""

from datetime import UTC, datetime, timedelta

import pytest

from booking.errors import SlotTakenError
from booking.errors_calendar import (
    CalendarUnreachableError,
    ExternalCalendarNotFoundError,
    MalformedCalendarError,
    NoAddressError,
)
from shared_schemas.errors import RejectedError
from shared_schemas.halls import Hall
from tests.support.calendar import ics, vevent
from tests.support.calendar_studio import CalendarStudio, hours_from
from tests.support.database import EngineFor
from tests.support.studio import START

URL = "https://other.test/calendar.ics"


@pytest.fixture(scope="module")
def studio(engine_for: EngineFor) -> CalendarStudio:
    return CalendarStudio(engine_for("booking"))


def stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def busy(first: float, last: float, uid: str = "event", rule: str = "") -> str:
    """An event given in hours after START."""
    start, end = START + timedelta(hours=first), START + timedelta(hours=last)
    lines = [f"DTSTART:{stamp(start)}", f"DTEND:{stamp(end)}", *([rule] if rule else [])]
    return vevent(*lines, uid=uid)


def imported(studio: CalendarStudio, hall: Hall, *events: str) -> list[tuple[str, datetime, datetime]]:
    studio.external.import_file(studio.calendar(hall).id, ics(*events))
    return sorted(studio.rows(hall))


def test_imported_time_cannot_be_booked(studio: CalendarStudio) -> None:
    hall = studio.hall()
    report = studio.external.import_file(studio.calendar(hall).id, ics(busy(0, 2)))
    assert (report.events, len(report.busy), report.conflicts) == (1, 1, [])
    with pytest.raises(SlotTakenError):
        studio.book(hall)
    assert studio.book(hall, START + timedelta(hours=2)).status == "pending"


def test_importing_again_changes_nothing(studio: CalendarStudio) -> None:
    hall, file = studio.hall(), ics(busy(0, 2, rule="RRULE:FREQ=WEEKLY"), busy(1, 3, uid="b"))
    calendar = studio.calendar(hall)
    first = studio.external.import_file(calendar.id, file), studio.rows(hall)
    assert (studio.external.import_file(calendar.id, file), studio.rows(hall)) == first
    assert len(first[1]) > 50


def test_a_new_file_takes_the_place_of_the_old_one(studio: CalendarStudio) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall)
    for events in ([busy(0, 2), busy(4, 6, uid="b")], [busy(1, 3)]):
        studio.external.import_file(calendar.id, ics(*events))
    assert studio.claimed(hall, "external") == hours_from(START, (1, 3))


def test_touching_events_are_one_stretch_of_whole_quarters(studio: CalendarStudio) -> None:
    """What is left of a quarter of an hour could not be sold."""
    assert [(start, end) for _, start, end in imported(studio, studio.hall(), busy(0.1, 1), busy(0.9, 1.3, "b"))] == [
        (START, START + timedelta(hours=1.5))
    ]


def test_bookings_in_the_way_stay_and_are_reported(studio: CalendarStudio) -> None:
    hall = studio.hall()
    booking = studio.book(hall, START + timedelta(hours=1), hours=1)
    calendar = studio.calendar(hall)
    report = studio.external.import_file(calendar.id, ics(busy(0, 4, "long"), busy(6, 7, "free")))
    assert [(conflict.uid, conflict.bookings) for conflict in report.conflicts] == [("long", [booking.number])]
    assert studio.claimed(hall, "external") == hours_from(START, (0, 1), (2, 4), (6, 7))
    [stored] = studio.external.of_hall(hall.id)
    assert (stored.conflicts, stored.imported_at) == (report.conflicts, studio.clock.now())


def test_closures_and_other_calendars_in_the_way_are_reported_without_a_number(studio: CalendarStudio) -> None:
    hall = studio.hall()
    studio.close(hall)
    studio.external.import_file(studio.calendar(hall).id, ics(busy(2, 4)))
    report = studio.external.import_file(studio.calendar(hall).id, ics(busy(1, 5)))
    assert [conflict.bookings for conflict in report.conflicts] == [[]]
    assert studio.claimed(hall, "external") == hours_from(START, (2, 5))
    assert studio.claimed(hall, "closure") == hours_from(START, (0, 2))


def test_a_composite_hall_takes_its_parts(studio: CalendarStudio) -> None:
    left, right = studio.hall(), studio.hall()
    floor = studio.hall(parts=[left.id, right.id])
    booking = studio.book(left, START, hours=1)
    report = studio.external.import_file(studio.calendar(floor).id, ics(busy(0, 2)))
    assert studio.claimed(left, "external") == hours_from(START, (1, 2))
    assert studio.claimed(right, "external") == hours_from(START, (0, 2))
    assert [conflict.bookings for conflict in report.conflicts] == [[booking.number]]


def test_a_series_is_busy_up_to_the_horizon(studio: CalendarStudio) -> None:
    hall = studio.hall(horizon_days=10)
    assert len(imported(studio, hall, busy(0, 1, rule="RRULE:FREQ=DAILY"))) == 9


def test_what_is_past_stays_as_it_was(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall()
    calendar = studio.calendar(hall)
    studio.external.import_file(calendar.id, ics(busy(0, 2)))
    studio.clock.advance(seconds=(START - studio.clock.now()).total_seconds() + 3600)
    studio.external.import_file(calendar.id, ics(busy(0, 2), busy(3, 4, "b")))
    assert studio.claimed(hall, "external") == hours_from(START, (0, 2), (3, 4))
    assert len(studio.rows(hall)) == 2
    studio.external.import_file(calendar.id, ics())
    assert studio.claimed(hall, "external") == hours_from(START, (0, 1))


def test_a_file_that_cannot_be_read_changes_nothing(studio: CalendarStudio) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall)
    studio.external.import_file(calendar.id, ics(busy(0, 2)))
    with pytest.raises(MalformedCalendarError):
        studio.external.import_file(calendar.id, ics(busy(4, 5), vevent("DTSTART:soon")))
    assert studio.claimed(hall, "external") == hours_from(START, (0, 2))


def test_removing_a_calendar_frees_its_time(studio: CalendarStudio) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall)
    studio.external.import_file(calendar.id, ics(busy(0, 2)))
    studio.external.remove(calendar.id)
    assert (studio.rows(hall), studio.external.of_hall(hall.id)) == (set(), [])
    with pytest.raises(ExternalCalendarNotFoundError):
        studio.external.remove(calendar.id)
    with pytest.raises(ExternalCalendarNotFoundError):
        studio.external.import_file(calendar.id, ics(busy(0, 2)))


def test_refreshing_fetches_and_imports(studio: CalendarStudio) -> None:
    hall = studio.hall()
    studio.fetcher.answer = ics(busy(0, 2))
    studio.external.refresh(studio.calendar(hall, URL).id)
    assert studio.fetcher.asked[-1] == URL
    assert studio.claimed(hall, "external") == hours_from(START, (0, 2))


@pytest.mark.parametrize("answer", [CalendarUnreachableError(reason="status 500"), "<html>"], ids=["down", "nonsense"])
def test_a_failed_refresh_is_noted_and_keeps_what_was_busy(
    studio: CalendarStudio, answer: str | CalendarUnreachableError
) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall, URL)
    studio.fetcher.answer = ics(busy(0, 2))
    studio.external.refresh(calendar.id)
    studio.fetcher.answer = answer
    with pytest.raises((RejectedError, CalendarUnreachableError)) as failed:
        studio.external.refresh(calendar.id)
    assert studio.claimed(hall, "external") == hours_from(START, (0, 2))
    [stored] = studio.external.of_hall(hall.id)
    assert (stored.error or "").startswith(failed.value.code + ": ")
    studio.fetcher.answer = ics()
    studio.external.refresh(calendar.id)
    assert studio.external.of_hall(hall.id)[0].error is None


def test_without_an_address_there_is_nothing_to_refresh(studio: CalendarStudio) -> None:
    with pytest.raises(NoAddressError):
        studio.external.refresh(studio.calendar(studio.hall()).id)


def test_the_job_refreshes_what_is_due_whatever_fails(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    studio.external.refresh_due()  # What other tests left.
    studio.fetcher.answer = ics(busy(0, 2))
    studio.fetcher.down = {"https://down.test"}
    halls = [studio.hall() for _ in range(3)]
    for hall, url in zip(halls, ("https://down.test", URL, None), strict=True):
        studio.calendar(hall, url)
    outcome = studio.external.refresh_due()
    assert (outcome.refreshed, outcome.failed) == (1, 1)
    assert studio.external.refresh_due() == type(outcome)(0, 0)
    studio.clock.advance(minutes=studio.settings.external_calendar_minutes)
    studio.external.refresh_due()
    assert studio.fetcher.asked.count("https://down.test") == 2
