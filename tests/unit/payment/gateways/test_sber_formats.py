import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.settings import SettingsError
from payment.gateways.port import (
    GatewayRefusedError,
    GatewayUnreachableError,
    NotYetError,
    RefundUncertainError,
    WebhookForgedError,
    WebhookMalformedError,
    WebhookRequest,
)
from payment.gateways.sberpay.refunds import outcome
from payment.gateways.sberpay.signature import checksum
from payment.gateways.sberpay.wire import Order, checked
from payment.gateways.transport import Answer, RetryableError
from payment.gateways.words import RefundOrder
from tests.support.payment.gateways import sberpay

KEY = "cyclorama-callback"
ATTEMPT = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
CALLBACK = {
    "mdOrder": "06cf5599-3f17-7c86-bdbc-bd7d00a8b38b",
    "orderNumber": ATTEMPT.hex,
    "operation": "deposited",
    "status": "1",
}
LEGACY = sberpay("https://unused.example", dialect="legacy", callback_key=KEY)
NEW = sberpay("https://unused.example")
TEXT = st.text(max_size=12) | st.sampled_from(["deposited", "created", "1", "\x00", "../x", "ю" * 70])


def signed(**changes: str) -> dict[str, str]:
    parameters = CALLBACK | changes
    return parameters | {"checksum": checksum(parameters, KEY)}


def query(parameters: dict[str, str]) -> WebhookRequest:
    return WebhookRequest(b"", "GET", urlencode(parameters), "")


def form(parameters: dict[str, str]) -> WebhookRequest:
    return WebhookRequest(urlencode(parameters).encode(), "POST", "", "application/x-www-form-urlencoded")


def posted(message: Any) -> WebhookRequest:
    return WebhookRequest(json.dumps(message).encode())


@pytest.mark.parametrize("request_of", [query, form, posted])
def test_a_callback_is_read_however_it_comes(request_of: Any) -> None:
    heard = LEGACY.parse_webhook(request_of(signed()))
    assert heard is not None
    assert (heard.event, heard.status, heard.object_id) == ("deposited", "1", CALLBACK["mdOrder"])
    assert heard.attempt_id == str(ATTEMPT)


@pytest.mark.parametrize("value", ["Ёлка и «ёлка»", "a+b c;d&e=f", "%41"])
def test_values_are_signed_decoded(value: str) -> None:
    assert LEGACY.parse_webhook(query(signed(comment=value)))
    assert LEGACY.parse_webhook(form(signed(comment=value)))


def test_the_new_gateways_numbers_and_nested_values_are_read() -> None:
    heard = NEW.parse_webhook(posted(CALLBACK | {"status": 1, "additionalParams": {"a": "b"}, "x": None}))
    assert heard is not None
    assert heard.status == "1"


@pytest.mark.parametrize("changes", [{"status": "0"}, {"checksum": ""}, {"checksum": "0" * 64}, {"more": "x"}])
@pytest.mark.parametrize("request_of", [query, form, posted])
def test_a_forged_callback_is_refused(changes: dict[str, str], request_of: Any) -> None:
    with pytest.raises(WebhookForgedError):
        LEGACY.parse_webhook(request_of(signed() | changes))


def test_registration_is_no_payments_status() -> None:
    assert LEGACY.parse_webhook(query(signed(operation="created"))) is None
    with pytest.raises(WebhookForgedError):
        LEGACY.parse_webhook(query(CALLBACK | {"operation": "created"}))


@pytest.mark.parametrize(
    "request_",
    [
        query({}),
        query(signed(mdOrder="../x")),
        WebhookRequest(b"", "GET", urlencode(signed()) + "&status=0", ""),
        WebhookRequest(b"", "GET", urlencode(signed()) + "&" + "&".join(f"p{n}=1" for n in range(200)), ""),
        WebhookRequest(urlencode(signed()).encode() + b"&x=%ff", "POST", "", "application/x-www-form-urlencoded"),
        posted([]),
        posted({"mdOrder": 1}),
    ],
)
def test_what_is_no_callback_is_malformed(request_: WebhookRequest) -> None:
    with pytest.raises(WebhookMalformedError):
        LEGACY.parse_webhook(request_)


@given(
    st.binary(max_size=200),
    st.sampled_from(["GET", "POST"]),
    st.text(max_size=100),
    st.sampled_from(["", "application/json", "application/x-www-form-urlencoded", "x"]),
)
def test_whatever_arrives_is_refused_in_a_declared_way(body: bytes, method: str, text: str, kind: str) -> None:
    with pytest.raises((WebhookForgedError, WebhookMalformedError)):
        LEGACY.parse_webhook(WebhookRequest(body, method, text, kind))


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*CALLBACK, "checksum", "sign_alias", "x"), TEXT)))
def test_whatever_is_unsigned_is_read_or_refused(parameters: dict[str, str]) -> None:
    for request in (posted(parameters), posted(CALLBACK | parameters)):
        try:
            heard = NEW.parse_webhook(request)
        except WebhookMalformedError:
            continue
        if heard:
            assert heard.object_id.isascii() and "/" not in heard.object_id and 0 < len(heard.object_id) <= 64


def test_a_public_key_that_is_none_is_the_operators_to_repair() -> None:
    shop = sberpay("https://unused.example", callback_public_key="-----BEGIN")
    with pytest.raises(SettingsError, match="public key"):
        shop.parse_webhook(posted(CALLBACK))


def status(order_status: int, **changes: Any) -> Order:
    values = {"orderNumber": ATTEMPT.hex, "orderStatus": order_status, "amount": 300, "currency": "643"}
    return Order.model_validate(values | changes)


