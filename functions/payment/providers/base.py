"""What the payment service needs of a gateway."""

from dataclasses import dataclass
from typing import Protocol

from payment.domain import Attempt, GatewayPayment


@dataclass(frozen=True)
class Notification:
    """A webhook's claim: a hint to ask the gateway about `gateway_payment_id`.

    Gateways send no event id, so `event`, `object_id` and `status` together tell one notification from another."""

    event: str
    object_id: str
    status: str
    gateway_payment_id: str
    attempt_id: str | None


class GatewayUnreachableError(Exception):
    """No usable answer. What became of the request is unknown: repeat it with the same key."""


class GatewayRefusedError(Exception):
    """The gateway says no, for good; `code` is its own word for why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class Gateway(Protocol):
    """One payment gateway. Its methods raise `GatewayUnreachableError` and `GatewayRefusedError`."""

    def create(self, attempt: Attempt) -> GatewayPayment:
        """Create the attempt's payment; repeated, it returns the payment created first."""

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        """The payment as it stands."""

    def parse_webhook(self, body: bytes) -> Notification:
        """Read a webhook's body; `ValueError` where it is not one of this gateway."""
