"""A payment's way to its booking, with the inbox and the outbox of real PostgreSQL."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from core.context import flow
from core.events.consumer import consumer
from core.service_client import ServiceUnreachableError
from integration.composition import App, Outside
from integration.confirmations.errors import ConfirmationRefusedError
from integration.settings import IntegrationSettings
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingPaymentRefused
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentSucceeded
from tests.support.database import RecordingPublisher
from tests.support.samples import envelope, sample
from tests.support.world import world


@dataclass
class Bookings:
    """A booking service that confirms, or answers as told."""

    answer: Exception | None = None
    asked: list[tuple[UUID, UUID, int]] = field(default_factory=list)

    def confirm(self, booking_id: UUID, payment_id: UUID, paid: Money) -> None:
        self.asked.append((booking_id, payment_id, paid.amount))
        if self.answer:
            raise self.answer


class Desk:
    """The confirming part of the integration service, with a broker and a booking service the test controls."""

    def __init__(self, engine: Engine) -> None:
        self.broker = RecordingPublisher()
        self.bookings = Bookings()
        made_from = world("integration", IntegrationSettings, engine, self.broker)
        self.confirmations = App(made_from, Outside(bookings=lambda _: self.bookings)).confirmations

    def take(self, event: Envelope) -> None:
        data = event.payload()
        assert isinstance(data, PaymentSucceeded)
        with flow(event.correlation_id, str(event.id)):
            self.confirmations.confirm(event.id, data)


@pytest.fixture
def desk(engine: Engine) -> Iterator[Desk]:
    yield Desk(engine)


@pytest.fixture
def paid() -> Envelope:
    return envelope("sqs_payment_succeeded").model_copy(update={"id": uuid4()})


def test_a_payment_is_reported_to_its_booking(desk: Desk, paid: Envelope) -> None:
    desk.take(paid)

    assert desk.bookings.asked == [(UUID(paid.data["booking_id"]), UUID(paid.data["payment_id"]), 150_000)]
    assert desk.broker.taken == []


def test_a_final_refusal_is_reported_once_in_the_same_flow(desk: Desk, paid: Envelope) -> None:
    desk.bookings.answer = ConfirmationRefusedError("slot_taken", "409 slot_taken: the hall is taken")

    desk.take(paid)
    desk.take(paid)

    report, refusal = desk.broker.taken
    assert (report.type, report.source) == ("service.error", "integration")
    assert (report.correlation_id, report.causation_id) == (paid.correlation_id, str(paid.id))
    expected = {"code": "slot_taken", "operation": "confirm_booking", "payment_id": paid.data["payment_id"]}
    assert expected.items() <= report.data.items()
    assert (refusal.type, refusal.correlation_id) == ("booking.payment_refused", paid.correlation_id)
    assert refusal.payload() == BookingPaymentRefused(
        payment_id=UUID(paid.data["payment_id"]),
        booking_id=UUID(paid.data["booking_id"]),
        customer_id=UUID(paid.data["customer_id"]),
        reason="slot_taken",
    )


def test_while_booking_is_down_the_event_stays_in_its_queue(desk: Desk) -> None:
    desk.bookings.answer = ServiceUnreachableError("503")

    def take(event: Envelope) -> None:
        desk.take(event)

    batch: dict[str, Any] = sample("sqs_payment_succeeded")
    handler = consumer(take)

    failed = handler(batch, None)
    desk.bookings.answer = None
    done = handler(batch, None)

    assert failed == {"batchItemFailures": [{"itemIdentifier": batch["Records"][0]["messageId"]}]}
    assert done == {"batchItemFailures": []}
    assert len(desk.bookings.asked) == 2
    assert desk.broker.taken == []
