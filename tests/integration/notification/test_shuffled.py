"""In whatever order a booking's events arrive, and however often: what is known of it at the end is the same."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Engine, text

from core.jobs import Turn
from shared_schemas.common import Money
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingRescheduled,
)
from shared_schemas.events.envelope import Envelope
from tests.support.notification import START, PostOffice

MOVED = START + timedelta(days=1)
KNOWN = """
SELECT version, status, starts_at, (facts->>'people')::int FROM notification.bookings WHERE booking_id = :id
"""
Row = tuple[object, ...]
pytestmark = pytest.mark.usefixtures("emptied")


def moved(office: PostOffice, version: int) -> Envelope:
    slot = {"start": MOVED, "end": MOVED + timedelta(hours=2), "previous_start": START, "previous_end": START}
    return office.booking(BookingRescheduled, version, "confirmed", **slot)


def life(office: PostOffice, *, called_off: bool) -> list[Envelope]:
    """Held, confirmed, moved to another day; there amended, or called off."""
    slot = {"start": MOVED, "end": MOVED + timedelta(hours=2)}
    last = (
        office.booking(BookingCancelled, 4, "cancelled", **slot)
        if called_off
        else office.booking(BookingAmended, 4, "confirmed", **slot, people=9, previous_total=Money(amount=250_000))
    )
    return [
        office.booking(BookingCreated, 1, "pending"),
        office.booking(BookingConfirmed, 2, "confirmed"),
        moved(office, 3),
        last,
    ]


def known(engine: Engine, office: PostOffice) -> Row:
    with engine.connect() as connection:
        return tuple(connection.execute(text(KNOWN), {"id": office.booking_id}).one())


def reminded(office: PostOffice) -> int:
    """How many reminders the customer gets of the visit as it stands."""
    office.clock.advance(seconds=(MOVED - timedelta(hours=1) - office.clock.now()).total_seconds())
    office.reminders.run(Turn())
    return sum(template == "booking_reminder" for template, _, _ in office.states())


@pytest.mark.parametrize("called_off", [False, True])
def test_any_order_comes_to_the_same(engine: Engine, called_off: bool) -> None:
    def outcome(order: Sequence[int]) -> tuple[Row, int]:
        office = PostOffice(engine)
        events = life(office, called_off=called_off)
        shuffled = [events[number] for number in order]
        # Every one comes twice, the second time after all others.
        office.take(*shuffled, *shuffled)
        return known(engine, office), reminded(office)

    people, status, reminders = (4, "cancelled", 0) if called_off else (9, "confirmed", 1)
    expected = (4, status, MOVED, people), reminders
    assert {order: got for order in permutations(range(4)) if (got := outcome(order)) != expected} == {}
