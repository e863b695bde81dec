"""The SberPay client against the sandbox that the one-machine system runs with, in both dialects."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from payment.attempts.domain import settle
from payment.gateways.port import (
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    Notification,
    WebhookForgedError,
    WebhookRequest,
)
from payment.gateways.sberpay.client import SberPay
from payment.gateways.words import GatewayPayment
from tests.support.payment.at_sandbox import AMOUNT, act, again, attempt, kept, paid, refund_of, set_knobs
from tests.support.payment.gateways import SBER_CREDENTIALS, receipt, transport
from tests.support.scripted_server import Asked, Script
from tests.support.system.sandbox import HTTP
from tests.support.waiting import eventually

KEY = "cyclorama-callback"
PATHS = {"new": "/sber/ecomm/gw/partner/api/v1", "legacy": "/sber/payment/rest"}


def client(sandbox: str, dialect: Any, **options: Any) -> SberPay:
    credentials = options.pop("credentials", SBER_CREDENTIALS)
    return SberPay(transport(sandbox + PATHS[dialect]), credentials, dialect, **options)


@pytest.fixture(params=PATHS)
def shop(sandbox: str, request: pytest.FixtureRequest) -> SberPay:
    return client(sandbox, request.param)


@pytest.mark.parametrize(("action", "status"), [("pay", "succeeded"), ("decline", "failed")])
def test_what_the_payer_does_is_what_the_gateway_says(shop: SberPay, action: str, status: str) -> None:
    ours = attempt()
    created = shop.create(ours.order, receipt=receipt(150_000, 50_000))
    assert settle(ours, created).status == "pending"
    act(created.confirmation_url, action)
    assert settle(ours, shop.fetch(created.id)).status == status
    assert shop.find(ours.order) == shop.fetch(created.id)


def test_money_is_held_and_taken_or_released(shop: SberPay) -> None:
    held = [shop.create(attempt().order, capture=False) for _ in range(2)]
    for payment in held:
        act(payment.confirmation_url)
        assert shop.fetch(payment.id).status == "held"
    assert [shop.capture(held[0].id, AMOUNT).status for _ in range(2)] == ["succeeded"] * 2
    assert [shop.cancel(held[1].id).status for _ in range(2)] == ["failed"] * 2
    with pytest.raises(GatewayRefusedError, match="not_held"):
        shop.cancel(held[0].id)


def test_an_unpaid_link_is_killed(shop: SberPay) -> None:
    assert shop.decline(shop.create(attempt().order).id)
    assert not shop.decline(paid(shop).id)


@pytest.mark.parametrize("fault", [None, "error_after_commit"])
def test_a_repeated_creation_leaves_nothing_payable(shop: SberPay, sandbox: str, fault: str | None) -> None:
    ours = attempt()
    if fault:
        set_knobs(sandbox, {fault: 1})
    else:
        shop.create(ours.order)
    with pytest.raises(LinkLostError):
        shop.create(ours.order)
    found = shop.find(ours.order)
    assert found is not None
    assert found.status == "failed"


def test_what_was_paid_today_goes_back_whole(shop: SberPay, sandbox: str) -> None:
    found = paid(shop)
    wanted = refund_of(found)
    set_knobs(sandbox, {"error_after_commit": 1})
    assert shop.refund(wanted).status == "succeeded"
    assert shop.refund(again(wanted)).status == "succeeded"
    assert _operations(sandbox, found) == (AMOUNT, [])


def test_parts_go_back_once_each(shop: SberPay, sandbox: str) -> None:
    found = paid(shop)
    first = refund_of(found, amount=50_000)
    set_knobs(sandbox, {"error_after_commit": 1})
    assert shop.refund(first).status == "succeeded"
    assert shop.refund(again(first)).status == "succeeded"
    assert shop.refund(refund_of(found, amount=150_000, refunded_before=50_000)).status == "succeeded"
    now = shop.fetch(found.id)
    assert (now.status, now.refunded) == ("succeeded", AMOUNT)
    assert _operations(sandbox, found) == (0, [50_000, 150_000])


def _operations(sandbox: str, found: GatewayPayment) -> tuple[int, list[int]]:
    document = kept(sandbox, found.id)
    return document.get("reversed") or 0, sorted(refund["amount"] for refund in document["refunds"])


def test_sbp_brings_a_code_and_is_refunded_not_reversed(shop: SberPay, sandbox: str) -> None:
    created = shop.create(attempt(method="sbp").order)
    assert created.sbp_payload is not None
    act(created.confirmation_url)
    found = shop.fetch(created.id)
    assert found.method == "sbp"
    assert shop.refund(refund_of(found)).status == "succeeded"
    assert _operations(sandbox, found) == (0, [AMOUNT])


def test_more_than_was_paid_is_refused(shop: SberPay) -> None:
    with pytest.raises(GatewayRefusedError):
        shop.refund(refund_of(paid(shop), amount=AMOUNT + 1, paid=AMOUNT * 2))


@pytest.mark.parametrize("posted", [False, True])
@pytest.mark.parametrize("asymmetric", [False, True])
def test_legacy_callbacks_are_genuine(sandbox: str, webhooks: Script, posted: bool, asymmetric: bool) -> None:
    pem = HTTP.request("GET", f"{sandbox}/sber/callback-key.pem").data.decode()
    shop = client(sandbox, "legacy", callback_key=KEY, callback_public_key=pem if asymmetric else "")
    knobs = {"sber_post_callback": -1 if posted else 0, "sber_rsa_checksum": -1 if asymmetric else 0}
    set_knobs(sandbox, knobs)
    try:
        found = paid(shop)
        request = _callback(webhooks, found.id)
        heard = shop.parse_webhook(request)
    finally:
        set_knobs(sandbox, {})

    assert isinstance(heard, Notification)
    assert request.method == ("POST" if posted else "GET")
    assert (heard.event, heard.status, heard.attempt_id) == ("deposited", "1", found.attempt_id)
    with pytest.raises(WebhookForgedError):
        client(sandbox, "legacy", callback_key="another").parse_webhook(request)


def test_callbacks_of_the_new_gateway_are_read(sandbox: str, webhooks: Script) -> None:
    shop = client(sandbox, "new")
    found = paid(shop)
    heard = shop.parse_webhook(_callback(webhooks, found.id))
    assert heard is not None
    assert (heard.event, heard.gateway_payment_id, heard.attempt_id) == ("deposited", found.id, found.attempt_id)


def _callback(webhooks: Script, payment_id: str) -> WebhookRequest:
    def of_payment(asked: Asked) -> bool:
        return payment_id in asked.path or bool(asked.body and asked.body.get("mdOrder") == payment_id)

    return _as_request(eventually(lambda: next(filter(of_payment, list(webhooks.asked)), None)))


def _as_request(asked: Asked) -> WebhookRequest:
    kind = asked.headers.get("content-type", "")
    body = json.dumps(asked.body) if "json" in kind else urlencode(asked.body or {})
    return WebhookRequest(body.encode(), asked.method, asked.path.partition("?")[2], kind)


@pytest.mark.parametrize("credentials", ['{"token": "wrong"}', '{"user_name": "cyclorama-api", "password": "wrong"}'])
def test_wrong_credentials_are_no_refusal_of_what_exists(sandbox: str, credentials: str) -> None:
    found = client(sandbox, "legacy").create(attempt().order)
    with pytest.raises(GatewayUnreachableError):
        client(sandbox, "legacy", credentials=credentials).fetch(found.id)
