"""The T-Kassa client against the sandbox that the one-machine system runs with."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from payment.attempts.domain import settle
from payment.gateways.fiscal_words import ReceiptItem
from payment.gateways.port import (
    ClosingReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
    Notification,
    WebhookRequest,
)
from payment.gateways.tkassa.client import TKassa
from payment.gateways.words import RefundOrder
from tests.support.payment.at_sandbox import AMOUNT, act, again, attempt, kept, paid, refund_of, set_knobs
from tests.support.payment.gateways import TKASSA_CREDENTIALS, receipt, transport
from tests.support.scripted_server import Script
from tests.support.waiting import eventually


@pytest.fixture
def terminal(sandbox: str) -> TKassa:
    return TKassa(transport(f"{sandbox}/tkassa"), TKASSA_CREDENTIALS)


@pytest.mark.parametrize("with_receipt", [False, True])
def test_what_the_payer_does_is_what_the_gateway_says(terminal: TKassa, with_receipt: bool) -> None:
    ours = attempt()
    created = terminal.create(ours.order, receipt=receipt(150_000, 50_000) if with_receipt else None)
    assert settle(ours, created).status == "pending"
    act(created.confirmation_url)
    assert settle(ours, terminal.fetch(created.id)).status == "succeeded"
    assert terminal.find(ours.order) == replace(terminal.fetch(created.id), method=None)


def test_notifications_are_genuine(terminal: TKassa, webhooks: Script) -> None:
    found = paid(terminal)
    heard = [notice for notice in _heard(terminal, webhooks, found.id) if notice]
    assert {notice.status for notice in heard} >= {"CONFIRMED"}
    assert {notice.attempt_id for notice in heard} == {found.attempt_id}


def _heard(terminal: TKassa, webhooks: Script, payment_id: str) -> list[Notification | None]:
    def told() -> list[Any] | None:
        bodies = [asked.body for asked in list(webhooks.asked) if str(asked.body.get("PaymentId")) == payment_id]
        return bodies if any(body["Status"] == "CONFIRMED" for body in bodies) else None

    return [terminal.parse_webhook(WebhookRequest(json.dumps(body).encode())) for body in eventually(told)]


def test_a_refusal_of_a_card_is_not_the_end(terminal: TKassa) -> None:
    created = terminal.create(attempt().order)
    act(created.confirmation_url, "decline")
    assert terminal.fetch(created.id).status == "pending"
    act(created.confirmation_url)
    assert terminal.fetch(created.id).status == "succeeded"


def test_money_is_held_and_taken_or_released(terminal: TKassa) -> None:
    held = [terminal.create(attempt().order, capture=False) for _ in range(2)]
    for payment in held:
        act(payment.confirmation_url)
        assert terminal.fetch(payment.id).status == "held"
    assert [terminal.capture(held[0].id, AMOUNT).status for _ in range(2)] == ["succeeded"] * 2
    assert [terminal.cancel(held[1].id).status for _ in range(2)] == ["failed"] * 2
    with pytest.raises(GatewayRefusedError, match="not_held"):
        terminal.cancel(held[0].id)


def test_an_unpaid_link_is_killed(terminal: TKassa) -> None:
    created = terminal.create(attempt().order)
    assert terminal.decline(created.id)
    assert terminal.fetch(created.id).status == "failed"
    assert not terminal.decline(paid(terminal).id)


def test_a_repeated_creation_makes_no_second_payment(terminal: TKassa) -> None:
    ours = attempt()
    first = terminal.create(ours.order)
    with pytest.raises(LinkLostError):
        terminal.create(ours.order)
    assert terminal.fetch(first.id).status == "failed"


def test_an_answer_lost_after_the_commit_leaves_nothing_payable(terminal: TKassa, sandbox: str) -> None:
    set_knobs(sandbox, {"error_after_commit": 1})
    ours = attempt()
    with pytest.raises(LinkLostError):
        terminal.create(ours.order)
    found = terminal.find(ours.order)
    assert found is not None
    assert found.status == "failed"


def test_sbp_brings_a_code(terminal: TKassa) -> None:
    created = terminal.create(attempt(method="sbp").order)
    assert created.sbp_payload is not None
    assert created.id in created.sbp_payload


def test_refunds_are_made_once_each(terminal: TKassa, sandbox: str) -> None:
    found = paid(terminal)
    first = refund_of(found, amount=50_000, method="bank_card")
    assert _settled(terminal, first) == "succeeded"
    assert terminal.refund(again(first)).status == "succeeded"
    rest = refund_of(found, amount=150_000, refunded_before=50_000, method="bank_card")
    set_knobs(sandbox, {"error_after_commit": 1})
    assert _settled(terminal, rest) == "succeeded"
    assert terminal.refund(again(rest)).status == "succeeded"
    now = terminal.fetch(found.id)
    assert (now.status, now.refunded) == ("succeeded", AMOUNT)
    assert sorted(refund["amount"] for refund in kept(sandbox, found.id)["refunds"]) == [50_000, 150_000]


def _settled(terminal: TKassa, refund: RefundOrder) -> str:
    done = [terminal.refund(refund)]

    def over() -> str | None:
        if done[-1].status == "pending":
            done.append(terminal.fetch_refund(refund))
        return None if done[-1].status == "pending" else done[-1].status

    return eventually(over)


def test_more_than_was_paid_is_refused(terminal: TKassa) -> None:
    with pytest.raises(GatewayRefusedError):
        terminal.refund(refund_of(paid(terminal), amount=AMOUNT + 1, paid=AMOUNT + 1))


def test_a_closing_receipt_is_taken(terminal: TKassa) -> None:
    found = paid(terminal)
    visit = receipt(1, items=(ReceiptItem("Аренда зала", AMOUNT, mode="full_payment"),))
    assert terminal.closing_receipt(ClosingReceipt(uuid4(), found.id, visit)).status == "pending"


def test_a_wrong_password_is_no_refusal_of_the_payment(sandbox: str) -> None:
    stranger = TKassa(transport(f"{sandbox}/tkassa"), '{"terminal_key": "CycloramaDEMO", "password": "wrong"}')
    with pytest.raises(GatewayUnreachableError, match="204"):
        stranger.create(attempt().order)
