"""What operators are told of a dead letter."""

from uuid import uuid4

from integration.failures.domain import Letter, report
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from tests.support.booking.made import NOW
from tests.support.integration.reports import told, wrapped


def letter(envelope: Envelope) -> Letter:
    return Letter(uuid4(), "payment-refunds", "a message", "{}", NOW, NOW, envelope)


def test_a_dead_letter_is_reported_as_its_subscribers() -> None:
    event = told("booking.created", uuid4(), 1, NOW)

    found = report(letter(event))

    assert found
    assert (found.service, found.operation, found.code) == ("payment", "payment-refunds", "dead_letter")
    assert str(event.id) in (found.detail or "")


def test_a_report_that_died_itself_is_not_reported() -> None:
    about = ServiceError(service="payment", operation="refund", code="failed", detail="it failed")

    assert report(letter(wrapped(about, NOW))) is None
