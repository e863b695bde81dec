"""The T-Kassa client over a real socket."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.gateways.port import (
    ClosingReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    MethodNotOfferedError,
    NotYetError,
    RefundUncertainError,
    RequestNeverSentError,
)
from payment.gateways.tkassa.client import TKassa
from payment.gateways.tkassa.token import token
from payment.gateways.words import RefundOrder
from shared_schemas.common import Money
from tests.support.booking.made import NOW
from tests.support.payment.cashier import RETURN_URL, creating
from tests.support.payment.gateways import receipt, tkassa
from tests.support.scripted_server import Script, scripted_server

ATTEMPT = creating(provider="tkassa", amount=Money(amount=200_000))
DOWN = (503, b"")
Answer = tuple[int, Any]


def ok(**values: Any) -> Answer:
    return 200, {"Success": True, "ErrorCode": "0", "TerminalKey": "CycloramaDEMO", **values}


def no(code: Any) -> Answer:
    return 200, {"Success": False, "ErrorCode": code, "Message": "…", "Details": "…"}


def state(status: str, **values: Any) -> Answer:
    return ok(Status=status, PaymentId="77", OrderId=str(ATTEMPT.id), Amount=200_000, **values)


def order(*statuses: str) -> Answer:
    made = [
        {"PaymentId": 70 + n, "Status": status, "Amount": "200000", "Success": "true", "ErrorCode": 0}
        for n, status in enumerate(statuses, 7)
    ]
    return ok(OrderId=str(ATTEMPT.id), Payments=made)


CREATED = state("NEW", PaymentURL="https://pay.example/77")


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def terminal(server: Script) -> TKassa:
    return tkassa(server.url)


def asked(server: Script) -> list[str]:
    return [request.path.rpartition("/")[2] for request in server.asked]


def test_a_payment_is_created_as_the_api_wants_it(server: Script) -> None:
    server.answers = [CREATED]

    created = tkassa(server.url, webhook_base="https://hooks.example").create(
        ATTEMPT.order, receipt=receipt(150_000, 50_000)
    )

    assert (created.id, created.status, created.amount, created.currency) == ("77", "pending", 200_000, "RUB")
    assert (created.attempt_id, created.confirmation_url) == (str(ATTEMPT.id), "https://pay.example/77")
    (request,) = server.asked
    assert (request.method, request.path) == ("POST", "/v2/Init")
    body = dict(request.body)
    assert body.pop("Token") == token(body, "cyclorama")
    assert sum(item["Amount"] for item in body.pop("Receipt")["Items"]) == 200_000
    assert body == {
        "TerminalKey": "CycloramaDEMO",
        "Amount": 200_000,
        "OrderId": str(ATTEMPT.id),
        "Description": "Бронирование 7K3Q9D2M, оплатить до 01.12 09:15 МСК",
        "PayType": "O",
        "Language": "ru",
        "SuccessURL": RETURN_URL,
        "FailURL": RETURN_URL,
        "RedirectDueDate": (ATTEMPT.expires_at + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S+03:00"),
        "NotificationURL": "https://hooks.example/webhooks/tkassa",
    }


def test_the_link_lives_as_long_as_the_hold_and_never_less_than_the_gateway_takes(
    server: Script, terminal: TKassa
) -> None:
    server.answers = [CREATED, CREATED]
    terminal.create(creating(expires_at=NOW + timedelta(minutes=15)).order)
    terminal.create(creating(expires_at=NOW + timedelta(seconds=5)).order)
    dues = [request.body["RedirectDueDate"] for request in server.asked]
    moscow = [NOW + timedelta(minutes=15, hours=3), NOW + timedelta(seconds=70, hours=3)]
    assert dues == [moment.strftime("%Y-%m-%dT%H:%M:%S+03:00") for moment in moscow]


def test_money_may_be_held(server: Script, terminal: TKassa) -> None:
    server.answers = [CREATED]
    terminal.create(ATTEMPT.order, capture=False)
    assert server.asked[0].body["PayType"] == "T"


@pytest.mark.parametrize(
    ("method", "capture"), [("sberpay", True), ("yoomoney", True), ("sbp", False), ("yoomoney", False)]
)
def test_what_is_not_offered_is_not_asked_for(server: Script, terminal: TKassa, method: str, capture: bool) -> None:
    with pytest.raises(MethodNotOfferedError):
        terminal.create(creating(method=method).order, capture=capture)
    assert server.asked == []


def test_sbp_brings_the_code_to_show(server: Script, terminal: TKassa) -> None:
    server.answers = [CREATED, ok(Data="https://qr.nspk.ru/AS1", PaymentId=77)]
    created = terminal.create(creating(id=ATTEMPT.id, method="sbp").order)
    assert (created.sbp_payload, created.confirmation_url) == ("https://qr.nspk.ru/AS1", "https://pay.example/77")
    assert server.asked[1].body["DataType"] == "PAYLOAD"


def test_without_the_code_the_form_still_offers_sbp(server: Script, terminal: TKassa) -> None:
    server.answers = [CREATED, no("3013")]
    created = terminal.create(creating(id=ATTEMPT.id, method="sbp").order)
    assert (created.sbp_payload, created.confirmation_url) == (None, "https://pay.example/77")


@pytest.mark.parametrize("trouble", [None, DOWN, no(9999), (502, b"<html>")])
def test_a_lost_answer_is_followed_by_a_look_not_by_a_repeat(server: Script, trouble: Answer | None) -> None:
    server.answers = [trouble, no("255"), CREATED]
    assert tkassa(server.url).create(ATTEMPT.order).confirmation_url == "https://pay.example/77"
    assert asked(server) == ["Init", "CheckOrder", "Init"]


@pytest.mark.parametrize("code", ["8", 20])
def test_a_payment_whose_link_got_lost_is_killed(server: Script, terminal: TKassa, code: Any) -> None:
    server.answers = [no(code), order("NEW"), state("NEW"), ok(Status="CANCELED", PaymentId=77)]
    with pytest.raises(LinkLostError):
        terminal.create(ATTEMPT.order)
    assert asked(server) == ["Init", "CheckOrder", "GetState", "Cancel"]


def test_a_payment_that_was_paid_meanwhile_is_simply_found(server: Script, terminal: TKassa) -> None:
    server.answers = [None, order("NEW", "CONFIRMED", "REJECTED")]
    found = terminal.create(ATTEMPT.order)
    assert (found.status, found.id, found.attempt_id) == ("succeeded", "78", str(ATTEMPT.id))


def test_a_refusal_is_final_and_keeps_the_gateways_code(server: Script, terminal: TKassa) -> None:
    server.answers = [no("251")]
    with pytest.raises(GatewayRefusedError) as caught:
        terminal.create(ATTEMPT.order)
    assert caught.value.code == "251"


def test_a_payment_is_found_by_our_own_id(server: Script, terminal: TKassa) -> None:
    server.answers = [order("AUTHORIZED"), no("335"), order()]
    found = terminal.find(ATTEMPT.order)
    assert found is not None
    assert found.status == "held"
    assert terminal.find(ATTEMPT.order) is None
    assert terminal.find(ATTEMPT.order) is None


def test_an_answer_about_another_payment_is_no_answer(server: Script, terminal: TKassa) -> None:
    server.answers = [state("CONFIRMED")]
    with pytest.raises(GatewayUnreachableError, match="another payment"):
        terminal.fetch("78")


@pytest.mark.parametrize("first", [state("CONFIRMED"), no("4"), None])
def test_a_capture_whose_answer_got_lost_has_happened(server: Script, terminal: TKassa, first: Answer | None) -> None:
    server.answers = [first, *([no("4")] if first is None else []), state("CONFIRMED")]
    assert terminal.capture("77", 200_000).status == "succeeded"
    assert server.asked[0].body["Amount"] == 200_000


def test_a_capture_of_what_is_not_held_is_refused(server: Script, terminal: TKassa) -> None:
    server.answers = [no("4"), state("CANCELED")]
    with pytest.raises(GatewayRefusedError):
        terminal.capture("77", 200_000)


def test_a_hold_is_released(server: Script, terminal: TKassa) -> None:
    server.answers = [state("AUTHORIZED"), ok(Status="REVERSED"), state("REVERSED")]
    assert terminal.cancel("77").status == "failed"


@pytest.mark.parametrize("status", ["CONFIRMED", "NEW", "PARTIAL_REFUNDED"])
def test_a_release_never_becomes_a_refund(server: Script, terminal: TKassa, status: str) -> None:
    server.answers = [state(status)]
    with pytest.raises(GatewayRefusedError, match="not_held"):
        terminal.cancel("77")
    assert asked(server) == ["GetState"]


@pytest.mark.parametrize("status", ["NEW", "FORM_SHOWED", "REJECTED"])
def test_an_unpaid_link_is_killed(server: Script, terminal: TKassa, status: str) -> None:
    server.answers = [state(status), ok(Status="CANCELED")]
    assert terminal.decline("77") is True


@pytest.mark.parametrize(("status", "dead"), [("CONFIRMED", False), ("3DS_CHECKING", False), ("CANCELED", True)])
def test_a_link_with_money_on_its_way_is_left_alone(server: Script, terminal: TKassa, status: str, dead: bool) -> None:
    server.answers = [state(status)]
    assert terminal.decline("77") is dead
    assert asked(server) == ["GetState"]


def test_a_link_that_the_gateway_keeps_alive_is_told(server: Script, terminal: TKassa) -> None:
    server.answers = [state("FORM_SHOWED"), no("4")]
    assert terminal.decline("77") is False


def refund(**changes: Any) -> RefundOrder:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": "77", "amount": 200_000, "paid": 200_000}
    return RefundOrder(**(values | changes))


@pytest.mark.parametrize(("status", "means"), [("REFUNDED", "succeeded"), ("ASYNC_REFUNDING", "pending")])
def test_a_refund_carries_its_id(server: Script, terminal: TKassa, status: str, means: str) -> None:
    server.answers = [state("CONFIRMED"), ok(Status=status)]
    wanted = refund(receipt=receipt(200_000))

    done = terminal.refund(wanted)

    assert (done.status, done.amount, done.id) == (means, 200_000, str(wanted.id))
    body = server.asked[1].body
    assert (body["ExternalRequestId"], body["Amount"]) == (str(wanted.id), 200_000)
    assert body["Receipt"]["Items"][0]["Amount"] == 200_000


def test_a_refund_whose_answer_got_lost_is_looked_for_and_not_repeated(server: Script, terminal: TKassa) -> None:
    server.answers = [state("CONFIRMED"), None, state("REFUNDED")]
    assert terminal.refund(refund()).status == "succeeded"
    assert asked(server) == ["GetState", "Cancel", "GetState"]


def test_a_refund_that_nothing_is_known_of_is_left_for_later(server: Script, terminal: TKassa) -> None:
    server.answers = [state("CONFIRMED"), None, state("CONFIRMED")]
    with pytest.raises(GatewayUnreachableError):
        terminal.refund(refund())
    assert asked(server).count("Cancel") == 1


def test_a_repeat_finds_that_it_was_done(server: Script, terminal: TKassa) -> None:
    server.answers = [state("PARTIAL_REFUNDED")]
    assert terminal.refund(refund(amount=100, tried=True)).status == "succeeded"
    assert asked(server) == ["GetState"]


def test_a_repeat_that_may_double_is_for_a_human(server: Script, terminal: TKassa) -> None:
    server.answers = [state("PARTIAL_REFUNDED")]
    with pytest.raises(RefundUncertainError):
        terminal.refund(refund(amount=100, refunded_before=100, tried=True, method="sbp"))
    assert asked(server) == ["GetState"]


def test_a_refund_over_the_payment_is_refused(server: Script, terminal: TKassa) -> None:
    server.answers = [state("CONFIRMED"), no("330")]
    with pytest.raises(GatewayRefusedError, match="330"):
        terminal.refund(refund())


def test_a_pending_refund_is_asked_about(server: Script, terminal: TKassa) -> None:
    server.answers = [state("ASYNC_REFUNDING"), state("CONFIRMED")]
    assert [terminal.fetch_refund(refund()).status for _ in range(2)] == ["pending", "failed"]


@pytest.mark.parametrize("code", ["3", "99", "999", "9001"])
def test_a_passing_fault_is_tried_again_under_the_same_identifiers(server: Script, terminal: TKassa, code: str) -> None:
    server.answers = [no(code), no("255"), CREATED]
    assert terminal.create(ATTEMPT.order).status == "pending"
    inits = [asked.body["OrderId"] for asked in server.asked if asked.path == "/v2/Init"]
    assert inits == [str(ATTEMPT.id)] * 2


def test_a_refusal_with_http_400_is_a_refusal(server: Script, terminal: TKassa) -> None:
    server.answers = [state("CONFIRMED"), (400, no("330")[1])]
    with pytest.raises(GatewayRefusedError) as refused:
        terminal.refund(RefundOrder(uuid4(), "77", 300_000, 200_000))
    assert refused.value.code == "330"


def test_a_closing_receipt_goes_to_the_cash_box(server: Script, terminal: TKassa) -> None:
    server.answers = [state("CONFIRMED"), ok()]
    closing = ClosingReceipt(uuid4(), "77", receipt(200_000))
    sent = terminal.closing_receipt(closing)
    assert (sent.id, sent.status) == (str(closing.id), "pending")
    assert (server.asked[1].path, server.asked[1].body["PaymentId"]) == ("/cashbox/SendClosingReceipt", "77")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("PARTIAL_REFUNDED", GatewayRefusedError),
        ("REFUNDED", GatewayRefusedError),
        ("ASYNC_REFUNDING", NotYetError),
        ("REFUNDING", NotYetError),
    ],
)
def test_a_closing_receipt_is_sent_of_a_confirmed_payment_alone(
    server: Script, terminal: TKassa, status: str, error: type[Exception]
) -> None:
    server.answers = [state(status)]
    with pytest.raises(error):
        terminal.closing_receipt(ClosingReceipt(uuid4(), "77", receipt(200_000)))
    assert [asked.path for asked in server.asked] == ["/v2/GetState"]


def test_a_state_that_cannot_be_asked_leaves_a_closing_receipt_untried(server: Script, terminal: TKassa) -> None:
    server.answers = [DOWN] * 3
    with pytest.raises(RequestNeverSentError):
        terminal.closing_receipt(ClosingReceipt(uuid4(), "77", receipt(200_000)))


def test_there_is_neither_a_list_nor_a_receipt_to_ask_for(terminal: TKassa) -> None:
    assert terminal.list_payments(NOW, NOW) is None  # type: ignore[func-returns-value]
    assert terminal.fetch_receipt("r") is None
