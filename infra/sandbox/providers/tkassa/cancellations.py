"""`Cancel`: one method that withdraws a link, releases a hold or refunds, by the payment's status."""

from typing import Any

from infra.sandbox.clock import Clock
from infra.sandbox.ids import gateway_id
from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.payments.service import Payments
from infra.sandbox.payments.states import SBP, TransitionError
from infra.sandbox.providers.tkassa.errors import WRONG_STATE, TKassaError
from infra.sandbox.providers.tkassa.objects import NAME, Objects
from infra.sandbox.providers.tkassa.requests import OfPart, check_amount, check_receipt


class Cancellations:
    """Without an ExternalRequestId, and for SBP even with one, the same request does the same again."""

    def __init__(self, payments: Payments, clock: Clock, objects: Objects) -> None:
        self._payments = payments
        self._clock = clock
        self._objects = objects

    def cancel(self, payment: Payment, asked: OfPart) -> dict[str, Any]:
        before = self._left(payment)
        key = asked.external_request_id
        done_before = key in payment.keys and payment.method != SBP
        if not done_before and (refused := self._carry_out(payment, asked, before)):
            return refused
        if key and not done_before:
            self._payments.remember(payment.id, key)
        now = self._payments.get(payment.id)
        answer = self._objects.cancelled(now, self._payments.refunds.of(now.id), before, self._left(now))
        return answer | ({"ExternalRequestId": key} if key else {})

    def _carry_out(self, payment: Payment, asked: OfPart, left: int) -> dict[str, Any] | None:
        """What to answer if it was not done, though it was right to ask."""
        if payment.status == "pending":
            self._payments.withdraw(payment.id)
            return None
        amount = left if asked.amount is None else check_amount(asked.amount)
        check_receipt(asked.receipt, amount)
        if payment.status == "held":
            self._payments.reverse(payment.id, amount)
            return None
        return self._refund(payment, amount, asked)

    def _refund(self, payment: Payment, amount: int, asked: OfPart) -> dict[str, Any] | None:
        if amount == 0:
            raise TransitionError(payment)
        refund = Refund(
            id=gateway_id(),
            provider=NAME,
            payment_id=payment.id,
            key=asked.external_request_id,
            amount=amount,
            # Of a whole payment the gateway makes it of the payment's own.
            receipt=asked.receipt or (payment.receipt if amount == payment.amount else None),
            created_at=self._clock.now(),
            due_at=None,
        )
        done = self._payments.refund(refund, at_once=payment.method != SBP)
        return TKassaError(WRONG_STATE, "Банк отказал в возврате").body() if done.status == "canceled" else None

    def _left(self, payment: Payment) -> int:
        """What could still be given back."""
        if payment.status == "canceled":
            return 0
        gone = sum(r.amount for r in self._payments.refunds.of(payment.id) if r.status != "canceled")
        return payment.amount - gone
