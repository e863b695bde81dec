"""Money that goes back without us, in a gateway's cabinet or by the gateway itself: the notice leads to the ledger."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from payment.gateways.port import (
    NeverAskedError,
    Notification,
    NotYetError,
    ReceiptNotice,
    WebhookRequest,
)
from payment.gateways.words import RefundOrder
from shared_schemas.events.bookings import BookingBalanceChanged
from shared_schemas.payment.payments import Payment
from tests.support.payment.gateways import sberpay, tkassa, tkassa_notice
from tests.support.payment.receipts import Bookkeeper, FiscalGateway
from tests.support.payment.refunds import Treasury, cancelled, refused, visit


@pytest.fixture
def studio(engine: Engine, emptied: None) -> Bookkeeper:
    return Bookkeeper(engine, FiscalGateway())


def in_the_cabinet(treasury: Treasury, payment: Payment, back: int | None, **changes: Any) -> None:
    """`back` kopecks have gone back by now, and the gateway says so, twice."""
    treasury.gateway.change(treasury.gateway_id(payment), **({"refunded": back} | changes))
    for _ in range(2):
        tell(treasury, notice(treasury.gateway_id(payment), f"r{back}"))


def notice(gateway_payment_id: str, refund_id: str) -> bytes:
    """YooKassa's, of a refund that is done."""
    refund = {"id": refund_id, "status": "succeeded", "payment_id": gateway_payment_id}
    return json.dumps({"type": "notification", "event": "refund.succeeded", "object": refund}).encode()


def tell(treasury: Treasury, body: bytes) -> None:
    seen = len(treasury.notified())
    treasury.notifications.receive("yookassa", WebhookRequest(body))
    for envelope in treasury.notified()[seen:]:
        treasury.process(envelope)


def refunds(treasury: Treasury, payment: Payment) -> list[tuple[int, str, str]]:
    return [(refund.amount.amount, refund.status, refund.reason) for refund in treasury.of(payment)]


def test_a_refund_in_the_cabinet_is_in_the_ledger_at_once(treasury: Treasury) -> None:
    payment = treasury.paid()
    in_the_cabinet(treasury, payment, 50_000)
    assert refunds(treasury, payment) == [(50_000, "succeeded", "outside")]
    assert (treasury.balance(payment), treasury.differences()) == (150_000, [])

    in_the_cabinet(treasury, payment, 80_000)

    assert refunds(treasury, payment)[1:] == [(30_000, "succeeded", "outside")]
    assert [event.amount.amount for event in treasury.told("payment.refunded")] == [50_000, 30_000]  # type: ignore[attr-defined]
    assert (treasury.balance(payment), treasury.gateway.orders) == (120_000, [])


def test_a_refund_of_ours_is_not_entered_a_second_time(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"status": "pending"}
    treasury.refund(payment, 50_000)
    in_the_cabinet(treasury, payment, 50_000)
    treasury.gateway.decide(status="succeeded")
    in_the_cabinet(treasury, payment, 70_000)
    assert refunds(treasury, payment) == [(50_000, "succeeded", "requested"), (20_000, "succeeded", "outside")]
    assert treasury.balance(payment) == 130_000


