"""What the log reads off events."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from integration.events.domain import reported_error
from integration.subject import subject
from shared_schemas.events.envelope import Envelope
from tests.support.samples import envelope

BOOKING = UUID("0d9f2d0e-6f0d-4f3c-9a57-6c2b7a4d5e10")


def unknown(data: Mapping[str, object]) -> Envelope:
    return envelope("eventbridge_booking_created").model_copy(update={"type": "crm.synced", "version": 7, "data": data})


def test_the_ids_of_booking_and_payment_are_found_by_name() -> None:
    paid = envelope("sqs_payment_succeeded")

    assert subject(paid, "booking_id") == BOOKING
    assert subject(paid, "payment_id") == UUID("7e0f4c55-2f0b-4d0f-9a87-8f6b1f0e6d43")
    assert subject(envelope("eventbridge_booking_created"), "payment_id") is None


@pytest.mark.parametrize("value", ["42", "", None, 7, {"id": 1}])
def test_what_is_no_id_is_not_taken_for_one(value: object) -> None:
    assert subject(unknown({"booking_id": value}), "booking_id") is None


def test_only_reports_of_failures_are_errors() -> None:
    report = {"service": "payment", "operation": "settle", "code": "amount_mismatch", "detail": "1 is not 2"}
    event = unknown(report).model_copy(update={"type": "service.error", "version": 1})

    error = reported_error(event)

    assert error is not None
    assert (error.service, error.code) == ("payment", "amount_mismatch")
    assert reported_error(unknown(report)) is None
