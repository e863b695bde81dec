"""What is kept of an event until it is delivered: no words of people's, and all that it takes to read it."""

from uuid import uuid4

from integration.deliveries.domain import without_free_text
from integration.events.domain import without_words
from shared_schemas.events.bookings import BookingPaymentRefused
from tests.support.booking.made import NOW
from tests.support.integration.reports import told, wrapped


def test_words_that_people_wrote_are_left_out() -> None:
    event = told("booking.cancelled", uuid4(), 2, NOW, status="cancelled", reason="my mother is ill")

    assert "reason" in event.data
    assert "reason" not in without_free_text(event).data


def test_the_log_keeps_codes_and_no_words_of_a_cancellation_of_before() -> None:
    cancelled = told("booking.cancelled", uuid4(), 2, NOW, status="cancelled", reason="my mother is ill")
    refusal = BookingPaymentRefused(payment_id=uuid4(), booking_id=uuid4(), customer_id=uuid4(), reason="slot_taken")

    assert without_words(cancelled).data == {name: value for name, value in cancelled.data.items() if name != "reason"}
    assert without_words(wrapped(refusal, NOW)).payload() == refusal


def test_a_code_stays_so_that_the_event_can_be_read() -> None:
    refusal = BookingPaymentRefused(payment_id=uuid4(), booking_id=uuid4(), customer_id=uuid4(), reason="slot_taken")

    assert without_free_text(wrapped(refusal, NOW)).payload() == refusal


def test_an_event_of_a_newer_release_is_kept_without_words() -> None:
    event = told("booking.cancelled", uuid4(), 2, NOW, status="cancelled", reason="my mother is ill")
    newer = event.model_copy(update={"version": 9})

    assert without_free_text(newer).data == {name: value for name, value in event.data.items() if name != "reason"}


def test_a_comment_is_left_out_as_well() -> None:
    event = told("booking.cancelled", uuid4(), 2, NOW, status="cancelled")
    commented = event.model_copy(update={"data": event.data | {"comment": "the red hall, as for my mother"}})

    assert without_free_text(commented).data == {name: value for name, value in event.data.items() if name != "reason"}
