"""Money taken and handed back at the desk, on stores in memory."""

from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest

from core.http.idempotency import IdempotencyKey
from payment.attempts.errors import HoldExpiredError
from payment.desk.errors import MoreThanDueError
from payment.paying import qr
from payment.paying.errors import AmountOutOfRangeError, BookingNotFoundError, BookingNotPayableError, NoPayLinkError
from payment.receipts.life import OWN_TILL
from payment.refunds.domain.refund import TO_HAND_OUT
from payment.refunds.errors import RefundTooLargeError
from shared_schemas.booking.bookings import PaymentTerms, SoldLine
from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingCompleted
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentRefunded, PaymentSucceeded
from shared_schemas.payment.desk import DeskPaymentRequest
from shared_schemas.payment.payments import Payment, PaymentRequest, RefundDecision, RefundRequest
from shared_schemas.payment.tills import TillRequest
from tests.support.payment.cashier import MANAGER, minutes_from_now
from tests.support.payment.refunds import cancelled, visit
from tests.support.payment.till import Till


@pytest.fixture
def till() -> Till:
    made = Till()
    made.tills.open(TillRequest(), MANAGER, None)
    return made


def owing(till: Till, balance: int = 300_000, **changes: Any) -> UUID:
    """A confirmed booking that is to be paid."""
    values: dict[str, Any] = {
        "booking_id": uuid4(),
        "booking_version": 2,
        "number": "7K3Q9D2M",
        "customer_id": uuid4(),
        "status": "confirmed",
        "due": Money(amount=0),
        "balance": Money(amount=balance),
        "received": Money(amount=0),
        "lines": [SoldLine(name="Аренда зала", quantity=1, amount=Money(amount=300_000))],
        "correlation_id": "flow",
    }
    terms = PaymentTerms.model_validate(values | changes)
    till.booking.known[terms.booking_id] = terms
    return terms.booking_id


def take(
    till: Till, booking_id: UUID, amount: int, method: str = "cash", key: IdempotencyKey | None = None, **more: Any
) -> Payment:
    request = DeskPaymentRequest.model_validate({"amount": {"amount": amount}, "method": method, **more})
    return till.desk.take(booking_id, request, MANAGER, key)


def test_money_taken_at_the_desk_is_a_payment_like_any_other(till: Till) -> None:
    booking_id = owing(till)

    payment = take(till, booking_id, 200_000, note="the assistant paid")

    assert (payment.status, payment.provider, payment.method) == ("succeeded", "cash", "cash")
    assert (payment.taken.amount, payment.purpose) == (200_000, "balance")
    assert (payment.taken_by, payment.note) == (MANAGER.subject, "the assistant paid")
    assert till.entered() == [("payment", 200_000)]
    (told,) = till.world.told(PaymentSucceeded.type)
    assert isinstance(told, PaymentSucceeded)
    assert (told.provider, told.amount.amount, told.collected) == ("cash", 200_000, Money(amount=200_000))
    assert till.world.stored.events[0][0] == "flow"


def test_no_more_is_taken_than_is_due_whatever_the_booking_has_heard_of(till: Till) -> None:
    booking_id = owing(till)
    with pytest.raises(MoreThanDueError) as caught:
        take(till, booking_id, 300_001)
    assert caught.value.params == {"due": 300_000}
    take(till, booking_id, 200_000, "terminal")

    with pytest.raises(MoreThanDueError) as caught:
        take(till, booking_id, 100_001)
    assert caught.value.params == {"due": 100_000}
    take(till, booking_id, 100_000)

    assert sum(amount for _, amount in till.entered()) == 300_000


def test_a_repeated_request_takes_the_money_once(till: Till) -> None:
    booking_id, key = owing(till), IdempotencyKey(MANAGER.subject, "POST", "1", "body")

    first, again = take(till, booking_id, 300_000, key=key), take(till, booking_id, 300_000, key=key)

    assert first == again
    assert till.entered() == [("payment", 300_000)]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": "cancelled", "balance": 0}, BookingNotPayableError),
        ({"status": "no_show", "balance": 0}, BookingNotPayableError),
        ({"status": "expired", "balance": 0}, HoldExpiredError),
        ({"status": "pending", "hold_expires_at": minutes_from_now(0)}, HoldExpiredError),
        ({"status": "pending", "due": Money(amount=100_001)}, AmountOutOfRangeError),
    ],
)
def test_what_cannot_be_paid_for_is_not(till: Till, changes: dict[str, Any], refusal: type[Exception]) -> None:
    booking_id = owing(till, **changes)
    with pytest.raises(refusal):
        take(till, booking_id, 100_000)
    assert till.entered() == []


