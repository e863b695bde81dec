"""Payments by SBP that go back part by part, through T-Kassa's client: each part once, all in the books."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from core.clock import SystemClock
from payment.gateways.port import WebhookRequest
from payment.gateways.tkassa.client import TKassa
from shared_schemas.payment.payments import Payment
from tests.support.payment.at_sandbox import act, kept, set_knobs
from tests.support.payment.gateways import TKASSA_CREDENTIALS, transport
from tests.support.payment.receipts import Bookkeeper
from tests.support.payment.refunds import Treasury
from tests.support.scripted_server import Script
from tests.support.waiting import eventually

PARTS = (50_000, 50_000, 30_000, 70_000)


@pytest.fixture(scope="module", autouse=True)
def takes_its_time(sandbox: str) -> None:
    set_knobs(sandbox, {"refund_delay_ms": 100})


def paid_by_sbp(studio: Treasury) -> Payment:
    studio.clock.go_to(SystemClock().now())
    payment = studio.pay()
    act(payment.confirmation_url, method="sbp")
    studio.clock.advance(minutes=1)
    studio.poll()
    assert studio.status(payment) == "succeeded"
    return payment


class Post:
    """Brings what T-Kassa tells of a payment, each notification once: it is acknowledged, and not repeated."""

    def __init__(self, studio: Treasury, webhooks: Script, payment: Payment) -> None:
        self._studio = studio
        self._webhooks = webhooks
        self._payment_id = studio.gateway_id(payment)
        self._brought = 0

    def bring(self) -> None:
        told = self._told()
        for body in told[self._brought :]:
            self._studio.notifications.receive("yookassa", WebhookRequest(json.dumps(body).encode()))
        self._brought = len(told)

    def lies_here(self, status: str) -> bool:
        """Whether one has come that tells of this."""
        return status in {told["Status"] for told in self._told()}

    def _told(self) -> list[dict[str, Any]]:
        told = [asked.body for asked in list(self._webhooks.asked) if isinstance(asked.body, dict)]
        return [body for body in told if str(body.get("PaymentId")) == self._payment_id]


def decided(sandbox: str, payment_id: str) -> bool:
    """Whether the gateway knows of each refund what became of it."""
    return "pending" not in {each["status"] for each in kept(sandbox, payment_id)["refunds"]}


def statuses(studio: Treasury, payment: Payment) -> list[str]:
    return [row.status for row in studio.of(payment)]


@pytest.mark.parametrize("kind", [Treasury, Bookkeeper])
def test_every_part_goes_back_and_is_entered(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script, kind: type[Treasury]
) -> None:
    studio = kind(engine, TKassa(transport(f"{sandbox}/tkassa"), TKASSA_CREDENTIALS))  # type: ignore[arg-type]
    payment = paid_by_sbp(studio)
    post = Post(studio, webhooks, payment)
    for number, part in enumerate(PARTS, 1):
        studio.refund(payment, part)

        def gone(number: int = number) -> bool:
            post.bring()
            studio.clock.advance(minutes=2)
            studio.poll_refunds()
            return statuses(studio, payment) == ["succeeded"] * number

        eventually(gone)
    assert (studio.balance(payment), studio.differences(), studio.told("service.error")) == (0, [], [])


def test_a_part_that_was_told_by_nobody_waits_for_a_human(
    engine: Engine, emptied: None, sandbox: str, webhooks: Script
) -> None:
    studio = Treasury(engine, TKassa(transport(f"{sandbox}/tkassa"), TKASSA_CREDENTIALS))  # type: ignore[arg-type]
    payment = paid_by_sbp(studio)
    post = Post(studio, webhooks, payment)
    studio.refund(payment, 50_000)

    def gone() -> bool:
        studio.clock.advance(minutes=2)
        studio.poll_refunds()
        return statuses(studio, payment) == ["succeeded"]

    eventually(gone)
    set_knobs(sandbox, {"refund_canceled": 1}, studio.gateway_id(payment))
    refund = studio.refund(payment, 50_000)
    assert refund.status == "pending"
    # The word on the first part, of the same sum, comes late: it must not speak for the second.
    eventually(lambda: post.lies_here("PARTIAL_REFUNDED"))
    post.bring()
    # Until then the gateway says that it is on its way, which is no reason for anybody to look.
    eventually(lambda: decided(sandbox, studio.gateway_id(payment)))
    for _ in range(5):
        studio.clock.advance(minutes=40)
        studio.poll_refunds()
    [_, second] = studio.of(payment)
    # It did not go back, and nothing here claims that it did.
    assert (second.status, second.failure) == ("pending", "refund_uncertain")
    assert studio.balance(payment) == 150_000
