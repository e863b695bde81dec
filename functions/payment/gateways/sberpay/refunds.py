"""Refunds at Sber, of which nothing but the order's state tells: there are no refunds of their own to ask for."""

from datetime import datetime

from core.clock import Clock
from payment.gateways.port import GatewayRefusedError, NotYetError, RefundUncertainError
from payment.gateways.sberpay import wire
from payment.gateways.sberpay.api import SberApi
from payment.gateways.sberpay.orders import Orders
from payment.gateways.words import MOSCOW, GatewayRefund, RefundOrder, RefundStatus


class Refunding:
    """One refund: reversed on the day it was paid, where it is whole, else refunded; the status afterwards tells what
    came of it, and is read before any repeat."""

    def __init__(self, order: RefundOrder, api: SberApi, orders: Orders, clock: Clock) -> None:
        if order.receipt:
            order.receipt.require_total(order.amount)
        self._order = order
        self._api = api
        self._orders = orders
        self._clock = clock
        self._tried = order.tried

    def ask(self) -> GatewayRefund:
        """May be repeated."""
        before = self._status()
        if done := outcome(self._order, before, self._tried):
            return done
        self._tried = True
        try:
            self._give_back(before)
        except GatewayRefusedError:
            if done := outcome(self._order, self._status(), tried=True):
                return done
            raise
        return outcome(self._order, self._status(), tried=True) or refund_of(self._order, "pending")

    def _status(self) -> wire.Order:
        return self._api.status(self._order.gateway_payment_id)

    def _give_back(self, before: wire.Order) -> None:
        """A reversal costs no commission, but works on the same day only, and once."""
        order = self._order
        fields = {"orderId": order.gateway_payment_id} | self._orders.bundle(order.receipt, order.amount, "SELL_REFUND")
        if order.is_whole and self._is_today(before.deposited_at):
            try:
                self._api.post("reverse.do", fields)
                return
            except GatewayRefusedError as error:
                if error.code != wire.SYSTEM_ERROR:
                    raise
        fields |= {"amount": order.amount, "jsonParams": {"externalRefundId": str(order.id)}}
        self._api.post("refund.do", fields | self._orders.returned(order.receipt))

    def _is_today(self, moment: datetime | None) -> bool:
        return moment is not None and moment.astimezone(MOSCOW).date() == self._clock.now().astimezone(MOSCOW).date()


def outcome(order: RefundOrder, status: wire.Order, tried: bool) -> GatewayRefund | None:
    """The refund where it has been carried out; None if it is still to be asked for.

    `NotYetError` if more went back than we know of by now, `GatewayRefusedError` if there is nothing to."""
    if status.order_status == wire.REVERSED:
        if order.is_whole:
            return refund_of(order, "succeeded")
        raise RefundUncertainError("the whole payment was reversed")
    if status.order_status not in (wire.PAID, wire.REFUNDED):
        raise GatewayRefusedError("not_paid", str(status.order_status))
    if tried and status.refunded >= order.refunded_after:
        return refund_of(order, "succeeded")
    if not tried and status.refunded > order.refunded_before:
        # Somebody's in the gateway's own account: once that is entered, this one has its turn.
        raise NotYetError("more went back than we know of")
    return None


def refund_of(order: RefundOrder, status: RefundStatus) -> GatewayRefund:
    return GatewayRefund(str(order.id), status, order.amount)
