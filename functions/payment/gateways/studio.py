"""What gateways must know about the studio."""

from dataclasses import dataclass, field

from core.secrets import resolve
from payment.gateways.fiscal_words import Seller


@dataclass(frozen=True)
class Studio:
    """`webhook_base_url`, which may be a reference, is where notifications go, and `seller` whose receipts they are.

    `omits_receipts`: what is captured, and what goes back whole as it came, takes no receipt along where the gateway
    can make it of the payment's own."""

    webhook_base_url: str = ""
    seller: Seller = field(default_factory=Seller)
    omits_receipts: bool = True


def webhook_address(base_url: str, provider: str) -> str:
    """Where a gateway is to send its notifications, by the setting `webhook_base_url`.

    Empty if that is set up in the gateway's own account."""
    base = resolve(base_url).rstrip("/")
    return f"{base}/webhooks/{provider}" if base else ""
