"""A slot is held for longer, while a company pays its invoice."""

from datetime import UTC, timedelta

import pytest

from booking.app import api
from core.identity import Identity
from core.jobs import Turn
from shared_schemas.booking.bookings import HoldRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, Studio
from tests.support.rest import ask

pytestmark = pytest.mark.usefixtures("served", "default_policy", "books_in_order")
PAYMENT = Identity("payment", Role.SERVICE)


def test_it_is_held_for_longer_and_expires_then(studio: Studio) -> None:
    booking = studio.book(studio.hall())
    until = studio.clock.now() + timedelta(hours=20)

    held = studio.app.holding.prolong(booking.id, HoldRequest(until=until), PAYMENT)
    studio.clock.advance(hours=19, minutes=59)
    studio.bookings.expire_holds(Turn())
    waiting = studio.bookings.get(booking.id, MANAGER)
    studio.clock.advance(minutes=2)
    studio.bookings.expire_holds(Turn())

    assert (held.hold_expires_at, held.version, waiting.status) == (until, 2, "pending")
    assert studio.bookings.get(booking.id, MANAGER).status == "expired"
    [told] = [event for event in studio.broker.taken if event.type == "booking.hold_prolonged"]
    assert told.data["hold_expires_at"] == until.isoformat().replace("+00:00", "Z")
    assert [step.action for step in studio.bookings.history(booking.id)] == ["create", "hold", "expire"]


def test_a_hold_never_becomes_shorter_and_ends_when_the_visit_begins(studio: Studio) -> None:
    booking = studio.book(studio.hall())
    assert booking.hold_expires_at
    shorter = HoldRequest(until=booking.hold_expires_at - timedelta(minutes=1))
    longer = HoldRequest(until=booking.start + timedelta(days=30))

    same = studio.app.holding.prolong(booking.id, shorter, MANAGER)
    longest = studio.app.holding.prolong(booking.id, longer, MANAGER)

    assert (same.hold_expires_at, same.version) == (booking.hold_expires_at, 1)
    assert longest.hold_expires_at == booking.start.astimezone(UTC)


def test_what_is_not_held_is_not_held_for_longer(studio: Studio) -> None:
    booking = studio.paid(studio.hall())
    body = {"until": (studio.clock.now() + timedelta(hours=1)).isoformat()}
    answer = ask(api, MANAGER, "POST /v1/bookings/{booking_id}/hold", body, path={"booking_id": booking.id})
    assert (answer.status, answer.code) == (409, "invalid_transition")
