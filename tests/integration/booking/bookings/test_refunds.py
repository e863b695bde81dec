"""Money that went back, in the books of the booking."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from booking import composition, consumers
from shared_schemas.booking.bookings import Booking, ConfirmRequest
from shared_schemas.booking.changes import CancelRequest, RescheduleRequest
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingCancelled
from shared_schemas.events.payments import PaymentRefunded
from tests.support.booking.studio import INTEGRATION, MANAGER, START, Studio
from tests.support.samples import sample
from tests.support.system.environment import Context

SOON = START + timedelta(days=5)
pytestmark = pytest.mark.usefixtures("served")


def paid(studio: Studio, payment_id: UUID) -> Booking:
    """A booking of 4000 rubles that is paid in full; cancelling it in time gives everything back."""
    booking = studio.book(studio.hall(), SOON)
    return studio.pay(booking, payment_id, 400_000)


def refunded(booking: Booking, payment_id: UUID, amount: int) -> PaymentRefunded:
    return PaymentRefunded(
        payment_id=payment_id,
        booking_id=booking.id,
        customer_id=booking.customer_id,
        provider="yookassa",
        amount=Money(amount=amount),
        refund_id=uuid4(),
        reason="booking_cancelled",
    )


def note(studio: Studio, event: PaymentRefunded, event_id: UUID | None = None) -> Booking:
    studio.app.refunds.note(event_id or uuid4(), event)
    return studio.bookings.get(event.booking_id, MANAGER)


def cancel(studio: Studio, booking: Booking) -> Booking:
    return studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)


def figures(booking: Booking) -> tuple[int, int, int, str]:
    return booking.paid.amount, booking.refund_due.amount, booking.refunded.amount, booking.payment_state


def test_what_was_promised_has_gone_back(studio: Studio) -> None:
    payment_id = uuid4()
    booking = cancel(studio, paid(studio, payment_id))
    assert figures(booking) == (400_000, 400_000, 0, "refund_pending")

    assert figures(note(studio, refunded(booking, payment_id, 150_000))) == (
        250_000,
        250_000,
        150_000,
        "refund_pending",
    )
    after = note(studio, refunded(booking, payment_id, 250_000))

    assert figures(after) == (0, 0, 400_000, "refunded")
    step = studio.bookings.history(booking.id)[-1]
    assert (step.action, step.actor, step.reason) == ("refund", "system", "booking_cancelled")
    assert (step.version, step.to_status) == (after.version, "cancelled")
    assert step.after == {"paid": {"amount": 0, "currency": "RUB"}, "refund_due": {"amount": 0, "currency": "RUB"},
                          "refunded": {"amount": 400_000, "currency": "RUB"}}  # fmt: skip


def test_a_cancellation_that_keeps_a_part_is_refunded_when_the_rest_is(studio: Studio) -> None:
    payment_id = uuid4()
    booking = paid(studio, payment_id)
    studio.clock.advance(hours=117)  # 30 hours are left: half goes back.
    cancel(studio, booking)
    assert figures(note(studio, refunded(booking, payment_id, 200_000))) == (200_000, 0, 200_000, "refunded")


def test_a_refund_is_noted_once(studio: Studio) -> None:
    payment_id, event_id = uuid4(), uuid4()
    booking = cancel(studio, paid(studio, payment_id))
    event = refunded(booking, payment_id, 100_000)

    for cause in (event_id, event_id, uuid4()):
        after = note(studio, event, cause)

    assert figures(after) == (300_000, 300_000, 100_000, "refund_pending")


def test_a_gesture_of_the_staff_lowers_what_is_paid(studio: Studio) -> None:
    payment_id = uuid4()
    booking = paid(studio, payment_id)
    after = note(studio, refunded(booking, payment_id, 100_000))
    assert (after.status, *figures(after)) == ("confirmed", 300_000, 0, 100_000, "partial")


def test_a_refund_of_a_payment_that_never_counted_changes_nothing(studio: Studio) -> None:
    booking = paid(studio, uuid4())
    assert note(studio, refunded(booking, uuid4(), 100_000)) == booking


def test_a_payment_that_comes_after_its_refund_is_worth_the_rest(studio: Studio) -> None:
    payment_id = uuid4()
    booking = studio.book(studio.hall(), SOON)
    assert note(studio, refunded(booking, payment_id, 100_000)) == booking

    request = ConfirmRequest(payment_id=payment_id, paid=Money(amount=400_000))
    for _ in range(2):
        assert studio.bookings.confirm(booking.id, request, INTEGRATION).paid.amount == 300_000


def test_a_refund_of_a_booking_that_is_not_here_is_no_error(studio: Studio) -> None:
    for _ in range(2):
        assert consumers.note_refunds(sample("sqs_payment_refunded"), Context()) == {"batchItemFailures": []}


def test_the_queues_function_notes_refunds() -> None:
    noted: list[PaymentRefunded] = []

    class Noting:
        def note(self, _event_id: UUID, event: PaymentRefunded) -> None:
            noted.append(event)

    stand_in: Any = SimpleNamespace(refunds=Noting())
    with composition.app.replaced(stand_in):
        consumers.note_refunds(sample("sqs_payment_refunded"), Context())
        other = consumers.note_refunds(sample("sqs_account_erased"), Context())
    assert [event.amount.amount for event in noted] == [75_000]
    assert len(other["batchItemFailures"]) == 1


def test_what_was_promised_before_a_cancellation_is_promised_once(studio: Studio) -> None:
    booking = paid(studio, uuid4())
    shorter = RescheduleRequest(start=SOON, end=SOON + timedelta(hours=1))
    moved = studio.changes.reschedule(booking.id, shorter, MANAGER, None)
    assert figures(moved) == (400_000, 200_000, 0, "refund_pending")
    assert studio.bookings.cancellation_preview(booking.id, MANAGER).refund.amount == 200_000
    studio.clock.advance(hours=117)  # 30 hours are left: half of what is kept goes back.

    cancelled = cancel(studio, moved)

    assert figures(cancelled) == (400_000, 300_000, 0, "refund_pending")
    told = studio.broker.taken[-1].payload()
    assert isinstance(told, BookingCancelled)
    assert told.refund == Money(amount=100_000)


def test_the_payment_service_is_told_what_is_kept(studio: Studio) -> None:
    booking = paid(studio, uuid4())
    terms = studio.bookings.payment_terms(booking.id)
    assert (terms.kept.amount, terms.due.amount) == (400_000, 0)
