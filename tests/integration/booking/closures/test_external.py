"""External calendars: what they say is busy, around what is claimed already."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text as sql

from booking.calendar.errors import SlotTakenError
from booking.closures.errors import (
    CalendarTooLargeError,
    CalendarUnreachableError,
    ExternalCalendarNotFoundError,
    NoAddressError,
)
from booking.ical.errors import MalformedCalendarError
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.common import Role
from shared_schemas.errors import Locale, RejectedError
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.calendar_studio import CalendarStudio, hours_from
from tests.support.booking.studio import MANAGER, START
from tests.support.booking.terms import HOUR, to
from tests.support.database import EngineFor

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


def test_a_series_is_busy_beyond_the_halls_horizon(studio: CalendarStudio) -> None:
    """Staff may book there, and tomorrow the hall may look further ahead."""
    hall = studio.hall(horizon_days=10)
    imported(studio, hall, busy(0, 1, rule="RRULE:FREQ=WEEKLY"))
    assert studio.claimed(hall, "external")[-1].start > studio.clock.now() + timedelta(days=1100)


def test_a_file_of_an_endless_series_stays_busy_as_days_pass(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall(timezone="Europe/Berlin")
    calendar = studio.calendar(hall)
    # Summer time begins and ends within the years.
    event = vevent("DTSTART;TZID=Europe/Berlin:20260601T200000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")
    studio.external.import_file(calendar.id, ics(event))
    before = studio.external.of_hall(hall.id)
    for _ in range(2):
        studio.clock.advance(days=500)
        studio.external.refresh_due()
    last = studio.claimed(hall, "external")[-1]
    assert last.start > studio.clock.now() + timedelta(days=1100)
    assert (last.start.astimezone(ZoneInfo("Europe/Berlin")).hour, last.start.weekday()) == (20, 0)
    assert studio.external.of_hall(hall.id) == before


def test_a_series_goes_on_while_its_address_is_down(engine_for: EngineFor) -> None:
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall()
    calendar = studio.calendar(hall, URL)
    studio.fetcher.answer = ics(busy(0, 1, rule="RRULE:FREQ=WEEKLY"))
    studio.external.refresh(calendar.id)
    studio.fetcher.down = {URL}
    studio.clock.advance(days=400)
    assert studio.external.refresh_due().failed >= 1
    assert studio.claimed(hall, "external")[-1].start > studio.clock.now() + timedelta(days=1100)
    assert (studio.external.of_hall(hall.id)[0].error or "").startswith("calendar_unreachable")


def test_time_under_a_cancelled_booking_is_busy_again(engine_for: EngineFor) -> None:
    """The other calendar has said so all the while."""
    studio = CalendarStudio(engine_for("booking"))
    hall = studio.hall()
    booking = studio.book(hall)
    calendar = studio.calendar(hall)
    studio.external.import_file(calendar.id, ics(busy(0, 4)))
    assert studio.claimed(hall, "external") == hours_from(START, (2, 4))
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    studio.clock.advance(minutes=studio.app.world.settings.external_calendar_minutes)
    studio.external.refresh_due()
    assert studio.claimed(hall, "external") == hours_from(START, (0, 4))
    assert studio.external.of_hall(hall.id)[0].conflicts == []


def expire(studio: CalendarStudio) -> None:
    studio.clock.advance(hours=1)
    studio.bookings.expire_holds()


CHANGES: dict[str, Callable[[CalendarStudio, Booking], object]] = {
    "cancelled": lambda studio, one: studio.bookings.cancel(one.id, CancelRequest(), studio.customer, None),
    "moved": lambda studio, one: studio.changes.reschedule(one.id, to(START + 5 * HOUR), studio.customer, None),
    "expired": lambda studio, _: expire(studio),
}


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("whose", ["external", "closure"])
def test_time_that_is_given_back_is_whose_it_would_have_been(engine_for: EngineFor, how: str, whose: str) -> None:
    """At once, and before whoever waits for it; who called it off or took their calendar away wants it no longer."""
    studio = CalendarStudio(engine_for("booking"))
    hall, waiting = studio.hall(), Identity(str(uuid4()), Role.CLIENT)
    booking = studio.book(hall, START, 2)
    calendar = studio.calendar(hall)
    closure = None
    if whose == "external":
        studio.external.import_file(calendar.id, ics(busy(-1, 3)))
    else:
        closure = studio.close(hall, START - HOUR, 4, conflicts="keep")
    join = WaitlistRequest.model_validate({"hall_id": hall.id, "start": START, "end": START + 2 * HOUR})
    studio.waitlist.join(join, waiting, None)

    CHANGES[how](studio, booking)

    assert studio.claimed(hall, whose) == hours_from(START, (-1, 3))
    assert [one.status for one in studio.waitlist.page(WaitlistQuery(), waiting).data] == ["waiting"]
    with pytest.raises(SlotTakenError):
        studio.book(hall, START, 2)
    if closure:
        spans = [(span.start, span.end) for span in studio.closures.get(closure.id).occurrences]
        assert spans == [(START + HOUR * one, START + HOUR * other) for one, other in ((-1, 0), (0, 2), (2, 3))]
        studio.closures.remove(closure.id, MANAGER.subject)
    else:
        studio.external.remove(calendar.id)
    studio.book(hall, START, 2)


def test_what_two_calendars_and_a_closure_want_is_free_when_none_of_them_wants_it(studio: CalendarStudio) -> None:
    hall = studio.hall()
    first, second = studio.calendar(hall), studio.calendar(hall)
    studio.external.import_file(first.id, ics(busy(0, 4)))
    studio.external.import_file(second.id, ics(busy(1, 3)))
    closure = studio.close(hall, START + 2 * HOUR, 3)

    studio.external.import_file(first.id, ics(busy(0, 1)))
    assert studio.claimed(hall, "external") == hours_from(START, (0, 3))
    assert studio.claimed(hall, "closure") == hours_from(START, (3, 5))
    studio.external.remove(second.id)
    assert studio.claimed(hall, "closure") == hours_from(START, (2, 5))
    studio.closures.remove(closure.id, MANAGER.subject)
    assert studio.claimed(hall, "closure") == []
    assert studio.claimed(hall, "external") == hours_from(START, (0, 1))


def test_what_is_kept_of_a_file_names_nobody_and_is_replaced_with_it(studio: CalendarStudio) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall)
    for title in ("Wedding of the Petrovs", "Another"):
        studio.external.import_file(calendar.id, ics(busy(0, 2).replace("UID", f"SUMMARY:{title}\r\nUID")))
    with studio.work() as work:
        source = work.external_calendars.source(calendar.id) or ""
    assert source.count("BEGIN:VEVENT") == 1
    assert "SUMMARY" not in source


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_what_was_assumed_is_reported_and_kept(studio: CalendarStudio, locale: Locale) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall)
    event = vevent(f"DTSTART;TZID=Customized Time Zone:{START:%Y%m%dT%H%M%S}", "DURATION:PT1H", uid="u")
    report = studio.external.import_file(calendar.id, ics(event), locale)
    [warned] = report.warnings
    assert (warned.code, warned.property, warned.line, warned.uid) == ("unknown_zone", "DTSTART", 6, "u")
    assert ("the hall's own" if locale == "en" else "взят пояс зала") in warned.message
    [stored] = studio.external.of_hall(hall.id, locale)
    assert (stored.warnings, stored.warnings_total) == (report.warnings, 1)
    studio.external.import_file(calendar.id, ics())
    assert studio.external.of_hall(hall.id, locale)[0].warnings == []


def test_nothing_is_written_where_nothing_changes(studio: CalendarStudio) -> None:
    hall = studio.hall()
    calendar = studio.calendar(hall)
    text = ics(busy(0, 2, rule="RRULE:FREQ=WEEKLY"))
    query = "SELECT max(xmin::text::bigint) FROM booking.occupancy WHERE hall_id = :hall"

    def newest() -> int:
        with studio.engine.connect() as connection:
            return int(connection.execute(sql(query), {"hall": hall.id}).scalar_one())

    studio.external.import_file(calendar.id, text)
    before = newest()
    studio.external.import_file(calendar.id, text)
    assert newest() == before
    studio.external.import_file(calendar.id, ics(busy(0, 3, rule="RRULE:FREQ=WEEKLY")))
    assert newest() > before


def test_a_file_beyond_the_limit_is_refused_with_the_limit(studio: CalendarStudio) -> None:
    most = studio.app.world.settings.external_calendar_max_bytes
    with pytest.raises(CalendarTooLargeError) as refused:
        studio.external.import_file(studio.calendar(studio.hall()).id, ics("X:" + "я" * (most // 2)))
    assert refused.value.params["max_bytes"] == most
    assert int(str(refused.value.params["found"])) > most


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
    studio.clock.advance(minutes=studio.app.world.settings.external_calendar_minutes)
    studio.external.refresh_due()
    assert studio.fetcher.asked.count("https://down.test") == 2
