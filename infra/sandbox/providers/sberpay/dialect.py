"""Callbacks: three attempts, JSON without a checksum or, from the old interface, a query or a form with one."""

import json
from typing import Any
from urllib.parse import urlencode

from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.providers.base import Change, Notice
from infra.sandbox.providers.sberpay.objects import NAME
from infra.sandbox.providers.sberpay.signature import CallbackKey, hmac_checksum
from infra.sandbox.webhooks.backoff import Schedule

FORM = "application/x-www-form-urlencoded"
# The real one waits a minute, or half of one, between its three attempts.
THREE_TIMES = Schedule(first_seconds=2, longest_seconds=2, attempts=3)


class SberDialect:
    """The habits of one shop's gateway; an order's callbacks are of the interface that registered it."""

    name = NAME
    schedule = THREE_TIMES
    methods: tuple[str, ...] = ("bank_card", "sberbank", "sbp")
    second_chance = False

    def __init__(self, key: str, rsa_key: CallbackKey, knobs: Knobs) -> None:
        self._key = key
        self._rsa_key = rsa_key
        self._knobs = knobs

    def payment_notices(self, payment: Payment, change: Change) -> list[Notice]:
        told = _operation(payment, change)
        return [self._notice(payment, *told, payment.amount)] if told else []

    def refund_notices(self, payment: Payment, refund: Refund) -> list[Notice]:
        return [self._notice(payment, "refunded", 1, refund.amount)]

    def forged_notice(self, payment: Payment) -> Notice:
        """Nothing in the new interface's is signed; in the old one's the checksum is of another key."""
        if payment.variant == "partner":
            return Notice("deposited (forged)", _json(payment, "deposited", 1))
        fields = _fields(payment, "deposited", 1, payment.amount)
        signed = fields | {"checksum": hmac_checksum(fields, f"not {self._key}")}
        return self._sent(payment, "deposited (forged)", signed)

    def accepts(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - other gateways judge the body
        return status == 200

    def _notice(self, payment: Payment, operation: str, status: int, amount: int) -> Notice:
        event = operation if status else f"{operation} (failed)"
        if payment.variant == "partner":
            return Notice(event, _json(payment, operation, status))
        fields = _fields(payment, operation, status, amount)
        if self._knobs.take("sber_rsa_checksum", payment.id):
            signed = {"sign_alias": "SHA-512 with RSA", "checksum": self._rsa_key.checksum(fields)}
        else:
            signed = {"checksum": hmac_checksum(fields, self._key)}
        return self._sent(payment, event, fields | signed)

    def _sent(self, payment: Payment, event: str, fields: dict[str, str]) -> Notice:
        posted = self._knobs.take("sber_post_callback", payment.id)
        return Notice(event, urlencode(fields), FORM, method="POST" if posted else "GET")


def _operation(payment: Payment, change: Change) -> tuple[str, int] | None:
    """What is told of a change, with 1 for success and 0 for failure; nothing of what the shop declined itself."""
    final = "deposited" if payment.capture else "approved"
    match change:
        case "paid":
            return ("deposited" if payment.status == "succeeded" else "approved"), 1
        case "captured":
            return "deposited", 1
        case "declined" | "rejected":
            return final, 0
        case "reversed":
            return "reversed", 1
        case "expired":
            return ("reversed", 1) if payment.authorized_at else ("declinedByTimeout", 0)
    return None


def _fields(payment: Payment, operation: str, status: int, amount: int) -> dict[str, str]:
    ids = {"mdOrder": payment.id, "orderNumber": payment.order_number or ""}
    return ids | {"operation": operation, "status": str(status), "amount": str(amount)}


def _json(payment: Payment, operation: str, status: int) -> str:
    ids: dict[str, Any] = {"mdOrder": payment.id, "orderNumber": payment.order_number}
    return json.dumps(ids | {"operation": operation, "status": status, "additionalParams": {}}, ensure_ascii=False)
