"""Notifications: signed, of several shapes, all to one address, and repeated until the answer is exactly `OK`."""

import json
from typing import Any

from infra.sandbox.knobs import Knobs
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.payments.states import SBP
from infra.sandbox.providers.base import Change, Notice
from infra.sandbox.providers.tkassa.objects import NAME, error_code, source, status
from infra.sandbox.providers.tkassa.receipts import fiscal
from infra.sandbox.providers.tkassa.token import signed
from infra.sandbox.webhooks.backoff import DAY_AND_NIGHT

# Fiscal data storage is asked after the payment.
RECEIPT_AFTER_MS = 700
# Of this nothing is told: shops are left to find it out. Of a link that a shop took back itself it is (OpenAPI 1.80).
UNTOLD = ("expired",)


class TKassaDialect:
    """The habits of one terminal."""

    name = NAME
    schedule = DAY_AND_NIGHT
    methods: tuple[str, ...] = ("bank_card", "tinkoff_bank", "sbp")
    second_chance = True

    def __init__(self, terminal: str, password: str, knobs: Knobs) -> None:
        self._terminal = terminal
        self._password = password
        self._knobs = knobs

    def payment_notices(self, payment: Payment, change: Change) -> list[Notice]:
        if change in UNTOLD and payment.authorized_at is None:
            return []
        notices = [self._notice(payment, status(payment, []), payment.amount)]
        if change == "paid" and payment.status == "succeeded" and payment.method != SBP:
            # Of a one-stage payment both are told, and which one arrives first is chance.
            notices.insert(0, self._notice(payment, "AUTHORIZED", payment.amount))
        if payment.status == "succeeded" and payment.receipt:
            notices.append(self._receipt(payment, payment.receipt, payment.amount, "Income", payment.receipt_failed))
        return notices

    def refund_notices(self, payment: Payment, refund: Refund) -> list[Notice]:
        notices = [self._notice(payment, status(payment, []), refund.amount)]
        if refund.receipt:
            notices.append(self.receipt_notice(payment, refund.receipt, refund.amount, "IncomeReturn"))
        return notices

    def receipt_notice(self, payment: Payment, receipt: dict[str, Any], amount: int, kind: str) -> Notice:
        """That a receipt of its own was registered, or could not be."""
        return self._receipt(payment, receipt, amount, kind, self._knobs.take("receipt_canceled", payment.id))

    def _receipt(self, payment: Payment, receipt: dict[str, Any], amount: int, kind: str, failed: bool) -> Notice:
        fields = self._fields(payment, "RECEIPT", amount) | fiscal(receipt, kind, failed=failed)
        return self._signed("RECEIPT", fields, after_ms=RECEIPT_AFTER_MS)

    def forged_notice(self, payment: Payment) -> Notice:
        """Right in everything but the token, for which one would have to know the password."""
        fields = self._fields(payment, "CONFIRMED", payment.amount)
        return Notice("CONFIRMED (forged)", _json(signed(fields, f"not {self._password}")))

    def accepts(self, status: int, body: bytes) -> bool:
        return status == 200 and body == b"OK"

    def _notice(self, payment: Payment, word: str, amount: int) -> Notice:
        code = error_code(payment)
        fields = self._fields(payment, word, amount) | {"Success": code == "0", "ErrorCode": code}
        return self._signed(word, fields | _card(payment) | {"DATA": _data(payment)})

    def _fields(self, payment: Payment, word: str, amount: int) -> dict[str, Any]:
        return {
            "TerminalKey": self._terminal,
            "OrderId": payment.order_number,
            "Success": True,
            "Status": word,
            "PaymentId": int(payment.id),
            "ErrorCode": "0",
            "Amount": amount,
        }

    def _signed(self, event: str, fields: dict[str, Any], after_ms: int = 0) -> Notice:
        return Notice(event, _json(signed(fields, self._password)), after_ms=after_ms)


def _card(payment: Payment) -> dict[str, Any]:
    if not (card := payment.card):
        return {}
    return {
        "CardId": int(payment.id) % 10**6,
        "Pan": f"{card.first6}******{card.last4}",
        "ExpDate": f"{card.expiry_month}{card.expiry_year[-2:]}",
    }


def _data(payment: Payment) -> dict[str, str]:
    return {"Route": "ACQ", "Source": source(payment)} | payment.metadata


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False)
