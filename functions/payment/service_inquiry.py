"""Asking a gateway how a payment stands, and acting on what it says."""

from collections.abc import Callable
from uuid import UUID

from core.clock import Clock
from core.observability import logger
from payment.domain import Attempt
from payment.domain_charges import is_wanted
from payment.domain_gateway import GatewayPayment
from payment.errors import BookingNotFoundError
from payment.ports import BookingTerms, Work
from payment.providers.base import Gateway
from payment.service_receipts import Receipts
from payment.service_settlement import Settlement


class Inquiry:
    """The gateway's own word on a payment, applied. Money that is only held is taken or released by it."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, booking: BookingTerms, receipts: Receipts
    ) -> None:
        self._booking = booking
        self._receipts = receipts
        self._settlement = Settlement(unit_of_work, clock)

    def ask(
        self,
        attempt: Attempt,
        gateway: Gateway,
        gateway_payment_id: str,
        cause: UUID | None = None,
        receipted: int | None = None,
    ) -> Attempt:
        """The attempt as it stands then; with `cause`, the id of an event that may act only once. `receipted` is how
        much went back by a receipt of which that event tells, for gateways that say no more than that something did.

        `GatewayUnreachableError`, `GatewayRefusedError` where the gateway denies it, and `BookingUnavailableError`
        where nobody can say what is to become of held money. All of it may be repeated."""
        found = gateway.fetch(gateway_payment_id)
        if found.status == "held" and found.amount == attempt.amount.amount:
            found = self._decide(attempt, gateway, found)
        return self._settlement.apply(attempt.payment_id, found, cause, receipted)

    def _decide(self, attempt: Attempt, gateway: Gateway, found: GatewayPayment) -> GatewayPayment:
        """The second stage: a booking that cannot use the money gives it up before it was ever the studio's."""
        try:
            wanted = is_wanted(attempt, self._booking.terms(attempt.booking_id))
        except BookingNotFoundError:
            wanted = False
        logger.info("Held money is decided on", payment_id=str(attempt.payment_id), taken=wanted)
        if not wanted:
            return gateway.cancel(found.id)
        return gateway.capture(found.id, found.amount, self._receipts.of_payment(attempt.payment_id))
