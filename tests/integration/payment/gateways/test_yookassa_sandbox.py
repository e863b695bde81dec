"""The YooKassa client against the sandbox that the one-machine system runs with."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.clock import SystemClock
from payment.attempts.domain import settle
from payment.gateways.port import GatewayRefusedError, GatewayUnreachableError, WebhookRequest
from payment.gateways.words import RefundOrder
from payment.gateways.yookassa.client import YooKassa
from shared_schemas.common import Money
from tests.support.booking.made import NOW
from tests.support.payment.at_sandbox import act
from tests.support.payment.cashier import creating
from tests.support.payment.gateways import yookassa
from tests.support.scripted_server import Asked, Script
from tests.support.waiting import eventually


@pytest.fixture
def shop(sandbox: str) -> YooKassa:
    return yookassa(f"{sandbox}/yookassa/v3")


def test_a_repeated_creation_is_one_payment(shop: YooKassa) -> None:
    attempt = creating()
    first, second = shop.create(attempt.order), shop.create(attempt.order)
    assert first == second
    assert settle(attempt, first).status == "pending"


@pytest.mark.parametrize(("action", "status"), [("pay", "succeeded"), ("decline", "failed")])
def test_what_the_payer_does_is_what_the_gateway_says(
    shop: YooKassa, webhooks: Script, action: str, status: str
) -> None:
    attempt = creating(amount=Money(amount=123_456), created_at=NOW)
    created = shop.create(attempt.order)
    act(created.confirmation_url, action)

    found = shop.fetch(created.id)
    heard = shop.parse_webhook(WebhookRequest(json.dumps(_webhook(webhooks, created.id)).encode()))

    assert settle(attempt, found).status == status
    assert heard
    assert (heard.gateway_payment_id, heard.attempt_id) == (created.id, str(attempt.id))


def _webhook(webhooks: Script, gateway_payment_id: str) -> Any:
    def of_payment(asked: Asked) -> bool:
        return bool(asked.body["object"]["id"] == gateway_payment_id)

    asked = eventually(lambda: next(filter(of_payment, list(webhooks.asked)), None))
    assert asked.path == "/yookassa"
    return asked.body


def test_an_unknown_payment_is_refused(shop: YooKassa) -> None:
    with pytest.raises(GatewayRefusedError, match="not_found"):
        shop.fetch(str(uuid4()))


def test_a_changed_body_under_the_same_key_is_refused(shop: YooKassa) -> None:
    attempt = creating()
    shop.create(attempt.order)
    with pytest.raises(GatewayRefusedError, match="Idempotence-Key"):
        shop.create(creating(id=attempt.id, amount=Money(amount=1_00)).order)


def test_wrong_credentials_are_no_refusal_of_the_payment(sandbox: str) -> None:
    wrong = json.dumps({"shop_id": "100500", "secret_key": "test_wrong"})
    stranger = yookassa(f"{sandbox}/yookassa/v3", credentials=wrong)
    with pytest.raises(GatewayUnreachableError, match="invalid_credentials"):
        stranger.create(creating().order)


def test_a_hold_is_taken_or_released(shop: YooKassa) -> None:
    held = [shop.create(creating(method="bank_card").order, capture=False) for _ in range(2)]
    for payment in held:
        act(payment.confirmation_url)
        assert shop.fetch(payment.id).status == "held"
    assert [shop.capture(held[0].id, held[0].amount).status for _ in range(2)] == ["succeeded"] * 2
    assert [shop.cancel(held[1].id).status for _ in range(2)] == ["failed"] * 2


def test_refunds_are_made_once_each(shop: YooKassa) -> None:
    created = shop.create(creating(amount=Money(amount=200_000)).order)
    act(created.confirmation_url)
    order = RefundOrder(uuid4(), created.id, amount=50_000, paid=200_000)

    first, second = shop.refund(order), shop.refund(replace(order, tried=True))

    assert first.id == second.id
    eventually(lambda: shop.fetch_refund(order).status != "pending")
    assert shop.fetch_refund(replace(order, gateway_refund_id=first.id)).status == "succeeded"
    assert shop.fetch(created.id).refunded == 50_000
    with pytest.raises(GatewayRefusedError):
        shop.refund(RefundOrder(uuid4(), created.id, amount=150_001, paid=200_000))


def test_a_payment_is_in_the_list_and_found_there(shop: YooKassa) -> None:
    now = SystemClock().now()
    ours = creating(created_at=now)
    created = shop.create(ours.order)
    assert created.id in {
        found.id for found in shop.list_payments(now - timedelta(minutes=1), now + timedelta(hours=1))
    }
    assert shop.find(ours.order) == shop.fetch(created.id)
