"""Giving money back by the word of staff, on stores in memory."""

from uuid import UUID, uuid4

import pytest

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from payment.attempts.errors import PaymentNotFoundError
from payment.errors import ProviderUnavailableError
from payment.refunds.errors import RefundNotFoundError, RefundTooLargeError
from shared_schemas.common import Money, Role
from shared_schemas.payment.payments import PositiveMoney, RefundDecision, RefundRequest
from tests.support.payment.cashier import MANAGER
from tests.support.payment.till import Till

ALL = RefundRequest(reason="A goodwill gesture")


def part(amount: int) -> RefundRequest:
    return RefundRequest(amount=PositiveMoney(amount=amount), reason="A goodwill gesture")


def key() -> IdempotencyKey:
    return IdempotencyKey(MANAGER.subject, "POST /v1/payments/{payment_id}/refunds", str(uuid4()), "a body")


def test_a_repeat_with_the_same_key_gives_the_same_refund(till: Till) -> None:
    paid, again = till.paid(), key()

    first, second = (till.refunds.create(paid.payment_id, part(50_000), MANAGER, again) for _ in range(2))

    assert first.id == second.id
    assert (first.comment, first.requested_by) == ("A goodwill gesture", MANAGER.subject)
    assert till.gateway.given_back() == 50_000


def test_no_more_goes_back_than_came_in_whatever_is_under_way(till: Till) -> None:
    paid = till.paid()
    till.gateway.fault = "down"
    till.refunds.create(paid.payment_id, part(150_000), MANAGER, None)

    with pytest.raises(RefundTooLargeError) as caught:
        till.refunds.create(paid.payment_id, part(50_001), MANAGER, None)
    assert caught.value.params == {"available": 50_000}

    assert till.refunds.create(paid.payment_id, ALL, MANAGER, None).amount == Money(amount=50_000)


def test_a_refund_that_cannot_be_sent_is_not_saved(till: Till) -> None:
    paid = till.paid()
    till.gateways.clear()
    with pytest.raises(ProviderUnavailableError):
        till.refunds.create(paid.payment_id, ALL, MANAGER, None)
    assert till.refunds_of(paid) == []


def test_clients_see_their_own_without_what_staff_wrote(till: Till) -> None:
    paid = till.paid()
    till.refunds.create(paid.payment_id, ALL, MANAGER, None)

    (mine,) = till.refunds.of_payment(paid.payment_id, Identity(str(paid.customer_id), Role.CLIENT)).data

    assert (mine.amount.amount, mine.comment, mine.requested_by) == (200_000, None, None)
    with pytest.raises(PaymentNotFoundError):
        till.refunds.of_payment(paid.payment_id, Identity(str(uuid4()), Role.CLIENT))


@pytest.mark.parametrize("of_another_payment", [False, True])
def test_staff_decide_on_refunds_of_the_payment_they_name(till: Till, of_another_payment: bool) -> None:
    till.gateway.uncertain = True
    paid, other = till.paid(), till.paid()
    refund = till.refunds.create(paid.payment_id, ALL, MANAGER, None)
    decision = RefundDecision(outcome="failed", reason="Nothing in the cabinet")
    payment_id: UUID = other.payment_id if of_another_payment else paid.payment_id

    if of_another_payment:
        with pytest.raises(RefundNotFoundError):
            till.refunds.decide(payment_id, refund.id, decision, MANAGER)
        assert till.refunds_of(paid)[0].status == "pending"
    else:
        decided = till.refunds.decide(payment_id, refund.id, decision, MANAGER)
        assert (decided.status, decided.decided_by, decided.decision) == (
            "failed",
            MANAGER.subject,
            "Nothing in the cabinet",
        )
