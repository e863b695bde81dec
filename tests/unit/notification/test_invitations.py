"""The calendar file of a mail: what a mail program does with it depends on each of these properties."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from notification.messages.domain.plans import PLAN_OF
from notification.writing.invitations import METHODS, Invitations
from notification.writing.studio import Signature
from shared_schemas.notification import TemplateName
from tests.support.clock import NOW, FixedClock
from tests.support.notification import START, facts

BOOKING = UUID("0d9f2d0e-6f0d-4f3c-9a57-6c2b7a4d5e10")
SIGNATURE = Signature("Свет", "Причал, 2", "+74951234567", "Вход со двора; код 7, этаж 3")
WRITER = Invitations("studio@example.test", FixedClock())


def written(template: TemplateName, **changes: Any) -> str:
    told = facts(**{"booking_version": 3, "hold_expires_at": None} | changes)
    return WRITER.file(template, BOOKING, told, SIGNATURE, "anna@example.test")


def read(template: TemplateName, **changes: Any) -> tuple[Any, Any]:
    """The calendar and its one event, as another program reads them."""
    calendar = Calendar.from_ical(written(template, **changes))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_confirmed_visit_is_put_into_the_calendar() -> None:
    calendar, event = read("booking_confirmed")

    assert (calendar["METHOD"], calendar["VERSION"], event["STATUS"]) == ("REQUEST", "2.0", "CONFIRMED")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (START, START + timedelta(hours=2))
    assert (event.decoded("DTSTAMP"), event["SEQUENCE"]) == (NOW, 3)
    assert (event["SUMMARY"], event["LOCATION"]) == ("White Cyclorama", "Причал, 2")
    assert event["DESCRIPTION"] == SIGNATURE.directions
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:studio@example.test", "Свет")
    assert event["ATTENDEE"] == "mailto:anna@example.test"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


def test_what_follows_changes_the_same_event_and_takes_it_out() -> None:
    moved = {"start": START + timedelta(days=1), "end": START + timedelta(days=2)}
    events = [
        read("booking_confirmed")[1],
        read("booking_rescheduled", booking_version=4, **moved)[1],
        read("booking_cancelled", booking_version=5)[1],
        read("booking_reinstated", booking_version=6)[1],
    ]  # fmt: skip

    assert {event["UID"] for event in events} == {f"{BOOKING}@cyclorama"}
    assert [event["SEQUENCE"] for event in events] == [3, 4, 5, 6]
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert read("booking_cancelled")[0]["METHOD"] == "CANCEL"


def test_a_hold_is_no_visit_yet() -> None:
    assert written("booking_rescheduled", hold_expires_at=NOW) == ""
    assert written("booking_cancelled", hold_expires_at=NOW), "it may have been confirmed before"


def test_a_message_of_before_versions_has_no_file() -> None:
    assert written("booking_confirmed", booking_version=None) == ""


@pytest.mark.parametrize("template", sorted(PLAN_OF.keys() - METHODS.keys()))
def test_what_changes_no_calendar_has_none(template: TemplateName) -> None:
    assert written(template) == ""


def test_lines_are_short_and_end_as_the_standard_says() -> None:
    file = written("booking_confirmed", hall_name="Большой зал с естественным светом и чёрной циклорамой" * 2)
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert "\n" not in file.replace("\r\n", "")
