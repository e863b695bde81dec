"""Visits of a group that are paid at once: a payment for each, and one at the gateway or at the desk."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.jobs import Turn
from payment.attempts.errors import VisitBeingPaidError
from payment.gateways.words import GatewayRefund, RefundOrder
from payment.paying.errors import AmountOutOfRangeError, GroupNotFoundError, GroupNotPayableError
from payment.tills.errors import NoTillOpenError
from shared_schemas.common import Money, Role
from shared_schemas.errors import CycloramaError
from shared_schemas.events.bookings import BookingPaymentRefused
from shared_schemas.payment.books import ReconciliationRequest
from shared_schemas.payment.desk import GroupDeskPaymentRequest
from shared_schemas.payment.payments import Payment, PaymentRequest, RefundRequest
from shared_schemas.payment.tills import TillRequest
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER, RETURN_URL, Cashier
from tests.support.payment.gateways import FakeGateway
from tests.support.payment.refunds import cancelled

PRICES = (100_001, 200_000, 50_000)


def line(name: str, amount: int) -> dict[str, Any]:
    return {"name": name, "amount": {"amount": amount}}


def group(cashier: Cashier, *dues: int) -> UUID:
    """Visits that are held until their prepayment, which is half of what they cost."""
    group_id = uuid4()
    cashier.booking.groups[group_id] = [
        cashier.booked(due, number=f"7K3Q9D2{place}", lines=[line(f"Hall {place}", 2 * due)], received={"amount": 0})
        for place, due in enumerate(dues or PRICES)
    ]
    return group_id


def ask(
    cashier: Cashier,
    group_id: UUID,
    caller: Identity | None = None,
    key: IdempotencyKey | None = None,
    **changes: Any,
) -> Payment:
    values = {"group_id": group_id, "provider": "yookassa", "return_url": RETURN_URL}
    request = PaymentRequest.model_validate(values | changes)
    return cashier.payments.create(request, caller or cashier.customer, key or cashier.key(str(changes)))


def parts(cashier: Cashier, payment: Payment) -> dict[UUID, Payment]:
    assert payment.whole
    return {part.booking_id: part for part in cashier.payments.of_whole(payment.whole.id, cashier.customer).data}


def entered(cashier: Cashier) -> dict[UUID, int]:
    with cashier.engine.connect() as connection:
        rows = connection.execute(text("SELECT booking_id, sum(amount) AS amount FROM payment.ledger GROUP BY 1"))
        return {row.booking_id: int(row.amount) for row in rows}


def compared(cashier: Cashier) -> list[str]:
    """What the gateway's books and ours differ in, by the day after."""
    cashier.clock.advance(days=1)
    now = cashier.clock.now()
    runs = cashier.reconciliations.compare(ReconciliationRequest(since=now - timedelta(days=2), until=now)).data
    return [difference.kind for run in runs for difference in run.differences]


def test_one_link_pays_each_visit_its_own_part(engine: Engine, emptied: None) -> None:
    cashier = Cashier(engine, receipts="on")
    group_id = group(cashier)
    bookings = cashier.booking.groups[group_id]
    payment = ask(cashier, group_id)

    assert payment.whole
    assert payment.whole.amount == Money(amount=sum(PRICES))
    assert [(found.amount, found.status) for found in cashier.gateway.payments.values()] == [(350_001, "pending")]
    made = parts(cashier, payment)
    assert {each.confirmation_url for each in made.values()} == {payment.confirmation_url}
    sent = cashier.app.links.to_send(payment.id)
    assert (sent.amount, sent.for_several) == (payment.whole.amount, True)
    receipt_of_all = cashier.receipts.of_payment(payment.id)
    assert receipt_of_all
    assert sorted(each.amount for each in receipt_of_all.items) == sorted(PRICES)
    cashier.settle(payment, status="succeeded")

    assert entered(cashier) == dict(zip(bookings, PRICES, strict=True))
    assert {each.status for each in parts(cashier, payment).values()} == {"succeeded"}
    told = [envelope for envelope in cashier.broker.taken if envelope.type == "payment.succeeded"]
    assert sorted(envelope.data["amount"]["amount"] for envelope in told) == sorted(PRICES)
    for booking_id, price in zip(bookings, PRICES, strict=True):
        (receipt,) = cashier.receipts.of(made[booking_id].id, cashier.customer).data
        assert (receipt.amount.amount, [each.amount.amount for each in receipt.lines]) == (price, [price])
    assert compared(cashier) == []


