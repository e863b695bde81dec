"""What a gateway adds to what all of them share."""

from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from infra.local.sandbox.payments.model import Payment, Refund


@dataclass(frozen=True)
class Notice:
    """A webhook to send: `event` is for people, `body` goes out as it is."""

    event: str
    body: str
    content_type: str = "application/json"


class Dialect(Protocol):
    """How a gateway tells shops about changes."""

    name: str
    """Also the last part of the webhook's address."""

    def payment_notice(self, payment: Payment) -> Notice | None:
        """What to say about a payment's new state, if anything."""

    def refund_notice(self, refund: Refund) -> Notice | None:
        """What to say about a refund that has succeeded, if anything."""

    def accepts(self, status: int, body: bytes) -> bool:
        """Whether the shop's answer ends the delivery."""


class Gateway(Protocol):
    """A gateway's own API, served below `prefix`."""

    prefix: str

    def app(self) -> web.Application: ...