def amounts(deposited: int = 300, refunded: int = 0) -> dict[str, Any]:
    return {"paymentAmountInfo": {"depositedAmount": deposited, "refundedAmount": refunded}}


@pytest.mark.parametrize(
    ("found", "means", "amount", "refunded"),
    [
        (status(0), "pending", 300, 0),
        (status(1), "held", 300, 0),
        (status(2, **amounts()), "succeeded", 300, 0),
        (status(2, **amounts(200)), "succeeded", 200, 0),
        (status(2, **amounts(200, 100)), "succeeded", 300, 100),
        (status(3), "failed", 300, 0),
        (status(3, **amounts(0)), "failed", 300, 0),
        (status(3, **amounts(300)), "succeeded", 300, 300),
        (status(3, depositedDate=1_764_172_834_000, **amounts(0)), "succeeded", 300, 300),
        (status(4, **amounts(0, 300)), "succeeded", 300, 300),
        (status(4, **amounts(200, 100)), "succeeded", 300, 100),
        (status(4), "succeeded", 300, 300),
        (status(5), "pending", 300, 0),
        (status(6, actionCode=-2007), "failed", 300, 0),
    ],
)
def test_a_status_in_our_words(found: Order, means: str, amount: int, refunded: int) -> None:
    payment = found.found("g1")
    assert (payment.status, payment.amount, payment.refunded, payment.currency) == (means, amount, refunded, "RUB")
    assert payment.attempt_id == str(ATTEMPT)


def test_reasons_are_kept() -> None:
    assert status(6, actionCode=-2007).found("g1").reason == "-2007"
    assert status(3).found("g1").reason == "reversed"


@pytest.mark.parametrize(("currency", "means"), [(643, "RUB"), ("810", "RUB"), ("840", "840")])
def test_currencies(currency: Any, means: str) -> None:
    assert status(2, currency=currency).found("g1").currency == means


@pytest.mark.parametrize(("way", "method"), [("SBP_C2B", "sbp"), ("CARD", "bank_card"), ("X", None), (None, None)])
def test_how_it_was_paid_is_told_where_it_is_known(way: str | None, method: str | None) -> None:
    assert status(2, paymentWay=way).found("g1").method == method


def test_nothing_is_concluded_from_a_status_that_is_new_to_us() -> None:
    with pytest.raises(GatewayUnreachableError, match="7"):
        status(7).found("g1")


@pytest.mark.parametrize("number", [None, "", "2003", "ю" * 32])
def test_an_order_of_somebody_else_has_no_attempt(number: str | None) -> None:
    assert status(2, orderNumber=number).found("g1").attempt_id is None


@pytest.mark.parametrize(
    "extra", [{"orderId": "g"}, {"mdOrder": "g"}, {"attributes": [{"name": "mdOrder", "value": "g"}]}]
)
def test_where_the_orders_id_is_told(extra: dict[str, Any]) -> None:
    assert status(0, **extra).id == "g"
    assert status(0).id is None


@pytest.mark.parametrize("told", [1_795_708_834_000, "1795708834000"])
def test_when_it_was_paid(told: Any) -> None:
    assert status(2, depositedDate=told).deposited_at == datetime(2026, 11, 26, 16, 0, 34, tzinfo=UTC)


@pytest.mark.parametrize("told", [None, "", "26.11.2026", "-5", 10**20])
def test_when_it_was_paid_may_stay_unknown(told: Any) -> None:
    assert status(2, depositedDate=told).deposited_at is None


@pytest.mark.parametrize("answer", [{}, {"errorCode": 0}, {"errorCode": "0"}, {"errorCode": None}])
def test_success_is_written_in_many_ways(answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    assert checked(Answer(200, body)) == body


@pytest.mark.parametrize(
    ("code", "body", "error"),
    [
        (200, {"errorCode": "1"}, GatewayRefusedError),
        (200, {"errorCode": 6}, GatewayRefusedError),
        (200, [], GatewayUnreachableError),
        (302, {}, GatewayUnreachableError),
        (403, {}, GatewayUnreachableError),
        (500, {}, RetryableError),
        (429, {}, RetryableError),
    ],
)
def test_what_an_answer_means(code: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        checked(Answer(code, json.dumps(body).encode()))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("found", "changes", "tried", "means"),
    [
        (status(2, **amounts()), {}, False, None),
        (status(2, **amounts()), {}, True, None),
        (status(4, **amounts(200, 100)), {}, True, "succeeded"),
        (status(4, **amounts(200, 100)), {}, False, NotYetError),
        (status(4, **amounts(200, 100)), {"refunded_before": 100}, True, None),
        (status(4, **amounts(200, 100)), {"refunded_before": 100}, False, None),
        (status(4, **amounts(100, 200)), {"refunded_before": 100}, True, "succeeded"),
        (status(3), {"amount": 300}, True, "succeeded"),
        (status(3), {}, True, RefundUncertainError),
        (status(0), {}, False, GatewayRefusedError),
        (status(1), {}, True, GatewayRefusedError),
    ],
)
def test_whether_a_refund_is_still_to_be_asked_for(
    found: Order, changes: dict[str, Any], tried: bool, means: Any
) -> None:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": "g1", "amount": 100, "paid": 300}
    order = RefundOrder(**(values | changes))
    if isinstance(means, type):
        with pytest.raises(means):
            outcome(order, found, tried)
        return
    done = outcome(order, found, tried)
    assert (done.status if done else None) == means
