"""Deposits of a visit, where staff see it: the payment service tells of each change, in any order."""

import json
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from booking import consumers
from booking.app import api
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.schedule import SchedulePeriod, ScheduleQuery
from shared_schemas.common import SignedMoney
from shared_schemas.events.desk import DepositChanged
from shared_schemas.events.envelope import Envelope
from tests.support.booking.calendar_studio import CalendarStudio
from tests.support.booking.studio import MANAGER, START
from tests.support.clock import NOW
from tests.support.rest import ask
from tests.support.samples import sample
from tests.support.system.environment import Context

TAKEN, KEPT, GIVEN = ("taken", 500_000), ("payment", -150_000), ("given_back", -350_000)


@pytest.fixture
def studio(engine: Engine) -> CalendarStudio:
    return CalendarStudio(engine)


def changed(booking: Booking, kind: str, amount: int, deposit: UUID) -> DepositChanged:
    ids = {"entry_id": uuid4(), "deposit_id": deposit, "booking_id": booking.id, "customer_id": booking.customer_id}
    return DepositChanged.model_validate(ids | {"kind": kind, "amount": SignedMoney(amount=amount)})


def note(studio: CalendarStudio, booking: Booking, change: tuple[str, int], deposit: UUID) -> None:
    event, event_id = changed(booking, *change, deposit), uuid4()
    for _ in range(2):
        studio.app.deposits.note(event_id, event)


def shown(studio: CalendarStudio, booking: Booking) -> int:
    day: Any = {"from": booking.start.date(), "to": booking.end.date() + (booking.end - booking.start) * 12}
    (visit,) = (v for v in studio.app.schedules.of(ScheduleQuery.model_validate(day)).data if v.id == booking.id)
    card = studio.bookings.card(booking.id, MANAGER)
    assert card.deposit_held == visit.deposit_held
    return visit.deposit_held.amount


def stamp(studio: CalendarStudio, booking: Booking) -> str:
    day: Any = {"from": booking.start.date(), "to": booking.end.date() + (booking.end - booking.start) * 12}
    return studio.app.schedules.stamp(SchedulePeriod.model_validate(day)).stamp


def test_what_is_held_of_all_deposits_stands_beside_what_is_paid(studio: CalendarStudio) -> None:
    booking, other = (studio.paid(studio.hall(), START) for _ in range(2))
    first, second = uuid4(), uuid4()
    before = stamp(studio, booking)
    assert shown(studio, booking) == 0
    note(studio, booking, TAKEN, first)
    note(studio, booking, ("taken", 20_000), second)
    assert (shown(studio, booking), shown(studio, other)) == (520_000, 0)
    assert studio.bookings.get(booking.id, MANAGER).paid == booking.paid
    assert stamp(studio, booking) != before
    note(studio, booking, KEPT, first)
    assert shown(studio, booking) == 370_000
    note(studio, booking, GIVEN, first)
    note(studio, booking, ("given_back", -20_000), second)
    assert (shown(studio, booking), stamp(studio, booking)) == (0, before)


def test_it_does_not_matter_what_is_told_first(studio: CalendarStudio) -> None:
    booking = studio.paid(studio.hall(), START)
    for order in permutations((TAKEN, KEPT, GIVEN)):
        deposit, further = uuid4(), uuid4()
        note(studio, booking, ("taken", 1_000), further)
        for change in order:
            note(studio, booking, change, deposit)
        assert shown(studio, booking) == 1_000
        note(studio, booking, ("given_back", -1_000), further)


@pytest.mark.usefixtures("served")
def test_the_queue_tells_and_the_card_shows(studio: CalendarStudio) -> None:
    booking = studio.paid(studio.hall(), START)
    lost = booking.model_copy(update={"id": uuid4()})
    for each in (booking, lost):
        event = changed(each, *TAKEN, uuid4())
        envelope = Envelope.wrap(event, time=NOW, source="payment", correlation_id="a-flow", causation_id=None)

        assert consumers.note_refunds(queued(envelope), Context()) == {"batchItemFailures": []}
    answer = ask(api, MANAGER, "GET /v1/bookings/{booking_id}", path={"booking_id": booking.id})
    assert answer.body["deposit_held"] == {"amount": 500_000, "currency": "RUB"}


def queued(told: Envelope) -> dict[str, Any]:
    (record,) = sample("sqs_payment_refunded")["Records"]
    body = json.loads(record["body"]) | {"detail-type": told.type, "detail": told.model_dump(mode="json")}
    return {"Records": [record | {"body": json.dumps(body)}]}
