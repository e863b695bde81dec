"""The YooKassa client against the sandbox that the one-machine system runs with."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from core.clock import SystemClock
from payment.domain import settle
from payment.domain_gateway import RefundOrder
from payment.providers.base import GatewayRefusedError, GatewayUnreachableError, WebhookRequest
from payment.providers.yookassa import YooKassa
from shared_schemas.common import Money
from tests.support.booking import NOW
from tests.support.database import free_port
from tests.support.payment import creating
from tests.support.payment_gateways import yookassa
from tests.support.scripted_server import Script, scripted_server

HTTP = urllib3.PoolManager(timeout=5, retries=False)
START_SECONDS = 20


@pytest.fixture(scope="module")
def webhooks() -> Iterator[Script]:
    with scripted_server() as script:
        script.answers = [(200, {})] * 1000
        yield script


@pytest.fixture(scope="module")
def sandbox(webhooks: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    options = {"--port": str(port), "--state": str(tmp_path_factory.mktemp("sandbox")), "--webhook-url": webhooks.url}
    arguments = [word for option in options.items() for word in option]
    process = subprocess.Popen([sys.executable, "-m", "infra.local.sandbox", *arguments], cwd=Path(__file__).parents[3])
    try:
        _await_health(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _await_health(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if HTTP.request("GET", f"{url}/health").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    pytest.fail("the sandbox does not start")


@pytest.fixture
def shop(sandbox: str) -> YooKassa:
    return yookassa(f"{sandbox}/yookassa/v3")


def act(url: str | None, action: str) -> None:
    answer = HTTP.request("POST", str(url), fields={"action": action}, encode_multipart=False, redirect=False)
    assert answer.status == 303


def test_a_repeated_creation_is_one_payment(shop: YooKassa) -> None:
    attempt = creating()
    first, second = shop.create(attempt), shop.create(attempt)
    assert first == second
    assert settle(attempt, first).status == "pending"


@pytest.mark.parametrize(("action", "status"), [("pay", "succeeded"), ("decline", "failed")])
def test_what_the_payer_does_is_what_the_gateway_says(
    shop: YooKassa, webhooks: Script, action: str, status: str
) -> None:
    attempt = creating(amount=Money(amount=123_456), created_at=NOW)
    created = shop.create(attempt)
    act(created.confirmation_url, action)

    found = shop.fetch(created.id)
    heard = shop.parse_webhook(WebhookRequest(json.dumps(_webhook(webhooks, created.id)).encode()))

    assert settle(attempt, found).status == status
    assert heard
    assert (heard.gateway_payment_id, heard.attempt_id) == (created.id, str(attempt.id))


def _webhook(webhooks: Script, gateway_payment_id: str) -> Any:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for asked in list(webhooks.asked):
            if asked.body["object"]["id"] == gateway_payment_id:
                assert asked.path == "/yookassa"
                return asked.body
        time.sleep(0.05)
    pytest.fail("no webhook came")


def test_an_unknown_payment_is_refused(shop: YooKassa) -> None:
    with pytest.raises(GatewayRefusedError, match="not_found"):
        shop.fetch(str(uuid4()))


def test_a_changed_body_under_the_same_key_is_refused(shop: YooKassa) -> None:
    attempt = creating()
    shop.create(attempt)
    with pytest.raises(GatewayRefusedError, match="Idempotence-Key"):
        shop.create(creating(id=attempt.id, amount=Money(amount=1_00)))


def test_wrong_credentials_are_no_refusal_of_the_payment(sandbox: str) -> None:
    wrong = json.dumps({"shop_id": "100500", "secret_key": "test_wrong"})
    stranger = yookassa(f"{sandbox}/yookassa/v3", credentials=wrong)
    with pytest.raises(GatewayUnreachableError, match="invalid_credentials"):
        stranger.create(creating())


def test_a_hold_is_taken_or_released(shop: YooKassa) -> None:
    held = [shop.create(creating(method="bank_card"), capture=False) for _ in range(2)]
    for payment in held:
        act(payment.confirmation_url, "pay")
        assert shop.fetch(payment.id).status == "held"
    assert [shop.capture(held[0].id, held[0].amount).status for _ in range(2)] == ["succeeded"] * 2
    assert [shop.cancel(held[1].id).status for _ in range(2)] == ["failed"] * 2


def test_refunds_are_made_once_each(shop: YooKassa) -> None:
    created = shop.create(creating(amount=Money(amount=200_000)))
    act(created.confirmation_url, "pay")
    order = RefundOrder(uuid4(), created.id, amount=50_000, paid=200_000)

    first, second = shop.refund(order), shop.refund(replace(order, tried=True))

    assert first.id == second.id
    deadline = time.monotonic() + START_SECONDS
    while shop.fetch_refund(order).status == "pending" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert shop.fetch_refund(replace(order, gateway_refund_id=first.id)).status == "succeeded"
    assert shop.fetch(created.id).refunded == 50_000
    with pytest.raises(GatewayRefusedError):
        shop.refund(RefundOrder(uuid4(), created.id, amount=150_001, paid=200_000))


def test_a_payment_is_in_the_list_and_found_there(shop: YooKassa) -> None:
    now = SystemClock().now()
    ours = creating(created_at=now)
    created = shop.create(ours)
    assert created.id in {
        found.id for found in shop.list_payments(now - timedelta(minutes=1), now + timedelta(hours=1))
    }
    assert shop.find(ours) == shop.fetch(created.id)
