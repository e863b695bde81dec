"""What is kept of an event until it is delivered: no words of people's, and all that it takes to read it."""

from uuid import uuid4

from integration.domain_deliveries import kept
from shared_schemas.events import BookingPaymentRefused
from tests.support.booking import NOW
from tests.support.reports import told, wrapped


def test_words_that_people_wrote_are_left_out() -> None:
    event = told("booking.cancelled", uuid4(), 2, NOW, status="cancelled", reason="my mother is ill")

    assert "reason" in event.data
    assert "reason" not in kept(event).data


def test_a_code_stays_so_that_the_event_can_be_read() -> None:
    refusal = BookingPaymentRefused(payment_id=uuid4(), booking_id=uuid4(), customer_id=uuid4(), reason="slot_taken")

    assert kept(wrapped(refusal, NOW)).payload() == refusal


def test_an_event_of_a_newer_release_is_kept_without_words() -> None:
    event = told("booking.cancelled", uuid4(), 2, NOW, status="cancelled", reason="my mother is ill")
    newer = event.model_copy(update={"version": 9})

    assert kept(newer).data == {name: value for name, value in event.data.items() if name != "reason"}