def test_a_repeat_of_the_notice_and_of_the_request_changes_nothing(cashier: Cashier) -> None:
    group_id = group(cashier)
    first, again = ask(cashier, group_id), ask(cashier, group_id)
    assert (first.id, len(cashier.gateway.payments)) == (again.id, 1)
    cashier.settle(first, status="succeeded")
    for envelope in cashier.notified():
        cashier.process(envelope)
    cashier.poll()
    assert (cashier.rows("ledger"), cashier.events().count("payment.succeeded")) == (3, 3)


def test_one_visit_goes_back_and_the_others_stay(cashier: Cashier) -> None:
    group_id = group(cashier)
    bookings = cashier.booking.groups[group_id]
    payment = ask(cashier, group_id)
    cashier.settle(payment, status="succeeded")
    made = parts(cashier, payment)

    for booking_id in bookings[:2]:
        back = RefundRequest(reason="the fog machine")
        assert cashier.refunds.create(made[booking_id].id, back, MANAGER, cashier.key()).status == "succeeded"
    with pytest.raises(CycloramaError) as more:
        cashier.refunds.create(made[bookings[0]].id, RefundRequest(reason="again"), MANAGER, cashier.key())

    (at_gateway,) = cashier.gateway.payments.values()
    assert (at_gateway.refunded, more.value.code) == (300_001, "refund_too_large")
    assert entered(cashier) == {bookings[0]: 0, bookings[1]: 0, bookings[2]: 50_000}
    assert compared(cashier) == []


class Telling(FakeGateway):
    """A gateway that says with each refund what has gone back of the payment in all."""

    def refund(self, order: RefundOrder) -> GatewayRefund:
        done = super().refund(order)
        return replace(done, back=self.payments[order.gateway_payment_id].refunded)


def test_what_went_back_for_another_visit_is_no_money_of_this_one(engine: Engine, emptied: None) -> None:
    cashier = Cashier(engine, Telling())
    group_id = group(cashier)
    bookings = cashier.booking.groups[group_id]
    payment = ask(cashier, group_id)
    cashier.settle(payment, status="succeeded")
    made = parts(cashier, payment)
    for booking_id in bookings[:2]:
        some = RefundRequest.model_validate({"amount": {"amount": 50_000}, "reason": "the fog machine"})
        cashier.refunds.create(made[booking_id].id, some, MANAGER, cashier.key())
    assert entered(cashier) == {bookings[0]: 50_001, bookings[1]: 150_000, bookings[2]: 50_000}


def test_a_visit_that_was_lost_meanwhile_gets_its_money_back_and_no_other(cashier: Cashier) -> None:
    group_id = group(cashier)
    lost, *kept = cashier.booking.groups[group_id]
    payment = ask(cashier, group_id)
    cashier.clock.advance(minutes=30)
    cashier.settle(payment, status="succeeded")
    part = parts(cashier, payment)[lost]

    about: dict[str, Any] = {"booking_id": lost, "customer_id": part.customer_id, "payment_id": part.id}
    refused = BookingPaymentRefused(**about, reason="slot_taken")
    cashier.booking_events.handle(uuid4(), refused)
    cashier.booking_events.handle(uuid4(), refused)

    (at_gateway,) = cashier.gateway.payments.values()
    assert at_gateway.refunded == PRICES[0]
    assert entered(cashier) == {lost: 0} | dict(zip(kept, PRICES[1:], strict=True))


def test_the_cancellation_of_one_visit_kills_the_link_of_all(cashier: Cashier) -> None:
    group_id = group(cashier)
    gone, *left = cashier.booking.groups[group_id]
    payment = ask(cashier, group_id)
    part = parts(cashier, payment)[gone]
    cashier.booking_events.handle(uuid4(), cancelled(part, 0))
    assert {each.status for each in parts(cashier, payment).values()} == {"failed"}

    cashier.booking.known[gone] = cashier.booking.known[gone].model_copy(update={"status": "cancelled"})
    second = ask(cashier, group_id)
    assert set(parts(cashier, second)) == set(left)
    cashier.settle(second, status="succeeded")
    assert entered(cashier) == dict(zip(left, PRICES[1:], strict=True))


