"""The SberPay client over a real socket, in both dialects."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.gateways.port import (
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    MethodNotOfferedError,
    NotYetError,
)
from payment.gateways.sberpay.client import SberPay
from payment.gateways.words import RefundOrder
from shared_schemas.common import Money
from tests.support.booking.made import NOW
from tests.support.payment.cashier import RETURN_URL, creating
from tests.support.payment.gateways import receipt, sberpay
from tests.support.scripted_server import Script, scripted_server

ATTEMPT = creating(provider="sberpay", amount=Money(amount=200_000))
Answer = tuple[int, Any]
DOWN = (503, b"")
EARLIER = NOW - timedelta(days=3)


def ok(**values: Any) -> Answer:
    return 200, {"errorCode": "0", **values}


def no(code: Any) -> Answer:
    return 200, {"errorCode": code, "errorMessage": "…"}


def status(order_status: int, refunded: int = 0, paid_at: datetime = NOW, **changes: Any) -> Answer:
    """What was only held or never paid has no day on which it was taken."""
    paid = order_status in (2, 4)
    values = {
        "orderNumber": ATTEMPT.id.hex,
        "orderStatus": order_status,
        "amount": 200_000,
        "currency": "643",
        "depositedDate": int(paid_at.timestamp() * 1000) if paid else None,
        "paymentAmountInfo": {"depositedAmount": 200_000 - refunded if paid else 0, "refundedAmount": refunded},
        "attributes": [{"name": "mdOrder", "value": "g1"}],
    }
    return ok(**(values | changes))


CREATED = ok(orderId="g1", formUrl="https://pay.example/g1")


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def shop(server: Script) -> SberPay:
    return sberpay(server.url)


def asked(server: Script) -> list[str]:
    return [request.path.strip("/").removesuffix(".do") for request in server.asked]


def test_an_order_is_registered_with_the_new_gateway(server: Script) -> None:
    server.answers = [CREATED]

    created = sberpay(server.url, webhook_base="https://hooks.example").create(ATTEMPT.order, receipt=receipt(200_000))

    assert (created.id, created.status, created.confirmation_url) == ("g1", "pending", "https://pay.example/g1")
    assert created.attempt_id == str(ATTEMPT.id)
    (request,) = server.asked
    assert (request.method, request.path) == ("POST", "/register.do")
    body = dict(request.body)
    assert body.pop("orderBundle")["total"] == 200_000
    assert body.pop("email") == "anna@example.com"
    assert body == {
        "userName": "cyclorama-api",
        "password": "cyclorama",
        "orderNumber": ATTEMPT.id.hex,
        "amount": 200_000,
        "currency": "643",
        "returnUrl": RETURN_URL,
        "failUrl": RETURN_URL,
        "description": "Бронирование 7K3Q9D2M, оплатить до 01.12 09:15 МСК",
        "expirationDate": (ATTEMPT.expires_at + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S"),
        "dynamicCallbackUrl": "https://hooks.example/webhooks/sberpay",
    }


def test_legacy_takes_forms_with_json_inside_and_answers_without_a_code(server: Script) -> None:
    payload = {"sbpPayload": "https://qr.nspk.ru/AS1"}
    server.answers = [(200, {"orderId": "g1", "formUrl": "https://pay.example/g1", "externalParams": payload})]
    legacy = sberpay(server.url, dialect="legacy", credentials='{"token": "t0ken"}')

    created = legacy.create(creating(id=ATTEMPT.id, method="sbp").order, receipt=receipt(200_000))

    assert created.sbp_payload == "https://qr.nspk.ru/AS1"
    body = server.asked[0].body
    assert (body["token"], body["amount"], len(body["orderNumber"])) == ("t0ken", "200000", 32)
    assert json.loads(body["jsonParams"]) == {"qrType": "DYNAMIC_QR_SBP", "sbp.scenario": "C2B"}
    assert json.loads(body["orderBundle"])["total"] == 200_000
    assert "userName" not in body


def test_the_link_never_lives_shorter_than_the_payer_needs_to_get_there(server: Script, shop: SberPay) -> None:
    server.answers = [CREATED]
    shop.create(creating(expires_at=NOW + timedelta(seconds=5)).order)
    due = NOW + timedelta(seconds=70, hours=3)
    assert server.asked[0].body["expirationDate"] == due.strftime("%Y-%m-%dT%H:%M:%S")


def test_money_may_be_held(server: Script, shop: SberPay) -> None:
    server.answers = [CREATED]
    shop.create(ATTEMPT.order, capture=False)
    assert asked(server) == ["registerPreAuth"]


@pytest.mark.parametrize(("method", "capture"), [("tpay", True), ("yoomoney", True), ("sbp", False)])
def test_what_is_not_offered_is_not_asked_for(server: Script, shop: SberPay, method: str, capture: bool) -> None:
    with pytest.raises(MethodNotOfferedError):
        shop.create(creating(method=method).order, capture=capture)
    assert server.asked == []


@pytest.mark.parametrize("trouble", [None, DOWN, no(7), (500, b"<html>")])
def test_an_uncertain_answer_is_asked_for_again_under_the_same_number(
    server: Script, shop: SberPay, trouble: Answer | None
) -> None:
    server.answers = [trouble, CREATED]
    assert shop.create(ATTEMPT.order).id == "g1"
    assert {request.body["orderNumber"] for request in server.asked} == {ATTEMPT.id.hex}


@pytest.mark.parametrize("code", ["1", 1])
def test_an_order_whose_link_got_lost_is_declined(server: Script, shop: SberPay, code: Any) -> None:
    server.answers = [None, no(code), status(0), ok(), status(6)]
    with pytest.raises(LinkLostError):
        shop.create(ATTEMPT.order)
    assert asked(server)[-3:] == ["getOrderStatusExtended", "decline", "getOrderStatusExtended"]
    assert server.asked[2].body["orderNumber"] == ATTEMPT.id.hex


def test_an_order_that_was_paid_meanwhile_is_simply_found(server: Script, shop: SberPay) -> None:
    server.answers = [no("1"), status(2), status(2)]
    found = shop.create(ATTEMPT.order)
    assert (found.status, found.id, found.attempt_id) == ("succeeded", "g1", str(ATTEMPT.id))


def test_an_order_that_is_being_paid_is_left_alone(server: Script, shop: SberPay) -> None:
    server.answers = [no("1"), status(5), no(7), status(5), status(5)]
    assert shop.create(ATTEMPT.order).status == "pending"


@pytest.mark.parametrize("code", ["5", 12, "3"])
def test_a_refusal_of_an_order_is_ours_to_repair_and_keeps_its_words(server: Script, shop: SberPay, code: Any) -> None:
    server.answers = [(200, {"errorCode": code, "errorMessage": "Доступ запрещён для anna@example.com"})]
    with pytest.raises(GatewayFaultError) as caught:
        shop.create(ATTEMPT.order)
    assert (caught.value.code, caught.value.words) == (str(code), "Доступ запрещён для …")


def test_words_are_read_whatever_the_status(server: Script, shop: SberPay) -> None:
    server.answers = [(400, {"errorCode": "5", "errorMessage": "Ошибка формата"})]
    with pytest.raises(GatewayFaultError, match="Ошибка формата"):
        shop.create(ATTEMPT.order)


def test_access_denied_is_final_for_no_order_that_exists(server: Script, shop: SberPay) -> None:
    server.answers = [no("5"), no("5")]
    with pytest.raises(GatewayUnreachableError):
        shop.fetch("g1")
    with pytest.raises(GatewayUnreachableError):
        shop.refund(refund())


def test_an_order_is_found_by_our_own_number(server: Script, shop: SberPay) -> None:
    server.answers = [status(1), no("6"), status(1, attributes=[])]
    found = shop.find(ATTEMPT.order)
    assert found is not None
    assert (found.id, found.status) == ("g1", "held")
    assert shop.find(ATTEMPT.order) is None
    with pytest.raises(GatewayUnreachableError, match="without its id"):
        shop.find(ATTEMPT.order)


def test_an_unknown_order_is_refused(server: Script, shop: SberPay) -> None:
    server.answers = [no("6")]
    with pytest.raises(GatewayRefusedError, match="6"):
        shop.fetch("g1")


def test_a_hold_is_captured(server: Script, shop: SberPay) -> None:
    server.answers = [ok(), status(2)]
    assert shop.capture("g1", 200_000, receipt(200_000)).status == "succeeded"
    assert (server.asked[0].body["orderId"], server.asked[0].body["amount"]) == ("g1", 200_000)


def test_a_capture_whose_answer_got_lost_has_happened(server: Script, shop: SberPay) -> None:
    server.answers = [None, no("7"), status(2)]
    assert shop.capture("g1", 200_000).status == "succeeded"


def test_a_capture_of_what_is_not_held_is_refused(server: Script, shop: SberPay) -> None:
    server.answers = [no("7"), status(6)]
    with pytest.raises(GatewayRefusedError):
        shop.capture("g1", 200_000)


def test_a_hold_is_released(server: Script, shop: SberPay) -> None:
    server.answers = [status(1), None, status(3), status(3)]
    assert shop.cancel("g1").status == "failed"
    assert asked(server).count("reverse") == 1


@pytest.mark.parametrize("order_status", [0, 2, 4, 6])
def test_a_release_never_gives_paid_money_back(server: Script, shop: SberPay, order_status: int) -> None:
    server.answers = [status(order_status)]
    with pytest.raises(GatewayRefusedError, match="not_held"):
        shop.cancel("g1")
    assert asked(server) == ["getOrderStatusExtended"]


@pytest.mark.parametrize(("answer", "after", "dead"), [(ok(), 6, True), (no("7"), 2, False), (no("7"), 5, False)])
def test_the_status_tells_whether_a_link_is_dead(
    server: Script, shop: SberPay, answer: Answer, after: int, dead: bool
) -> None:
    server.answers = [answer, status(after)]
    assert shop.decline("g1") is dead


def refund(**changes: Any) -> RefundOrder:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": "g1", "amount": 200_000, "paid": 200_000}
    return RefundOrder(**(values | changes))


def test_what_was_paid_today_is_reversed(server: Script, shop: SberPay) -> None:
    server.answers = [status(2), ok(), status(3)]
    assert shop.refund(refund()).status == "succeeded"
    assert asked(server)[1] == "reverse"


def test_today_is_moscows(server: Script) -> None:
    class JustAfterMidnight:
        def now(self) -> datetime:
            return datetime(2026, 11, 26, 21, 30, tzinfo=UTC)

    server.answers = [status(2, paid_at=datetime(2026, 11, 26, 20, 30, tzinfo=UTC)), ok(), status(4, 200_000)]
    sberpay(server.url, clock=JustAfterMidnight()).refund(refund())
    assert asked(server)[1] == "refund"


def test_what_cannot_be_reversed_any_more_is_refunded(server: Script, shop: SberPay) -> None:
    server.answers = [status(2), no("7"), ok(), status(4, 200_000)]
    wanted = refund()
    assert shop.refund(wanted).status == "succeeded"
    assert asked(server)[1:3] == ["reverse", "refund"]
    body = server.asked[2].body
    assert (body["amount"], body["jsonParams"]) == (200_000, {"externalRefundId": str(wanted.id)})


def test_a_part_is_refunded_and_told_by_its_amount(server: Script, shop: SberPay) -> None:
    server.answers = [status(4, 50_000), ok(), status(4, 80_000)]
    done = shop.refund(refund(amount=30_000, refunded_before=50_000))
    assert (done.status, done.amount) == ("succeeded", 30_000)
    assert asked(server)[1] == "refund"


def test_a_refund_that_does_not_show_yet_is_pending(server: Script, shop: SberPay) -> None:
    server.answers = [status(2, paid_at=EARLIER), ok(), status(2, paid_at=EARLIER), status(4, 200_000)]
    wanted = refund()
    assert shop.refund(wanted).status == "pending"
    assert shop.fetch_refund(wanted).status == "succeeded"


@pytest.mark.parametrize("lost", [None, DOWN])
def test_a_refund_whose_answer_got_lost_is_looked_for_before_a_repeat(
    server: Script, shop: SberPay, lost: Answer | None
) -> None:
    server.answers = [status(2, paid_at=EARLIER), lost, status(4, 200_000)]
    assert shop.refund(refund()).status == "succeeded"
    assert asked(server).count("refund") == 1


def test_a_refund_that_never_arrived_is_repeated_under_its_id(server: Script, shop: SberPay) -> None:
    server.answers = [status(2, paid_at=EARLIER), None, status(2, paid_at=EARLIER), ok(), status(4, 200_000)]
    wanted = refund()
    assert shop.refund(wanted).status == "succeeded"
    sent = [request.body["jsonParams"] for request in server.asked if request.path == "/refund.do"]
    assert sent == [{"externalRefundId": str(wanted.id)}] * 2


def test_a_refused_refund_that_took_place_is_done(server: Script, shop: SberPay) -> None:
    server.answers = [status(2, paid_at=EARLIER), no("7"), status(4, 200_000)]
    assert shop.refund(refund()).status == "succeeded"


def test_a_refused_refund_is_told(server: Script, shop: SberPay) -> None:
    server.answers = [status(2, paid_at=EARLIER), no("7"), status(2, paid_at=EARLIER)]
    with pytest.raises(GatewayRefusedError, match="7"):
        shop.refund(refund())


def test_money_that_went_back_without_us_is_entered_first(server: Script, shop: SberPay) -> None:
    server.answers = [status(4, 10_000)]
    with pytest.raises(NotYetError):
        shop.refund(refund(amount=5_000))


def test_there_are_no_lists(shop: SberPay) -> None:
    assert shop.list_payments(NOW, NOW) is None  # type: ignore[func-returns-value]
    assert shop.acknowledge().status == 200
