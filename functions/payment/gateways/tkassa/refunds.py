"""What a payment's state at T-Kassa says of a refund: it has no refunds of their own to ask for."""

from dataclasses import replace
from datetime import timedelta

from core.observability import logger
from payment.gateways.port import GatewayRefusedError, NeverAskedError, NotYetError, RefundUncertainError
from payment.gateways.tkassa.wire import REFUND_UNDER_WAY, Cancelled
from payment.gateways.words import GatewayRefund, RefundOrder, RefundStatus
from shared_schemas.payment.payments import PaymentMethod

ALL_BACK = frozenset({"REFUNDED", "REVERSED"})
SOME_BACK = "PARTIAL_REFUNDED"
PAID = "CONFIRMED"
# Notifications come in seconds, and an hour later where the first did not get through.
WITNESSED_WITHIN = timedelta(hours=2)


class Refunding:
    """Reads states in the light of one refund; earlier ones are over, for one follows the other.

    Once a part has gone back the state is the same before and after the next part. What then tells of it is the answer
    to `Cancel`, a signed notification, or the signed word on its receipt: `order.witnessed`."""

    def __init__(self, order: RefundOrder, paid_by: PaymentMethod | None = None) -> None:
        self._order = order
        self._paid_by = paid_by or order.method

    def already_done(self, status: str, *, tried: bool) -> GatewayRefund | None:
        """The refund where an earlier call has carried it out; None if it is to be asked for.

        `RefundUncertainError` if asking may double it, `GatewayRefusedError` if there is nothing to refund."""
        if status in ALL_BACK:
            return self._all_back()
        if status in REFUND_UNDER_WAY:
            if tried:
                return self._is("pending")
            raise NotYetError("another refund of the payment is under way")
        if status == SOME_BACK:
            return self._some_back(tried)
        if status != PAID:
            raise GatewayRefusedError("not_paid", status)
        return None

    def carried_out(self, answer: Cancelled) -> GatewayRefund:
        """What the answer to the request itself says. A repeat under the same id changes no amount."""
        if answer.back not in (None, 0, self._order.amount):
            raise RefundUncertainError(f"{answer.back} went back instead")
        if answer.original_amount not in (None, self._order.paid - self._order.refunded_before):
            logger.warning("T-Kassa has another sum left than the ledger", left=answer.original_amount)
        found = self._is("succeeded" if answer.status in ALL_BACK or answer.status == SOME_BACK else "pending")
        return found if answer.new_amount is None else replace(found, back=self._order.paid - answer.new_amount)

    def outcome(self, status: str) -> GatewayRefund:
        """What became of a refund that was taken on."""
        if status in ALL_BACK:
            return self._all_back()
        if status in REFUND_UNDER_WAY:
            return self._is("pending")
        if status == PAID:
            return self._is("failed", "not_refunded")
        if status == SOME_BACK and (self._order.refunded_before == 0 or self._order.witnessed):
            if not (self._order.tried or self._order.witnessed):
                raise NeverAskedError(status)
            return self._is("succeeded")
        if status == SOME_BACK and self._order.age < WITNESSED_WITHIN:
            return self._is("pending")
        raise RefundUncertainError(status)

    def _all_back(self) -> GatewayRefund:
        if self._order.refunded_after == self._order.paid:
            return self._is("succeeded")
        raise RefundUncertainError("more went back than we know of")

    def _some_back(self, tried: bool) -> GatewayRefund | None:
        """A card's refund may be asked for again under its id; SBP does not honour that."""
        if not tried:
            if self._order.refunded_before == 0:
                raise NeverAskedError("more went back than we know of")
            return None
        if self._order.refunded_before == 0 or self._order.witnessed:
            return self._is("succeeded")
        if self._paid_by in (None, "sbp"):
            raise RefundUncertainError(SOME_BACK)
        return None

    def _is(self, status: RefundStatus, reason: str | None = None) -> GatewayRefund:
        return GatewayRefund(str(self._order.id), status, self._order.amount, reason)
