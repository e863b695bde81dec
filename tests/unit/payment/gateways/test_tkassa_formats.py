import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.gateways.port import (
    Acknowledgement,
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    NeverAskedError,
    ReceiptNotice,
    RefundUncertainError,
    WebhookForgedError,
    WebhookMalformedError,
    WebhookRequest,
)
from payment.gateways.tkassa.refunds import Refunding
from payment.gateways.tkassa.wire import STATUSES, Cancelled, Payment, checked, parsed
from payment.gateways.transport import Answer, RetryableError
from payment.gateways.words import GatewayRefund, RefundOrder
from tests.support.payment.gateways import signed, tkassa, tkassa_notice

TERMINAL = tkassa("https://unused.example")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
FIELD = JSON | st.sampled_from(["CycloramaDEMO", "CONFIRMED", "RECEIPT", "LINKACCOUNT", "\x00", "../x", "ю" * 70])
NAMES = (
    "TerminalKey",
    "Status",
    "PaymentId",
    "OrderId",
    "Token",
    "NotificationType",
    "Success",
    "Receipt",
    "Type",
    "Amount",
)


def request(message: Any) -> WebhookRequest:
    return WebhookRequest(json.dumps(message).encode())


def test_a_notification_is_read() -> None:
    heard = TERMINAL.parse_webhook(request(tkassa_notice()))
    assert heard is not None
    assert (heard.event, heard.status, heard.object_id) == ("CONFIRMED", "CONFIRMED", "3093639567")
    assert heard.attempt_id == "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_may_be_announced(status: str) -> None:
    heard = TERMINAL.parse_webhook(request(tkassa_notice(Status=status)))
    assert heard is not None
    assert heard.status == status


def test_what_is_about_no_payment_is_only_acknowledged() -> None:
    assert TERMINAL.parse_webhook(request(tkassa_notice(NotificationType="LINKACCOUNT"))) is None


def receipt_notice(**changes: Any) -> dict[str, Any]:
    """T-Kassa's word that the receipt of a prepayment was registered."""
    lines = [{"Amount": 150_000, "PaymentMethod": "prepayment"}, {"Amount": 50_000, "PaymentMethod": "prepayment"}]
    fiscal = {"FnNumber": "9999078900001341", "FiscalDocumentNumber": 42, "Receipt": {"Items": lines}}
    return tkassa_notice(**{"Status": "RECEIPT", "Type": "Income", **fiscal, **changes})


def test_a_receipt_is_told_apart_by_its_fiscal_document() -> None:
    heard = TERMINAL.parse_webhook(request(receipt_notice()))
    assert heard is not None
    assert heard.receipt == ReceiptNotice("succeeded", is_refund=False, amount=200_000, mode="partial_prepayment")
    assert heard.attempt_id == "0f8fad5b-d9cb-469f-a165-70867728950e"
    another = TERMINAL.parse_webhook(request(receipt_notice(FiscalDocumentNumber=43)))
    assert another is not None
    assert another.object_id != heard.object_id


def test_a_receipt_of_what_went_back_that_was_not_registered() -> None:
    heard = TERMINAL.parse_webhook(request(receipt_notice(Success=False, Type="IncomeReturn", Receipt={}, Amount=7)))
    assert heard is not None
    assert heard.receipt == ReceiptNotice("canceled", is_refund=True, amount=7)


@pytest.mark.parametrize(
    "changes",
    [
        {"Receipt": []},
        {"Receipt": 1},
        {"Receipt": {"Items": {}}},
        {"Receipt": {"Items": [{}]}},
        {"Receipt": {"Items": [{"Amount": -1}]}},
        {"FnNumber": "\x00"},
        {"Type": "Income Return"},
        {"Amount": -1},
    ],
)
def test_a_receipt_without_sense_is_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(WebhookMalformedError):
        TERMINAL.parse_webhook(request(receipt_notice(**changes)))


