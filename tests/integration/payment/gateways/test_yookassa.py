"""The YooKassa client over a real socket."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from payment.gateways.port import GatewayFaultError, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.yookassa.client import YooKassa
from shared_schemas.common import Money
from tests.support.database import free_port
from tests.support.payment.cashier import RETURN_URL, creating
from tests.support.payment.gateways import yookassa
from tests.support.scripted_server import Script, scripted_server

ATTEMPT = creating(amount=Money(amount=100_050))


def payment(**changes: Any) -> dict[str, Any]:
    values = {
        "id": "23d93cac-000f-5000-8000-126628f15141",
        "status": "pending",
        "paid": False,
        "amount": {"value": "1000.50", "currency": "RUB"},
        "confirmation": {"type": "redirect", "confirmation_url": "https://yoomoney.example/checkout?orderId=23d93cac"},
        "created_at": "2026-11-26T15:58:02.129Z",
        "metadata": {"attempt_id": str(ATTEMPT.id)},
        "recipient": {"account_id": "100500", "gateway_id": "100700"},
        "test": True,
    }
    return values | changes


def fault(code: str, **extra: Any) -> dict[str, Any]:
    return {"type": "error", "id": "e1", "code": code, "description": "…", **extra}


@pytest.fixture
def server() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def shop(server: Script, waits: list[float]) -> YooKassa:
    return yookassa(server.url, waits)


def test_a_payment_is_created_as_the_api_wants_it(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, payment())]

    created = shop.create(creating(id=ATTEMPT.id, amount=ATTEMPT.amount, method="tpay").order)

    assert (created.status, created.amount, created.currency) == ("pending", 100_050, "RUB")
    assert created.attempt_id == str(ATTEMPT.id)
    assert created.confirmation_url == "https://yoomoney.example/checkout?orderId=23d93cac"
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/payments")
    assert asked.headers["idempotence-key"] == str(ATTEMPT.id)
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"100500:test_cyclorama"
    assert asked.body == {
        "amount": {"value": "1000.50", "currency": "RUB"},
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": RETURN_URL},
        "description": "Бронирование 7K3Q9D2M, оплатить до 01.12 09:15 МСК",
        "metadata": {"attempt_id": str(ATTEMPT.id)},
        "payment_method_data": {"type": "tinkoff_bank"},
    }


def test_without_a_method_the_payer_chooses(server: Script, shop: YooKassa) -> None:
    server.answers = [(200, payment())]
    shop.create(ATTEMPT.order)
    assert "payment_method_data" not in server.asked[0].body


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("pending", "pending"),
        ("waiting_for_capture", "held"),
        ("succeeded", "succeeded"),
        ("canceled", "failed"),
    ],
)
def test_a_payment_is_fetched(server: Script, shop: YooKassa, status: str, means: str) -> None:
    reason = {"party": "yoo_money", "reason": "insufficient_funds"}
    server.answers = [(200, payment(status=status, cancellation_details=reason))]

    found = shop.fetch("23d93cac")

    assert (found.status, found.reason) == (means, "insufficient_funds")
    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/payments/23d93cac")


@pytest.mark.parametrize(
    "trouble",
    [
        (500, fault("internal_server_error")),
        (502, b"<html>bad gateway</html>"),
        (202, {"type": "processing", "retry_after": 100}),
        (429, fault("too_many_requests", retry_after=1500)),
        None,
    ],
)
def test_an_uncertain_answer_is_asked_for_again_under_the_same_key(
    server: Script, shop: YooKassa, waits: list[float], trouble: tuple[int, Any] | None
) -> None:
    server.answers = [trouble, trouble, (200, payment())]

    assert shop.create(ATTEMPT.order).status == "pending"

    assert {asked.headers["idempotence-key"] for asked in server.asked} == {str(ATTEMPT.id)}
    assert len({json.dumps(asked.body) for asked in server.asked}) == 1
    assert len(waits) == 2


def test_the_gateway_says_how_long_to_wait(server: Script, shop: YooKassa, waits: list[float]) -> None:
    server.answers = [(202, {"type": "processing", "retry_after": 1800}), (200, payment())]
    shop.create(ATTEMPT.order)
    assert waits == [1.8]


def test_a_wait_longer_than_the_caller_has_is_not_begun(server: Script, shop: YooKassa, waits: list[float]) -> None:
    server.answers = [(429, fault("too_many_requests", retry_after=60_000))]
    with pytest.raises(GatewayUnreachableError):
        shop.create(ATTEMPT.order)
    assert waits == []


def test_tries_are_counted(server: Script, shop: YooKassa) -> None:
    server.answers = [(500, fault("internal_server_error"))] * 5
    with pytest.raises(GatewayUnreachableError, match="500 internal_server_error"):
        shop.create(ATTEMPT.order)
    assert len(server.asked) == 3


def test_a_server_that_is_not_there_is_unreachable(waits: list[float]) -> None:
    nobody = yookassa(f"http://127.0.0.1:{free_port()}", waits)
    with pytest.raises(GatewayUnreachableError):
        nobody.fetch("23d93cac")


@pytest.mark.parametrize(("status", "code"), [(400, "invalid_request"), (404, "not_found"), (410, "gone")])
def test_a_refusal_is_final_and_keeps_the_gateways_code(server: Script, shop: YooKassa, status: int, code: str) -> None:
    server.answers = [(status, fault(code, parameter="amount.value"))]
    with pytest.raises(GatewayRefusedError) as caught:
        shop.create(ATTEMPT.order)
    assert (caught.value.code, caught.value.detail.split(";")[0]) == (code, "amount.value")
    assert len(server.asked) == 1


@pytest.mark.parametrize("parameter", ["receipt", "receipt.items[0].vat_code", "receipt.customer.email"])
def test_a_receipt_that_is_refused_is_the_shops_to_repair_and_keeps_its_words(
    server: Script, shop: YooKassa, parameter: str
) -> None:
    server.answers = [(400, fault("invalid_request", parameter=parameter, description="Receipt is missing or illegal"))]
    with pytest.raises(GatewayFaultError, match="Receipt is missing or illegal") as caught:
        shop.create(ATTEMPT.order)
    assert parameter in caught.value.words
    assert not caught.value.general


@pytest.mark.parametrize("answer", [(404, b"<html>not found</html>"), (302, b""), (400, {"message": "who are you"})])
def test_only_the_gateways_own_word_is_final(server: Script, shop: YooKassa, answer: tuple[int, Any]) -> None:
    server.answers = [answer]
    with pytest.raises(GatewayUnreachableError):
        shop.create(ATTEMPT.order)


@pytest.mark.parametrize(("status", "code"), [(401, "invalid_credentials"), (403, "forbidden")])
def test_wrong_credentials_are_the_operators_to_repair_and_stay_secret(
    server: Script, shop: YooKassa, caplog: pytest.LogCaptureFixture, status: int, code: str
) -> None:
    server.answers = [(status, fault(code))]
    with pytest.raises(GatewayFaultError) as caught:
        shop.create(ATTEMPT.order)
    told = str(caught.value) + "".join(str(vars(record)) for record in caplog.records)
    assert (caught.value.code, caught.value.general) == (code, True)
    assert "test_cyclorama" not in told
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not json",
        [],
        payment(status="settled"),
        payment(amount={"value": "1000.5", "currency": "RUB"}),
        payment(id="../refunds"),
        {key: value for key, value in payment().items() if key != "amount"},
    ],
)
def test_an_answer_that_makes_no_sense_is_no_answer(server: Script, shop: YooKassa, answer: Any) -> None:
    server.answers = [(200, answer)]
    with pytest.raises(GatewayUnreachableError, match="unusable"):
        shop.fetch("23d93cac")
