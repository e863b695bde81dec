"""What a gateway adds to what all of them share."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from aiohttp import web

from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.webhooks.backoff import Schedule

if TYPE_CHECKING:
    from infra.sandbox.providers.world import Till, World

Change = Literal["paid", "captured", "declined", "rejected", "withdrawn", "reversed", "expired"]


@dataclass(frozen=True)
class Notice:
    """A webhook to send: `event` is for people, `body` goes out as it is; for GET it is the query."""

    event: str
    body: str
    content_type: str = "application/json"
    method: Literal["GET", "POST"] = "POST"
    after_ms: int = 0
    """How much later than what it tells of the gateway sends it."""


class Dialect(Protocol):
    """How a gateway tells shops about changes, and what it lets payers do."""

    name: str
    """Also the last part of the webhook's address."""
    schedule: Schedule
    methods: tuple[str, ...]
    """How one can pay where the shop leaves the choice, in YooKassa's words; the first is offered first."""
    second_chance: bool
    """Whether a payer whose bank refused may try again on the same link."""

    def payment_notices(self, payment: Payment, change: Change) -> list[Notice]:
        """What to say about a payment that has just changed, in the order of sending."""

    def refund_notices(self, payment: Payment, refund: Refund) -> list[Notice]:
        """What to say about a refund that has succeeded."""

    def forged_notice(self, payment: Payment) -> Notice:
        """A forged notice that says a payment is paid."""

    def accepts(self, status: int, body: bytes) -> bool:
        """Whether the shop's answer ends the delivery."""


class Gateway(Protocol):
    """A gateway's own API, served below `prefix`."""

    prefix: str

    def app(self) -> web.Application: ...


class Shop(Protocol):
    """A gateway put together: a folder's `shop.py` has such a class."""

    dialect: Dialect

    def __init__(self, settings: Any, world: "World") -> None:
        """`settings` are those of its own folder."""

    def gateway(self, till: "Till") -> Gateway:
        """Its API, once there are payments."""
