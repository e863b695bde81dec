"""Asks a gateway about a payment and applies the answer."""

from uuid import UUID

from core.observability import logger
from payment.attempts.domain import Attempt
from payment.gateways.port import Gateway
from payment.gateways.words import GatewayPayment
from payment.paying.charges import is_wanted
from payment.paying.errors import BookingNotFoundError
from payment.paying.ports import BookingTerms
from payment.paying.settlement import Settlement
from payment.receipts.service import Receipts


class Inquiry:
    """Applies the gateway's answer about a payment. Held money is captured or released."""

    def __init__(self, booking: BookingTerms, receipts: Receipts, settlement: Settlement) -> None:
        self._booking = booking
        self._receipts = receipts
        self._settlement = settlement

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

        `GatewayUnreachableError`, `GatewayRefusedError` if the gateway denies it, and `BookingUnavailableError`
        where nobody can say what is to become of held money. All of it may be repeated."""
        found = gateway.fetch(gateway_payment_id)
        if found.status == "held" and found.amount == attempt.amount.amount:
            found = self._decide(attempt, gateway, found)
        return self._settlement.apply(attempt.payment_id, found, cause, receipted)

    def _decide(self, attempt: Attempt, gateway: Gateway, found: GatewayPayment) -> GatewayPayment:
        """The second stage: money that the booking cannot use is released before it becomes the studio's."""
        try:
            wanted = is_wanted(attempt, self._booking.terms(attempt.booking_id))
        except BookingNotFoundError:
            wanted = False
        logger.info("Held money is decided on", payment_id=str(attempt.payment_id), taken=wanted)
        if not wanted:
            return gateway.cancel(found.id)
        return gateway.capture(found.id, found.amount, self._receipts.of_payment(attempt.payment_id))