@pytest.mark.parametrize("changes", [{"Status": "RECEIPT"}, {"NotificationType": "LINKACCOUNT"}, {}])
def test_even_that_must_be_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(WebhookForgedError):
        TERMINAL.parse_webhook(request(tkassa_notice(**changes) | {"Amount": 1}))


def test_a_terminal_of_somebody_else_is_not_believed() -> None:
    with pytest.raises(WebhookForgedError):
        TERMINAL.parse_webhook(request(tkassa_notice(TerminalKey="Other")))


@pytest.mark.parametrize(
    "changes",
    [
        {"NotificationType": "LINKACCOUNT", "Status": "ACTIVE", "AccountToken": "t"},
        {"Status": "COMPLETED", "CustomerKey": "c", "RequestKey": "r", "CardId": 322264},
        {},
    ],
)
def test_what_is_signed_and_about_no_payment_is_taken_and_left_alone(changes: dict[str, Any]) -> None:
    assert TERMINAL.parse_webhook(request(signed({"TerminalKey": "CycloramaDEMO", "Success": True} | changes))) is None


@pytest.mark.parametrize("message", [{}, [], tkassa_notice(PaymentId="../1")])
def test_what_names_no_payment_is_malformed(message: Any) -> None:
    with pytest.raises(WebhookMalformedError):
        TERMINAL.parse_webhook(request(message))


MESSAGES = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, FIELD))


@given(
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | MESSAGES.map(json.dumps).map(str.encode)
)
def test_whatever_arrives_is_refused_in_a_declared_way(body: bytes) -> None:
    with pytest.raises((WebhookForgedError, WebhookMalformedError)):
        TERMINAL.parse_webhook(WebhookRequest(body))


@given(MESSAGES)
def test_whatever_is_signed_is_read_or_refused(message: dict[str, Any]) -> None:
    try:
        body = json.dumps(signed({"TerminalKey": "CycloramaDEMO"} | message))
        heard = TERMINAL.parse_webhook(WebhookRequest(body.encode()))
    except (WebhookForgedError, WebhookMalformedError):
        return
    except UnicodeEncodeError:
        return  # What cannot be written cannot be signed.
    if heard:
        assert heard.status.isascii() and 0 < len(heard.status) <= 64
        assert heard.gateway_payment_id.isascii() and "/" not in heard.gateway_payment_id


def test_it_wants_to_hear_exactly_ok() -> None:
    assert TERMINAL.acknowledge() == Acknowledgement("OK", "text/plain", 200)


@pytest.mark.parametrize(
    ("status", "means", "refunded"),
    [
        ("NEW", "pending", 0),
        ("FORM_SHOWED", "pending", 0),
        ("3DS_CHECKING", "pending", 0),
        ("REJECTED", "pending", 0),
        ("AUTH_FAIL", "pending", 0),
        ("UNKNOWN", "pending", 0),
        ("AUTHORIZED", "held", 0),
        ("CONFIRMING", "held", 0),
        ("CONFIRMED", "succeeded", 0),
        ("ASYNC_REFUNDING", "succeeded", None),
        ("PARTIAL_REFUNDED", "succeeded", None),
        ("REFUNDED", "succeeded", 200_000),
        ("REVERSED", "failed", 0),
        ("CANCELED", "failed", 0),
        ("DEADLINE_EXPIRED", "failed", 0),
        ("ATTEMPTS_EXPIRED", "failed", 0),
    ],
)
def test_a_status_in_our_words(status: str, means: str, refunded: int | None) -> None:
    found = Payment.model_validate({"PaymentId": 1, "Status": status, "Amount": "200000", "OrderId": "o"}).found()
    assert (found.status, found.refunded, found.amount, found.id) == (means, refunded, 200_000, "1")


def test_nothing_is_concluded_from_a_status_that_is_new_to_us() -> None:
    with pytest.raises(GatewayUnreachableError, match="TELEPORTED"):
        Payment.model_validate({"PaymentId": 1, "Status": "TELEPORTED", "Amount": 1}).found()