def test_there_must_be_such_a_booking(till: Till) -> None:
    with pytest.raises(BookingNotFoundError):
        take(till, uuid4(), 1)


def test_the_studios_own_till_is_told_what_to_print(till: Till) -> None:
    booking_id = owing(till)
    first, second = take(till, booking_id, 100_000), take(till, booking_id, 200_000, "terminal")

    rows = {row.payment_id: row for row in till.world.stored.receipts.values()}
    modes = [{item.mode for item in rows[payment.id].items} for payment in (first, second)]
    assert modes == [{"partial_prepayment"}, {"partial_prepayment"}]
    assert {(row.status, row.failure, row.next_attempt_at) for row in rows.values()} == {
        ("unsupported", OWN_TILL, None)
    }

    till.fiscal.settle(BookingCompleted.model_validate(visit(first) | {"status": "completed"}))

    settled = [row for row in till.world.stored.receipts.values() if row.kind == "settlement"]
    assert sorted(row.amount for row in settled) == [100_000, 200_000]
    assert {item.mode for row in settled for item in row.items} == {"full_payment"}
    assert {(row.status, row.failure) for row in settled} == {("unsupported", OWN_TILL)}


def test_staff_hand_back_what_was_paid_at_the_desk_and_no_gateway_is_asked(till: Till) -> None:
    payment = take(till, owing(till), 300_000, "terminal")

    refund = till.refunds.create(payment.id, RefundRequest(amount={"amount": 100_000}, reason="the fog"), MANAGER, None)

    assert (refund.status, refund.decided_by, refund.comment) == ("succeeded", MANAGER.subject, "the fog")
    assert till.entered() == [("payment", 300_000), ("refund", -100_000)]
    (told,) = till.world.told(PaymentRefunded.type)
    assert isinstance(told, PaymentRefunded)
    assert (told.provider, told.amount.amount) == ("terminal", 100_000)
    assert [row.status for row in till.world.stored.receipts.values() if row.kind == "refund"] == ["unsupported"]
    with pytest.raises(RefundTooLargeError):
        till.refunds.create(payment.id, RefundRequest(amount={"amount": 200_001}, reason="more"), MANAGER, None)


def test_what_a_cancellation_promises_waits_until_somebody_hands_it_out(till: Till) -> None:
    payment = take(till, owing(till), 300_000)

    till.tell(cancelled(payment, 150_000))
    assert till.poll_refunds() == 0

    (waiting,) = till.refunds.of_payment(payment.id, MANAGER).data
    assert (waiting.status, waiting.failure, waiting.amount.amount) == ("pending", TO_HAND_OUT, 150_000)
    assert till.entered() == [("payment", 300_000)]
    (alarm,) = till.world.told(ServiceError.type)
    assert isinstance(alarm, ServiceError)
    assert (alarm.code, alarm.payment_id) == (TO_HAND_OUT, payment.id)

    decision = RefundDecision(outcome="succeeded", reason="given to her sister")
    done = till.refunds.decide(payment.id, waiting.id, decision, MANAGER)

    assert (done.status, done.failure, done.decision) == ("succeeded", None, "given to her sister")
    assert till.entered() == [("payment", 300_000), ("refund", -150_000)]
    assert len(till.world.told(PaymentRefunded.type)) == 1


def test_what_is_promised_cannot_be_handed_out_twice(till: Till) -> None:
    payment = take(till, owing(till), 300_000)
    till.tell(cancelled(payment, 300_000))
    with pytest.raises(RefundTooLargeError):
        till.refunds.create(payment.id, RefundRequest(reason="at once"), MANAGER, None)


def test_a_link_is_shown_as_a_code_until_it_is_paid(till: Till) -> None:
    order = {"booking_id": owing(till), "provider": "yookassa", "return_url": "https://studio.example/paid"}
    payment = till.payments.create(PaymentRequest.model_validate(order), MANAGER, None)
    link = till.links.of(payment.id, MANAGER)
    assert link == payment.confirmation_url

    shown = ElementTree.fromstring(qr.picture(link))  # noqa: S314 - our own
    assert shown.attrib["width"] == shown.attrib["height"]
    assert qr.picture(link) != qr.picture(link + "?")

    one = till.world.stored.attempts[payment.id]
    till.settlement.apply(payment.id, till.word(one, status="succeeded"))
    for nothing_to_pay in (payment, take(till, owing(till), 1)):
        with pytest.raises(NoPayLinkError):
            till.links.of(nothing_to_pay.id, MANAGER)
