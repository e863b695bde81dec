"""Payment pages that get an end time and whose address is returned only once: Sber's and T-Kassa's."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Protocol

from payment.gateways.offered import is_possible
from payment.gateways.port import GatewayRefusedError, LinkLostError, MethodNotOfferedError
from payment.gateways.words import MOSCOW, GatewayPayment, PaymentOrder
from shared_schemas.payment.payments import PaymentMethod

# The gateways' own limit is a minute; the request takes a little of it.
SHORTEST_LINK = timedelta(seconds=70)


class Links(Protocol):
    """Operations on a link that a gateway has created."""

    def fetch(self, gateway_payment_id: str) -> GatewayPayment: ...
    def decline(self, gateway_payment_id: str) -> bool: ...


def require_offered(order: PaymentOrder, methods: Collection[PaymentMethod], *, capture: bool) -> None:
    """`MethodNotOfferedError`, also where SBP's money would have to be held."""
    if order.method and (order.method not in methods or not is_possible(order.method, two_stage=not capture)):
        raise MethodNotOfferedError(order.method)


def end_of(order: PaymentOrder, now: datetime) -> datetime:
    """When the order's page ends, in Moscow's time."""
    return max(order.expires_at, now + SHORTEST_LINK).astimezone(MOSCOW)


def without_link(found: GatewayPayment, links: Links) -> GatewayPayment:
    """A payment whose page address was lost. It is cancelled, so that a new attempt may begin: `LinkLostError`."""
    if found.status != "pending":
        return found
    if links.decline(found.id):
        raise LinkLostError
    return links.fetch(found.id)


def captured(ask: Callable[[], object], look: Callable[[], GatewayPayment]) -> GatewayPayment:
    """The payment after a capture. A refusal is not a failure if an earlier call, whose answer was lost, has done
    it."""
    try:
        ask()
    except GatewayRefusedError:
        if (found := look()).status != "succeeded":
            raise
        return found
    return look()
