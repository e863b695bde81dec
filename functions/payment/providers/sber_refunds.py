"""What an order's state at Sber says of a refund: there are no refunds of their own to ask for."""

from payment.domain_gateway import GatewayRefund, RefundOrder, RefundStatus
from payment.providers import sber_wire as wire
from payment.providers.base import GatewayRefusedError, NotYetError, RefundUncertainError


def outcome(order: RefundOrder, status: wire.Order, tried: bool) -> GatewayRefund | None:
    """The refund where it has been carried out; None where it is still to be asked for.

    `NotYetError` where more went back than we know of by now, `GatewayRefusedError` where there is nothing to."""
    if status.order_status == wire.REVERSED:
        if order.is_whole:
            return refund_of(order, "succeeded")
        raise RefundUncertainError("the whole payment was reversed")
    if status.order_status not in (wire.PAID, wire.REFUNDED):
        raise GatewayRefusedError("not_paid", str(status.order_status))
    if tried and status.refunded >= order.refunded_after:
        return refund_of(order, "succeeded")
    if not tried and status.refunded > order.refunded_before:
        # Somebody's in the cabinet: once that is entered, this one has its turn.
        raise NotYetError("more went back than we know of")
    return None


def refund_of(order: RefundOrder, status: RefundStatus) -> GatewayRefund:
    return GatewayRefund(str(order.id), status, order.amount)