def test_more_than_there_was_never_goes_back(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.refund(payment, 50_000)
    in_the_cabinet(treasury, payment, 200_000)
    assert (treasury.balance(payment), len(treasury.of(payment))) == (0, 2)


def test_a_payment_that_was_reversed_in_the_cabinet_has_gone_back_whole(treasury: Treasury) -> None:
    payment = treasury.paid()
    in_the_cabinet(treasury, payment, 0, status="failed", reason="reversed")
    assert (refunds(treasury, payment), treasury.balance(payment)) == ([(200_000, "succeeded", "outside")], 0)


def test_a_failure_that_is_no_reversal_takes_nothing_away(treasury: Treasury) -> None:
    payment = treasury.paid()
    in_the_cabinet(treasury, payment, 0, status="failed", reason="canceled")
    assert (refunds(treasury, payment), treasury.balance(payment)) == ([], 200_000)


def test_staff_are_told_where_the_gateway_does_not_say_how_much(treasury: Treasury) -> None:
    payment = treasury.paid()
    in_the_cabinet(treasury, payment, None)
    assert (refunds(treasury, payment), treasury.balance(payment)) == ([], 200_000)
    told = [envelope.data["code"] for envelope in treasury.broker.taken if envelope.type == "service.error"]
    assert told == ["refund_of_unknown_sum"]


def test_its_receipt_is_followed_as_if_it_were_ours(studio: Bookkeeper) -> None:
    payment = studio.paid()
    in_the_cabinet(studio, payment, 50_000)
    receipt = studio.receipt(payment, "refund")
    assert (receipt.amount.amount, receipt.status) == (50_000, "pending")


def test_money_that_was_returned_with_its_link_has_its_refund_receipt(studio: Bookkeeper) -> None:
    """It was paid while its link was being killed: T-Kassa gives it back, and makes out both receipts."""
    payment = studio.pay()
    studio.settle(payment, status="succeeded", refunded=200_000)
    assert (studio.status(payment), studio.balance(payment)) == ("failed", 0)
    rows = [(row.kind, row.status, row.amount.amount) for row in studio.receipts_of(payment)]
    assert sorted(rows) == [("payment", "pending", 200_000), ("refund", "pending", 200_000)]


@pytest.mark.parametrize(
    ("gateway", "body", "content_type"),
    [
        (
            sberpay("http://sber.example", dialect="new"),
            {"mdOrder": "o1", "orderNumber": "1", "operation": "refunded", "status": "1"},
            "application/json",
        ),
        (tkassa("http://tkassa.example"), tkassa_notice(Status="PARTIAL_REFUNDED"), "application/json"),
    ],
)
def test_a_second_part_that_is_told_in_the_same_words_is_asked_about_again(
    treasury: Treasury, gateway: Any, body: dict[str, Any], content_type: str
) -> None:
    told = gateway.parse_webhook(WebhookRequest(json.dumps(body).encode(), content_type=content_type))
    assert isinstance(told, Notification)
    assert told.may_come_again
    assert not Notification("deposited", "o1", "1", "o1", None).may_come_again
    assert not Notification("CONFIRMED", "1", "CONFIRMED", "1", None).may_come_again


def test_the_same_words_lead_to_another_question(treasury: Treasury, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = treasury.paid()
    gateway_id = treasury.gateway_id(payment)
    same = Notification("refunded", gateway_id, "1", gateway_id, None)
    monkeypatch.setattr(treasury.gateway, "parse_webhook", lambda _request: same)
    for back in (50_000, 80_000):
        treasury.gateway.change(gateway_id, refunded=back)
        tell(treasury, b"{}")
    assert (treasury.balance(payment), len(treasury.of(payment))) == (120_000, 2)


def balance_changed(payment: Payment, status: str) -> BookingBalanceChanged:
    return BookingBalanceChanged.model_validate(visit(payment) | {"status": status})


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_a_prepayment_that_is_paid_after_the_visit_is_settled(studio: Bookkeeper, status: str) -> None:
    """Its link is from before, and so is its receipt; whichever news comes first."""
    payment = studio.pay()
    studio.complete(payment)
    assert [row.kind for row in studio.receipts_of(payment)] == ["payment"]
    studio.settle(payment, status="succeeded")
    for _ in range(2):
        studio.fiscal.settle(balance_changed(payment, status))
    prepaid, settlement = sorted(studio.receipts_of(payment), key=lambda row: row.kind)
    assert {line.mode for line in prepaid.lines} == {"partial_prepayment"}
    assert {line.mode for line in settlement.lines} == {"full_payment"}
    assert (settlement.kind, settlement.amount.amount, settlement.status) == ("settlement", 200_000, "pending")
    assert len(studio.gateway.closings) == 1


def test_money_that_comes_before_the_visit_is_not_settled_yet(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.fiscal.settle(balance_changed(payment, "confirmed"))
    assert [row.kind for row in studio.receipts_of(payment)] == ["payment"]


@pytest.mark.parametrize("state", [None, 0])
def test_the_signed_word_on_a_receipt_says_how_much_where_the_gateway_does_not(
    studio: Bookkeeper, monkeypatch: pytest.MonkeyPatch, state: int | None
) -> None:
    """T-Kassa's state says that something went back; of a payment that is whole a receipt alone says nothing."""
    payment = studio.paid()
    gateway_id = studio.gateway_id(payment)
    studio.gateway.change(gateway_id, refunded=state)
    notice = ReceiptNotice("succeeded", is_refund=True, amount=70_000)
    told = Notification("RECEIPT", "document 7", "succeeded", gateway_id, None, notice)
    monkeypatch.setattr(studio.gateway, "parse_webhook", lambda _request: told)
    for _ in range(2):
        tell(studio, b"{}")
    if state is None:
        assert refunds(studio, payment) == [(70_000, "succeeded", "outside")]
        assert (studio.receipt(payment, "refund").status, studio.balance(payment)) == ("succeeded", 130_000)
    else:
        assert (refunds(studio, payment), studio.balance(payment)) == ([], 200_000)


def test_one_receipt_more_than_refunds_of_ours_is_of_money_from_the_cabinet(
    studio: Bookkeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-Kassa says of both that a part went back, and names the sum on the receipts alone: here the same one."""
    payment = studio.paid()
    studio.refund(payment, 50_000)
    gateway_id = studio.gateway_id(payment)
    studio.gateway.change(gateway_id, refunded=None)
    for document in ("document 7", "document 8", "document 8"):
        notice = ReceiptNotice("succeeded", is_refund=True, amount=50_000)
        told = Notification("RECEIPT", document, "succeeded", gateway_id, None, notice)
        monkeypatch.setattr(studio.gateway, "parse_webhook", lambda _request, told=told: told)
        tell(studio, b"{}")
    assert [row[2] for row in sorted(refunds(studio, payment))] == ["outside", "requested"]
    assert studio.balance(payment) == 100_000


def test_the_answer_to_a_refund_tells_what_went_back_before_it(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.outcome = {"back": 80_000}
    treasury.refund(payment, 50_000)
    assert sorted(refunds(treasury, payment)) == [(30_000, "succeeded", "outside"), (50_000, "succeeded", "requested")]
    assert (treasury.balance(payment), treasury.differences()) == (120_000, [])


def test_staff_are_told_of_a_part_besides_those_of_ours(treasury: Treasury, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = treasury.paid()
    treasury.refund(payment, 50_000)
    gateway_id = treasury.gateway_id(payment)
    treasury.gateway.change(gateway_id, refunded=None)
    for returned in (50_000, 50_000, 70_000):
        told = Notification("PARTIAL_REFUNDED", gateway_id, "PARTIAL_REFUNDED", gateway_id, None, returned=returned)
        monkeypatch.setattr(treasury.gateway, "parse_webhook", lambda _request, told=told: told)
        tell(treasury, b"{}")
    told_of = [envelope.data["code"] for envelope in treasury.broker.taken if envelope.type == "service.error"]
    assert told_of == ["refund_of_unknown_sum"]


def test_a_refund_that_waits_for_its_turn_is_no_word_on_what_went_back(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60000 went back in the cabinet, of which nobody here knew when 10000 were asked for: both go back."""
    payment = treasury.paid()
    treasury.gateway.change(treasury.gateway_id(payment), refunded=60_000)

    def not_yet(_order: object) -> None:
        raise NotYetError("more went back than we know of")

    with monkeypatch.context() as patch:
        patch.setattr(treasury.gateway, "refund", not_yet)
        treasury.refund(payment, 10_000)
        in_the_cabinet(treasury, payment, 60_000)
        assert sorted(refunds(treasury, payment)) == [
            (10_000, "creating", "requested"),
            (60_000, "succeeded", "outside"),
        ]
    treasury.clock.advance(minutes=2)
    treasury.poll_refunds()
    assert [row[1] for row in refunds(treasury, payment)] == ["succeeded", "succeeded"]
    assert treasury.balance(payment) == 130_000


def test_a_refund_that_was_never_asked_for_keeps_its_first_turn(
    treasury: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs a human, and whatever is asked of it later is not asked as if it had been sent."""
    payment, asked = treasury.paid(), list[bool]()

    def unknown(order: RefundOrder) -> None:
        asked.append(order.tried)
        raise NeverAskedError("more went back than we know of")

    for call in ("refund", "fetch_refund"):
        monkeypatch.setattr(treasury.gateway, call, unknown)
    treasury.refund(payment, 10_000)
    for _ in range(2):
        treasury.clock.advance(minutes=20)
        treasury.poll_refunds()
    assert asked == [False, False, False]
    assert [(row.status, row.failure) for row in treasury.of(payment)] == [("pending", "refund_uncertain")]


# What was promised, and is no longer there


def kinds(treasury: Treasury) -> set[str]:
    return set(treasury.events()) & {"payment.refund_failed", "service.error"}


def poll(treasury: Treasury) -> None:
    treasury.clock.advance(minutes=20)
    treasury.poll_refunds()


def test_a_promise_that_is_refused_because_of_the_cabinet_is_settled_at_once(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.change(treasury.gateway_id(payment), refunded=50_000)
    treasury.tell(cancelled(payment, 200_000))
    poll(treasury)
    assert sorted(refunds(treasury, payment)) == [
        (50_000, "succeeded", "outside"),
        (150_000, "succeeded", "booking_cancelled"),
        (200_000, "failed", "booking_cancelled"),
    ]
    assert (treasury.balance(payment), treasury.differences(), kinds(treasury)) == (0, [], set())


@pytest.mark.parametrize("in_the_cabinet_first", [50_000, 200_000])
def test_a_promise_whose_refusal_is_explained_later_is_settled_then(
    treasury: Treasury, in_the_cabinet_first: int
) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "refuses"
    treasury.tell(cancelled(payment, 200_000))
    treasury.gateway.fault = None
    in_the_cabinet(treasury, payment, in_the_cabinet_first)
    poll(treasury)
    assert (treasury.balance(payment), treasury.gateway.given_back()) == (0, 200_000)
    assert len(treasury.told("payment.refund_failed")) == 1


def test_what_staff_have_made_up_for_is_not_asked_for_again(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "refuses"
    treasury.tell(cancelled(payment, 100_000))
    treasury.gateway.fault = None
    treasury.refund(payment, 100_000)
    in_the_cabinet(treasury, payment, 150_000)
    poll(treasury)
    assert (treasury.balance(payment), treasury.gateway.given_back()) == (50_000, 150_000)


@pytest.mark.parametrize("known", [True, False])
def test_the_rest_of_a_payment_that_was_turned_away_goes_back(treasury: Treasury, known: bool) -> None:
    payment = treasury.paid()
    treasury.gateway.fault = "refuses" if known else None
    treasury.gateway.change(treasury.gateway_id(payment), refunded=None if known else 50_000)
    treasury.tell(refused(payment))
    treasury.gateway.fault = None
    in_the_cabinet(treasury, payment, 50_000)
    poll(treasury)
    assert (treasury.balance(payment), treasury.gateway.given_back()) == (0, 200_000)


def test_a_gateway_that_cannot_say_what_went_back_leaves_the_refusal_to_staff(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.change(treasury.gateway_id(payment), refunded=None)
    treasury.gateway.fault = "refuses"
    treasury.tell(cancelled(payment, 200_000))
    assert [status for _, status, _ in refunds(treasury, payment)] == ["failed"]
    assert kinds(treasury) == {"payment.refund_failed", "service.error"}


def test_a_refund_of_staff_that_is_refused_because_of_the_cabinet_is_theirs_to_see(treasury: Treasury) -> None:
    payment = treasury.paid()
    treasury.gateway.change(treasury.gateway_id(payment), refunded=150_000)
    treasury.refund(payment, 100_000)
    poll(treasury)
    assert (treasury.balance(payment), treasury.gateway.given_back()) == (50_000, 150_000)
    assert kinds(treasury) == {"payment.refund_failed", "service.error"}
