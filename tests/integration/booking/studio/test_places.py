"""Calendars say where the studio is."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, text

from core.identity import Identity
from shared_schemas.booking.feeds import CalendarFeedRequest
from shared_schemas.booking.halls import HallChanges
from shared_schemas.booking.studio import AddressRequest, StudioRequest
from shared_schemas.common import Role
from shared_schemas.errors import Locale
from shared_schemas.words import Title
from tests.support.booking.studio import Studio

ADMIN = Identity(str(uuid4()), Role.ADMIN)
ARBAT = AddressRequest(
    id=uuid4(), address=Title(ru="Новый Арбат, 1", en="1 Novy Arbat"), latitude=55.752, longitude=37.594
)
DOCK = AddressRequest(id=uuid4(), address=Title(ru="Причал, 2"))


@pytest.fixture(autouse=True)
def _nothing_said(engine: Engine) -> Iterator[None]:
    yield
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.studio_versions"))
        connection.execute(text("UPDATE booking.halls SET details = details - 'address_id'"))


def say(studio: Studio, *addresses: AddressRequest) -> None:
    studio.app.studios.replace(StudioRequest(addresses=list(addresses)), ADMIN)


def feed(studio: Studio) -> str:
    return (studio.app.feeds.add(CalendarFeedRequest(), studio.customer).url or "").rpartition("/")[2]


def location(written: str | None) -> str | None:
    [event] = Calendar.from_ical(written or "").walk("VEVENT")
    found = event.get("LOCATION")
    return None if found is None else str(found)


@pytest.mark.parametrize(("locale", "first"), [("ru", "Новый Арбат, 1"), ("en", "1 Novy Arbat")])
def test_a_visit_is_at_the_address_of_its_hall_or_at_the_first(studio: Studio, locale: Locale, first: str) -> None:
    hall = studio.hall()
    booking, address = studio.book(hall), feed(studio)

    def shown() -> list[str | None]:
        file = studio.app.calendar_files.of(booking.id, studio.customer, locale)
        return [location(file.text), location(studio.app.feeds.read(address, locale).text)]

    assert shown() == [None, None]
    say(studio, ARBAT, DOCK)
    assert shown() == [first, first]
    studio.halls.change(hall.id, HallChanges(address_id=DOCK.id))
    assert shown() == ["Причал, 2", "Причал, 2"]


def test_a_subscriber_gets_the_address_that_changed(studio: Studio) -> None:
    hall = studio.hall()
    studio.book(hall)
    name, tags = feed(studio), set()
    for change in (
        lambda: None,
        lambda: say(studio, ARBAT),
        lambda: say(studio, ARBAT, DOCK),
        lambda: studio.halls.change(hall.id, HallChanges(address_id=DOCK.id)),
    ):
        change()
        tags.add(studio.app.feeds.read(name, "en").tag)
    assert len(tags) == 4
