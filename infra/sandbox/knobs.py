"""Faults on demand: one table says what can be made to go wrong."""

import json
from typing import Any

from infra.sandbox.database import Database
from infra.sandbox.knob import Knob
from infra.sandbox.providers import found

EVERY = -1
MAX_MILLISECONDS = 600_000
MAX_TIMES = 1_000_000


KNOBS: dict[str, Knob] = {
    "latency_ms": Knob("milliseconds"),
    "error_after_commit": Knob("times", per_payment=True),
    "timeout_after_commit": Knob("times", per_payment=True),
    "early_webhook": Knob("times"),
    "duplicate_webhook": Knob("times", per_payment=True),
    "webhook_delay_ms": Knob("milliseconds", per_payment=True),
    "lost_webhook": Knob("times", per_payment=True),
    "reordered_webhook": Knob("times", per_payment=True),
    "forged_webhook": Knob("times", per_payment=True),
    "three_ds": Knob("times", per_payment=True),
    "pay_after_expiry": Knob("times", per_payment=True),
    "wrong_amount": Knob("times", per_payment=True),
    "refund_delay_ms": Knob("milliseconds", default=1000, per_payment=True),
    "refund_canceled": Knob("times", per_payment=True),
    "receipt_canceled": Knob("times", per_payment=True),
    **found.knobs(),
    "reject_mail": Knob("times"),
    "reject_sms": Knob("times"),
    "receiver_latency_ms": Knob("milliseconds"),
    "receiver_down": Knob("times"),
    "telegram_limit": Knob("times"),
    "telegram_forbidden": Knob("times"),
    "max_limit": Knob("times"),
    "max_denied": Knob("times"),
    "crm_limit": Knob("times"),
    "crm_blocked": Knob("times"),
    "crm_error_after_commit": Knob("times"),
}


class KnobError(ValueError):
    """The message names the knob and what is wrong with it."""


def parse_knobs(document: Any, *, per_payment: bool = False) -> dict[str, int]:
    """The knobs that a JSON document sets; raises `KnobError`."""
    if not isinstance(document, dict):
        raise KnobError("expected a JSON object of knobs")
    return {name: _parse(name, value, per_payment) for name, value in document.items()}


def _parse(name: str, value: Any, per_payment: bool) -> int:
    knob = KNOBS.get(name)
    if knob is None or (per_payment and not knob.per_payment):
        raise KnobError(f"{name}: no such knob{' for one payment' if knob else ''}")
    if knob.kind == "times" and isinstance(value, bool):
        return EVERY if value else 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise KnobError(f"{name}: expected a whole number{' or a boolean' if knob.kind == 'times' else ''}")
    low, high = (EVERY, MAX_TIMES) if knob.kind == "times" else (0, MAX_MILLISECONDS)
    if not low <= value <= high:
        raise KnobError(f"{name}: expected {low} to {high}")
    return value


class Knobs:
    """The knobs in force; those of one payment come before those of all. Kept across restarts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, int]:
        return {name: knob.default for name, knob in KNOBS.items()} | self._stored(None)

    def of(self, payment_id: str) -> dict[str, int]:
        """Only what was set for this payment."""
        return self._stored(payment_id)

    def replace(self, values: dict[str, int], payment_id: str | None = None) -> None:
        """Set these and return the others to their defaults."""
        self._database.set_value(_name(payment_id), json.dumps(values))

    def milliseconds(self, name: str, payment_id: str | None = None) -> int:
        own = self._stored(payment_id) if payment_id else {}
        return own.get(name, self.all()[name])

    def take(self, name: str, payment_id: str | None = None) -> bool:
        """Whether the fault is to happen now; uses up one of a limited number."""
        for scope in [payment_id, None] if payment_id else [None]:
            stored = self._stored(scope)
            left = stored.get(name, 0)
            if left:
                if left != EVERY:
                    self.replace(stored | {name: left - 1}, scope)
                return True
            if name in stored and scope:
                return False
        return False

    def _stored(self, payment_id: str | None) -> dict[str, int]:
        return dict(json.loads(self._database.value(_name(payment_id), "{}")))


def _name(payment_id: str | None) -> str:
    return f"knobs:{payment_id}" if payment_id else "knobs"
