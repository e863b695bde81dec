"""What a payment's state at T-Kassa says of a refund: it has no refunds of their own to ask for."""

from payment.domain_gateway import GatewayRefund, RefundOrder, RefundStatus
from payment.providers.base import GatewayRefusedError, GatewayUnreachableError, RefundUncertainError
from payment.providers.tkassa_wire import REFUND_UNDER_WAY

ALL_BACK = frozenset({"REFUNDED", "REVERSED"})
SOME_BACK = "PARTIAL_REFUNDED"
PAID = "CONFIRMED"


class Refunding:
    """Reads states in the light of one refund; earlier ones are over, for one follows the other."""

    def __init__(self, order: RefundOrder) -> None:
        self._order = order

    def already_done(self, status: str, *, tried: bool) -> GatewayRefund | None:
        """The refund where an earlier call has carried it out; None where it is to be asked for.

        `RefundUncertainError` where asking may double it, `GatewayRefusedError` where there is nothing to refund."""
        if status in ALL_BACK:
            return self._all_back()
        if status in REFUND_UNDER_WAY:
            if tried:
                return self._is("pending")
            raise GatewayUnreachableError("another refund of the payment is under way")
        if status == SOME_BACK:
            return self._some_back(tried)
        if status != PAID:
            raise GatewayRefusedError("not_paid", status)
        return None

    def carried_out(self, status: str) -> GatewayRefund:
        """What the answer to the request itself says."""
        return self._is("succeeded" if status in ALL_BACK or status == SOME_BACK else "pending")

    def outcome(self, status: str) -> GatewayRefund:
        """What became of a refund that was pending."""
        if status in ALL_BACK:
            return self._all_back()
        if status in REFUND_UNDER_WAY:
            return self._is("pending")
        if status == PAID:
            return self._is("failed", "not_refunded")
        if status == SOME_BACK and self._order.refunded_before == 0:
            return self._is("succeeded")
        raise RefundUncertainError(status)

    def _all_back(self) -> GatewayRefund:
        if self._order.refunded_after == self._order.paid:
            return self._is("succeeded")
        raise RefundUncertainError("more went back than we know of")

    def _some_back(self, tried: bool) -> GatewayRefund | None:
        """A card's refund may be asked for again under its id; SBP does not honour that."""
        if self._order.refunded_before == 0:
            if tried:
                return self._is("succeeded")
            raise RefundUncertainError("more went back than we know of")
        if tried and self._order.method in (None, "sbp"):
            raise RefundUncertainError(SOME_BACK)
        return None

    def _is(self, status: RefundStatus, reason: str | None = None) -> GatewayRefund:
        return GatewayRefund(str(self._order.id), status, self._order.amount, reason)