@pytest.mark.parametrize("success", [True, "true", 1])
@pytest.mark.parametrize("code", ["0", 0])
def test_success_is_written_in_many_ways(success: Any, code: Any) -> None:
    body = json.dumps({"Success": success, "ErrorCode": code}).encode()
    assert checked(Answer(200, body)) == body


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"Success": False, "ErrorCode": "251"}, GatewayRefusedError),
        (200, {"Success": "false", "ErrorCode": 330}, GatewayRefusedError),
        (200, {"Success": True, "ErrorCode": "7"}, GatewayRefusedError),
        (200, {"Success": False, "ErrorCode": 9999}, RetryableError),
        (200, {"Success": False, "ErrorCode": "204"}, GatewayFaultError),
        (200, {"Success": False, "ErrorCode": "501"}, GatewayFaultError),
        (200, {"Success": False, "ErrorCode": "309"}, GatewayFaultError),
        (200, {"Success": None}, GatewayUnreachableError),
        (200, [], GatewayUnreachableError),
        (302, {"Success": True}, GatewayUnreachableError),
        (404, {"Success": False, "ErrorCode": "8"}, GatewayRefusedError),
        (400, {"Success": False, "ErrorCode": "330", "Message": "…"}, GatewayRefusedError),
        (400, {"Success": False, "ErrorCode": "204"}, GatewayFaultError),
        (400, {"Success": True, "ErrorCode": "0"}, GatewayUnreachableError),
        (400, {}, GatewayUnreachableError),
        (500, {"Success": False, "ErrorCode": "330"}, GatewayRefusedError),
        (500, {"Success": False, "ErrorCode": "9999"}, RetryableError),
        (429, {"error": "too many"}, RetryableError),
        (503, {}, RetryableError),
    ],
)
def test_what_an_answer_means(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        checked(Answer(status, json.dumps(body).encode()))
    assert type(caught.value) is error


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    ("code", "error"),
    [
        *[(code, RetryableError) for code in (3, 21, 99, 120, 123, 125, 401, 402, 903, 999, 9001, 9999)],
        *[(code, GatewayFaultError) for code in (202, 204, 205, 309, 501)],
        *[(code, GatewayRefusedError) for code in (4, 8, 20, 102, 251, 255, 330, 335, 1051, 9002)],
    ],
)
def test_a_code_means_the_same_with_every_status(code: int, error: type[Exception], status: int) -> None:
    with pytest.raises(error) as caught:
        checked(Answer(status, json.dumps({"Success": False, "ErrorCode": str(code)}).encode()))
    assert type(caught.value) is error


@given(st.binary(max_size=100))
def test_an_answer_that_makes_no_sense_is_no_answer(body: bytes) -> None:
    with pytest.raises(GatewayUnreachableError):
        parsed(Payment, body)


def order(**changes: Any) -> RefundOrder:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": "1", "amount": 100, "paid": 300}
    return RefundOrder(**(values | changes))


@pytest.mark.parametrize(
    ("status", "changes", "tried", "means"),
    [
        ("CONFIRMED", {}, False, None),
        ("CONFIRMED", {}, True, None),
        ("PARTIAL_REFUNDED", {}, True, "succeeded"),
        ("PARTIAL_REFUNDED", {}, False, RefundUncertainError),
        ("PARTIAL_REFUNDED", {"refunded_before": 100}, False, None),
        ("PARTIAL_REFUNDED", {"refunded_before": 100, "method": "bank_card"}, True, None),
        ("PARTIAL_REFUNDED", {"refunded_before": 100, "method": "sbp"}, True, RefundUncertainError),
        ("PARTIAL_REFUNDED", {"refunded_before": 100}, True, RefundUncertainError),
        ("PARTIAL_REFUNDED", {"refunded_before": 100, "witnessed": True}, True, "succeeded"),
        ("PARTIAL_REFUNDED", {"refunded_before": 100, "witnessed": True}, False, None),
        ("ASYNC_REFUNDING", {}, True, "pending"),
        ("ASYNC_REFUNDING", {}, False, GatewayUnreachableError),
        ("REFUNDED", {"refunded_before": 200}, True, "succeeded"),
        ("REFUNDED", {"amount": 300}, False, "succeeded"),
        ("REFUNDED", {}, True, RefundUncertainError),
        ("AUTHORIZED", {}, False, GatewayRefusedError),
        ("NEW", {}, True, GatewayRefusedError),
    ],
)
def test_whether_a_refund_is_still_to_be_asked_for(
    status: str, changes: dict[str, Any], tried: bool, means: Any
) -> None:
    refunding = Refunding(order(**changes))
    if isinstance(means, type):
        with pytest.raises(means):
            refunding.already_done(status, tried=tried)
        return
    done = refunding.already_done(status, tried=tried)
    assert (done.status if isinstance(done, GatewayRefund) else None) == means


