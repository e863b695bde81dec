"""The T-Kassa client against the sandbox that the one-machine system runs with."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from core.clock import SystemClock
from payment.domain import Attempt, settle
from payment.domain_gateway import GatewayPayment, RefundOrder
from payment.domain_receipts import ReceiptItem
from payment.providers.base import (
    ClosingReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    Notification,
    WebhookRequest,
)
from payment.providers.tkassa import TKassa
from shared_schemas.common import Money
from tests.support.payment import creating
from tests.support.payment_gateways import TKASSA_CREDENTIALS, receipt, transport
from tests.support.sandbox import HTTP, START_SECONDS, running_sandbox
from tests.support.scripted_server import Script, scripted_server

AMOUNT = 200_000


@pytest.fixture(scope="module")
def webhooks() -> Iterator[Script]:
    with scripted_server() as script:
        script.answers = [(200, b"OK")] * 1000
        yield script


@pytest.fixture(scope="module")
def sandbox(webhooks: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), webhooks.url) as url:
        yield url


@pytest.fixture
def terminal(sandbox: str) -> TKassa:
    return TKassa(transport(f"{sandbox}/tkassa"), TKASSA_CREDENTIALS)


def attempt(**changes: Any) -> Attempt:
    now = SystemClock().now()
    values = {"provider": "tkassa", "created_at": now, "expires_at": now + timedelta(minutes=15)}
    return creating(**(values | {"amount": Money(amount=AMOUNT)} | changes))


def act(found: GatewayPayment, action: str) -> None:
    answer = HTTP.request(
        "POST", str(found.confirmation_url), fields={"action": action}, encode_multipart=False, redirect=False
    )
    assert answer.status == 303


def paid(terminal: TKassa, **changes: Any) -> GatewayPayment:
    created = terminal.create(attempt(**changes))
    act(created, "pay")
    return terminal.fetch(created.id)


def break_next(sandbox: str, knob: str) -> None:
    HTTP.request("PUT", f"{sandbox}/_sandbox/knobs", json={knob: 1})


def order(of: GatewayPayment, **changes: Any) -> RefundOrder:
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": of.id, "amount": AMOUNT, "paid": AMOUNT}
    return RefundOrder(**(values | changes))


@pytest.mark.parametrize("with_receipt", [False, True])
def test_what_the_payer_does_is_what_the_gateway_says(terminal: TKassa, with_receipt: bool) -> None:
    ours = attempt()
    created = terminal.create(ours, receipt=receipt(150_000, 50_000) if with_receipt else None)
    assert settle(ours, created).status == "pending"
    act(created, "pay")
    assert settle(ours, terminal.fetch(created.id)).status == "succeeded"
    assert terminal.find(ours) == replace(terminal.fetch(created.id), method=None)


def test_notifications_are_genuine(terminal: TKassa, webhooks: Script) -> None:
    found = paid(terminal)
    heard = [notice for notice in _heard(terminal, webhooks, found.id) if notice]
    assert {notice.status for notice in heard} >= {"CONFIRMED"}
    assert {notice.attempt_id for notice in heard} == {found.attempt_id}


def _heard(terminal: TKassa, webhooks: Script, payment_id: str) -> list[Notification | None]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        bodies = [asked.body for asked in list(webhooks.asked) if str(asked.body.get("PaymentId")) == payment_id]
        if any(body["Status"] == "CONFIRMED" for body in bodies):
            return [terminal.parse_webhook(WebhookRequest(json.dumps(body).encode())) for body in bodies]
        time.sleep(0.05)
    pytest.fail("no notification came")


def test_a_refusal_of_a_card_is_not_the_end(terminal: TKassa) -> None:
    created = terminal.create(attempt())
    act(created, "decline")
    assert terminal.fetch(created.id).status == "pending"
    act(created, "pay")
    assert terminal.fetch(created.id).status == "succeeded"


def test_money_is_held_and_taken_or_released(terminal: TKassa) -> None:
    held = [terminal.create(attempt(), capture=False) for _ in range(2)]
    for payment in held:
        act(payment, "pay")
        assert terminal.fetch(payment.id).status == "held"
    assert [terminal.capture(held[0].id, AMOUNT).status for _ in range(2)] == ["succeeded"] * 2
    assert [terminal.cancel(held[1].id).status for _ in range(2)] == ["failed"] * 2
    with pytest.raises(GatewayRefusedError, match="not_held"):
        terminal.cancel(held[0].id)


def test_an_unpaid_link_is_killed(terminal: TKassa) -> None:
    created = terminal.create(attempt())
    assert terminal.decline(created.id)
    assert terminal.fetch(created.id).status == "failed"
    assert not terminal.decline(paid(terminal).id)


def test_a_repeated_creation_makes_no_second_payment(terminal: TKassa) -> None:
    ours = attempt()
    first = terminal.create(ours)
    with pytest.raises(LinkLostError):
        terminal.create(ours)
    assert terminal.fetch(first.id).status == "failed"


def test_an_answer_lost_after_the_commit_leaves_nothing_payable(terminal: TKassa, sandbox: str) -> None:
    break_next(sandbox, "error_after_commit")
    ours = attempt()
    with pytest.raises(LinkLostError):
        terminal.create(ours)
    found = terminal.find(ours)
    assert found is not None
    assert found.status == "failed"


def test_sbp_brings_a_code(terminal: TKassa) -> None:
    created = terminal.create(attempt(method="sbp"))
    assert created.sbp_payload is not None
    assert created.id in created.sbp_payload


def test_refunds_are_made_once_each(terminal: TKassa, sandbox: str) -> None:
    found = paid(terminal)
    first = order(found, amount=50_000, method="bank_card")
    assert _settled(terminal, first) == "succeeded"
    assert terminal.refund(_again(first)).status == "succeeded"
    rest = order(found, amount=150_000, refunded_before=50_000, method="bank_card")
    break_next(sandbox, "error_after_commit")
    assert _settled(terminal, rest) == "succeeded"
    assert terminal.refund(_again(rest)).status == "succeeded"
    now = terminal.fetch(found.id)
    assert (now.status, now.refunded) == ("succeeded", AMOUNT)
    document = HTTP.request("GET", f"{sandbox}/_sandbox/payments/{found.id}").json()
    assert sorted(refund["amount"] for refund in document["refunds"]) == [50_000, 150_000]


def _again(tried: RefundOrder) -> RefundOrder:
    return RefundOrder(**(vars(tried) | {"tried": True}))


def _settled(terminal: TKassa, refund: RefundOrder) -> str:
    done = terminal.refund(refund)
    deadline = time.monotonic() + START_SECONDS
    while done.status == "pending" and time.monotonic() < deadline:
        time.sleep(0.1)
        done = terminal.fetch_refund(refund)
    return done.status


def test_more_than_was_paid_is_refused(terminal: TKassa) -> None:
    with pytest.raises(GatewayRefusedError):
        terminal.refund(order(paid(terminal), amount=AMOUNT + 1, paid=AMOUNT + 1))


def test_a_closing_receipt_is_taken(terminal: TKassa) -> None:
    found = paid(terminal)
    visit = receipt(1, items=(ReceiptItem("Аренда зала", AMOUNT, mode="full_payment"),))
    assert terminal.closing_receipt(ClosingReceipt(uuid4(), found.id, visit)).status == "pending"


def test_a_wrong_password_is_no_refusal_of_the_payment(sandbox: str) -> None:
    stranger = TKassa(transport(f"{sandbox}/tkassa"), '{"terminal_key": "CycloramaDEMO", "password": "wrong"}')
    with pytest.raises(GatewayUnreachableError, match="204"):
        stranger.create(attempt())
