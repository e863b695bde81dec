"""Payments, refunds and webhooks as YooKassa writes them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from infra.sandbox.money import rubles
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.providers.base import Change, Notice
from infra.sandbox.qr import payload
from infra.sandbox.webhooks.backoff import DAY_AND_NIGHT

NAME = "yookassa"
STATUSES = {"pending": "pending", "held": "waiting_for_capture", "succeeded": "succeeded", "canceled": "canceled"}
PARTIES = {
    "expired_on_confirmation": "yoo_money",
    "expired_on_capture": "yoo_money",
    "canceled_by_merchant": "merchant",
}
# The shop's share of a payment after YooKassa's fee, in thousandths.
INCOME = 965


class Objects:
    """Writes the objects of one shop."""

    def __init__(self, shop_id: str, public_url: str) -> None:
        self._shop_id = shop_id
        self.public_url = public_url

    def payment(self, payment: Payment) -> dict[str, Any]:
        body = {
            "id": payment.id,
            "status": STATUSES[payment.status],
            "paid": payment.status in ("held", "succeeded"),
            "amount": amount(payment.amount),
            "created_at": instant(payment.created_at),
            "description": payment.description,
            "metadata": payment.metadata,
            "recipient": {"account_id": self._shop_id, "gateway_id": "100700"},
            "refundable": payment.status == "succeeded" and payment.refunded < payment.amount,
            "test": True,
            "payment_method": _method(payment),
            "cancellation_details": _cancellation(payment.cancellation),
            "receipt_registration": registration(payment),
        }
        return _present(body | self._of_state(payment))

    def refund(self, refund: Refund) -> dict[str, Any]:
        return _present(
            {
                "id": refund.id,
                "payment_id": refund.payment_id,
                "status": refund.status,
                "amount": amount(refund.amount),
                "created_at": instant(refund.created_at),
                "description": refund.description,
                "metadata": refund.metadata or None,
                "receipt_registration": refund.status if refund.receipt else None,
                "cancellation_details": _cancellation(refund.cancellation),
            }
        )

    def _of_state(self, payment: Payment) -> dict[str, Any]:
        if payment.status == "pending":
            return {"confirmation": {"type": payment.confirmation} | self._confirmation(payment)}
        if payment.status == "held" and payment.deadline:
            return {"expires_at": instant(payment.deadline)}
        if payment.status == "succeeded" and payment.captured_at:
            return {
                "captured_at": instant(payment.captured_at),
                "income_amount": amount(payment.amount * INCOME // 1000),
                "refunded_amount": amount(payment.refunded),
            }
        return {}

    def _confirmation(self, payment: Payment) -> dict[str, str]:
        """What leads the payer on: a page, a widget's token, a code, an app; nothing where the payer acts alone."""
        url = f"{self.public_url}/pay/{payment.id}"
        match payment.confirmation:
            case "redirect":
                return {"return_url": payment.return_url, "confirmation_url": url}
            case "embedded":
                return {"confirmation_token": f"ct-{payment.id}"}
            case "qr":
                return {"confirmation_data": payload(self.public_url, payment)}
            case "mobile_application":
                return {"confirmation_url": url}
        return {}


class YooKassaDialect:
    """Webhooks without an event id and without a signature; only 200 will do."""

    name = NAME
    schedule = DAY_AND_NIGHT
    methods: tuple[str, ...] = ("bank_card", "sbp", "sberbank", "tinkoff_bank", "yoo_money")
    second_chance = False

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def payment_notices(self, payment: Payment, change: Change) -> list[Notice]:  # noqa: ARG002 - the status says it
        return [_notice(f"payment.{STATUSES[payment.status]}", self._objects.payment(payment))]

    def refund_notices(self, payment: Payment, refund: Refund) -> list[Notice]:  # noqa: ARG002 - the refund is enough
        return [_notice("refund.succeeded", self._objects.refund(refund))]

    def forged_notice(self, payment: Payment) -> Notice:
        """Nothing in it is signed, so a lie looks like the truth."""
        paid = payment.model_copy(update={"status": "succeeded", "captured_at": payment.created_at})
        notice = _notice("payment.succeeded", self._objects.payment(paid))
        return replace(notice, event="payment.succeeded (forged)")

    def accepts(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - other gateways judge the body
        return status == 200


def amount(kopecks: int) -> dict[str, str]:
    return {"value": rubles(kopecks), "currency": "RUB"}


def instant(moment: datetime) -> str:
    """UTC with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _notice(event: str, document: dict[str, Any]) -> Notice:
    body = {"type": "notification", "event": event, "object": document}
    return Notice(event, json.dumps(body, ensure_ascii=False))


def _method(payment: Payment) -> dict[str, Any] | None:
    kind = payment.method or ("bank_card" if payment.card else None)
    if not kind:
        return None
    method: dict[str, Any] = {"type": kind, "id": payment.id, "saved": False, "status": "inactive"}
    if card := payment.card:
        method |= {"title": f"Bank card *{card.last4}", "card": card.model_dump() | {"card_type": "MasterCard"}}
    return method


def _cancellation(reason: str | None) -> dict[str, str] | None:
    return {"party": PARTIES.get(reason, "payment_network"), "reason": reason} if reason else None


def registration(payment: Payment) -> str | None:
    """How the receipt of a payment itself fares: apart from the payment."""
    if not payment.has_receipt:
        return None
    if payment.receipt_failed:
        return "canceled"
    return {"succeeded": "succeeded", "canceled": "canceled"}.get(payment.status, "pending")


def _present(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
