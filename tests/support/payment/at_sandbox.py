"""Payments through a gateway's client at the sandbox of the one-machine system."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from core.clock import SystemClock
from payment.attempts.domain import Attempt
from payment.gateways.port import Gateway
from payment.gateways.words import GatewayPayment, RefundOrder
from shared_schemas.common import Money
from tests.support.payment.cashier import creating
from tests.support.system.sandbox import HTTP

AMOUNT = 200_000


def act(link: str | None, action: str = "pay", **fields: str) -> None:
    """What the payer does at the gateway's page."""
    form = {"action": action, **fields}
    assert HTTP.request("POST", str(link), fields=form, encode_multipart=False, redirect=False).status == 303


def set_knobs(sandbox: str, knobs: Mapping[str, int], payment_id: str | None = None) -> None:
    """These in place of all that were set, for everybody or for one payment."""
    path = f"/_sandbox/payments/{payment_id}/knobs" if payment_id else "/_sandbox/knobs"
    assert HTTP.request("PUT", sandbox + path, json=dict(knobs)).status == 200


def kept(sandbox: str, payment_id: str) -> dict[str, Any]:
    """A payment as the sandbox keeps it."""
    document: dict[str, Any] = HTTP.request("GET", f"{sandbox}/_sandbox/payments/{payment_id}").json()
    return document


def attempt(**changes: Any) -> Attempt:
    """One that begins now, for `AMOUNT`; gateways look at the time."""
    now = SystemClock().now()
    values = {"created_at": now, "expires_at": now + timedelta(minutes=15), "amount": Money(amount=AMOUNT)}
    return creating(**(values | changes))


def paid(gateway: Gateway, **changes: Any) -> GatewayPayment:
    created = gateway.create(attempt(**changes).order)
    act(created.confirmation_url)
    return gateway.fetch(created.id)


def refund_of(found: GatewayPayment, **changes: Any) -> RefundOrder:
    """All of it, unless told otherwise."""
    values: dict[str, Any] = {"id": uuid4(), "gateway_payment_id": found.id, "amount": AMOUNT, "paid": AMOUNT}
    return RefundOrder(**(values | changes))


def again(tried: RefundOrder) -> RefundOrder:
    return replace(tried, tried=True)