def test_a_visit_that_was_paid_by_itself_meanwhile_is_not_paid_twice(cashier: Cashier) -> None:
    group_id = group(cashier)
    alone, *others = cashier.booking.groups[group_id]
    whole = ask(cashier, group_id)
    with pytest.raises(VisitBeingPaidError):
        cashier.pay(alone)
    single = cashier.pay(alone, method="sbp")
    cashier.settle(single, status="succeeded")
    cashier.settle(whole, status="succeeded")
    cashier.refunding.run(Turn())

    assert entered(cashier) == {alone: PRICES[0]} | dict(zip(others, PRICES[1:], strict=True))
    found = {each.amount: each.refunded for each in cashier.gateway.payments.values()}
    assert found == {PRICES[0]: 0, sum(PRICES): PRICES[0]}
    assert compared(cashier) == []


def test_what_the_gateway_gives_back_by_itself_is_entered_once(cashier: Cashier) -> None:
    payment = ask(cashier, group(cashier))
    cashier.settle(payment, status="succeeded")
    cashier.gateway.change(cashier.gateway_id(payment), refunded=120_000)
    assert compared(cashier) == ["refunded_differs"]
    assert sum(entered(cashier).values()) == sum(PRICES) - 120_000
    assert compared(cashier) == []


def test_a_wrong_sum_is_for_staff_to_look_at(cashier: Cashier) -> None:
    payment = ask(cashier, group(cashier))
    cashier.settle(payment, status="succeeded", amount=300_000)
    found = parts(cashier, payment).values()
    assert {each.status for each in found} == {"review"}
    assert (sum(each.taken.amount for each in found), cashier.events().count("payment.succeeded")) == (300_000, 0)


def test_a_sum_for_all_confirms_each_first(cashier: Cashier) -> None:
    group_id = group(cashier, 100, 200, 300)
    payment = ask(cashier, group_id, amount={"amount": 900})
    own = parts(cashier, payment)
    assert [own[each].amount.amount for each in cashier.booking.groups[group_id]] == [150, 300, 450]
    for amount in (599, 1201):
        with pytest.raises(AmountOutOfRangeError):
            ask(cashier, group_id, amount={"amount": amount})


def test_nobody_elses_group_and_none_that_is_paid(cashier: Cashier) -> None:
    group_id = group(cashier)
    stranger = Identity(str(uuid4()), Role.CLIENT)
    for caller, asked in ((stranger, group_id), (cashier.customer, uuid4())):
        with pytest.raises(GroupNotFoundError):
            ask(cashier, asked, caller)
    for booking_id in cashier.booking.groups[group_id]:
        paid = cashier.booking.known[booking_id].model_copy(update={"balance": Money(amount=0)})
        cashier.booking.known[booking_id] = paid
    with pytest.raises(GroupNotPayableError):
        ask(cashier, group_id)


def test_the_desk_takes_for_all_or_for_none(cashier: Cashier, engine_for: EngineFor) -> None:
    group_id = group(cashier)
    bookings = cashier.booking.groups[group_id]
    request = GroupDeskPaymentRequest.model_validate({"method": "cash"})
    with pytest.raises(NoTillOpenError):
        cashier.desk.take_group(group_id, request, MANAGER, cashier.key())
    assert cashier.rows("payments") == 0
    till = cashier.tills.open(TillRequest(), MANAGER, None)
    others = [cashier.beside(engine_for("payment")) for _ in range(3)]

    def one(desk: Cashier) -> int:
        try:
            return desk.desk.take_group(group_id, request, MANAGER, desk.key()).amount.amount
        except CycloramaError as error:
            assert error.code == "group_not_payable"
            return 0

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(one, others)) == [0, 0, 2 * sum(PRICES)]
    assert entered(cashier) == {each: 2 * price for each, price in zip(bookings, PRICES, strict=True)}
    assert cashier.tills.get(till.id).counts[0].expected.amount == 2 * sum(PRICES)
