"""One booking for the calendar of whoever comes."""

from datetime import UTC, timedelta

import pytest
from icalendar import Calendar

from booking.app import api
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import CancelRequest, RescheduleRequest
from shared_schemas.booking.feeds import CalendarFeedRequest
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.rest import ask

HOUR = timedelta(hours=1)


def event(studio: Studio, booking: Booking) -> dict[str, object]:
    text = studio.app.calendar_files.of(booking.id, studio.customer, "ru").text
    [found] = Calendar.from_ical(text).walk("VEVENT")
    times = {name: found.decoded(name) for name in ("dtstart", "dtend", "dtstamp")}
    return times | {name: found.get(name) for name in ("uid", "summary", "status", "sequence")}


@pytest.mark.usefixtures("served")
def test_a_booking_is_a_file_for_a_calendar(studio: Studio) -> None:
    booking = studio.book(studio.hall(name="Белый зал"))
    answer = ask(api, studio.customer, "GET /v1/bookings/{booking_id}/calendar", path={"booking_id": booking.id})
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["content-disposition"] == f'attachment; filename="{booking.number}.ics"'
    assert answer.headers["cache-control"] == "no-store"
    found = event(studio, booking)
    assert (found["dtstart"], found["dtend"]) == (START.astimezone(UTC), (START + 2 * HOUR).astimezone(UTC))
    assert (found["summary"], found["status"]) == ("Белый зал", "TENTATIVE")


def test_what_was_moved_and_called_off_replaces_it(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), START + timedelta(days=10))
    first = event(studio, booking)
    studio.clock.advance(minutes=5)
    later = RescheduleRequest(start=booking.start + HOUR, end=booking.end + HOUR)
    moved = event(studio, studio.changes.reschedule(booking.id, later, studio.customer, None))
    gone = event(studio, studio.bookings.cancel(booking.id, CancelRequest(), MANAGER, None))
    assert first["uid"] == moved["uid"] == gone["uid"]
    assert [first["status"], moved["status"], gone["status"]] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert first["sequence"] < moved["sequence"] < gone["sequence"]  # type: ignore[operator]
    assert moved["dtstart"] - first["dtstart"] == HOUR  # type: ignore[operator]
    assert moved["dtstamp"] > first["dtstamp"]  # type: ignore[operator]


def test_it_is_the_event_that_the_feed_has(studio: Studio) -> None:
    booking = studio.paid(studio.hall(), START + timedelta(days=11))
    feed = studio.app.feeds.add(CalendarFeedRequest(), studio.customer)
    text = studio.app.feeds.read((feed.url or "").rpartition("/")[2], "ru").text
    own = event(studio, booking)
    [same] = [each for each in Calendar.from_ical(text or "").walk("VEVENT") if each.get("uid") == own["uid"]]
    assert (same.get("sequence"), same.decoded("dtstamp")) == (own["sequence"], own["dtstamp"])