@pytest.mark.parametrize(
    ("status", "changes", "means"),
    [
        ("ASYNC_REFUNDING", {}, "pending"),
        ("REFUNDED", {"amount": 300}, "succeeded"),
        ("PARTIAL_REFUNDED", {"tried": True}, "succeeded"),
        ("PARTIAL_REFUNDED", {"witnessed": True}, "succeeded"),
        ("CONFIRMED", {}, "failed"),
        ("PARTIAL_REFUNDED", {"refunded_before": 100}, "pending"),
        ("PARTIAL_REFUNDED", {"refunded_before": 100, "witnessed": True}, "succeeded"),
        ("PARTIAL_REFUNDED", {"refunded_before": 100, "witnessed": True, "age": timedelta(days=9)}, "succeeded"),
    ],
)
def test_how_a_pending_refund_ends(status: str, changes: dict[str, Any], means: str) -> None:
    assert Refunding(order(**changes)).outcome(status).status == means


def test_what_was_never_asked_for_has_not_gone_back() -> None:
    """Of a payment of which a part went back in the cabinet."""
    with pytest.raises(NeverAskedError):
        Refunding(order()).already_done("PARTIAL_REFUNDED", tried=False)
    with pytest.raises(NeverAskedError):
        Refunding(order()).outcome("PARTIAL_REFUNDED")


def test_an_end_that_cannot_be_told_is_for_a_human() -> None:
    with pytest.raises(RefundUncertainError):
        Refunding(order(refunded_before=100, age=timedelta(hours=2))).outcome("PARTIAL_REFUNDED")


@pytest.mark.parametrize(
    ("source", "method"), [("cards", "bank_card"), ("Cards", "bank_card"), ("sbpqr", "sbp"), ("new one", None)]
)
def test_a_state_tells_how_it_was_paid(source: str, method: str | None) -> None:
    params = [{"Key": "Route", "Value": "ACQ"}, {"Key": "Source", "Value": source}]
    body = {"PaymentId": "1", "Status": "CONFIRMED", "Amount": 300, "Params": params}
    assert parsed(Payment, json.dumps(body).encode()).method == method


def test_a_card_payment_is_no_maybe_of_sbp() -> None:
    assert Refunding(order(refunded_before=100), "bank_card").already_done("PARTIAL_REFUNDED", tried=True) is None


@pytest.mark.parametrize(
    ("status", "before", "after", "means"),
    [
        ("ASYNC_REFUNDING", 300, 200, "pending"),
        ("PARTIAL_REFUNDED", 300, 200, "succeeded"),
        ("PARTIAL_REFUNDED", 200, 200, "succeeded"),
        ("PARTIAL_REFUNDED", None, None, "succeeded"),
        ("PARTIAL_REFUNDED", 300, 100, RefundUncertainError),
    ],
)
def test_what_the_answer_to_a_refund_says(status: str, before: int | None, after: int | None, means: Any) -> None:
    answer = Cancelled(Status=status, OriginalAmount=before, NewAmount=after)
    if isinstance(means, type):
        with pytest.raises(means):
            Refunding(order()).carried_out(answer)
        return
    found = Refunding(order()).carried_out(answer)
    assert (found.status, found.back) == (means, None if after is None else order().paid - after)
