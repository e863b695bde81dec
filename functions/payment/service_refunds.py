"""Use cases of giving money back by the word of staff."""

from collections.abc import Callable, Mapping
from uuid import UUID, uuid4

from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from payment.domain_refunds import Refund, new_refund, refundable, view
from payment.errors import PaymentNotFoundError, ProviderUnavailableError, RefundNotFoundError
from payment.ports import Work
from payment.providers.base import Gateway
from payment.service_receipts import add_refund
from payment.service_refunding import Refunding
from shared_schemas.common import Page
from shared_schemas.payment import Refund as RefundView
from shared_schemas.payment import RefundDecision, RefundRequest

REQUESTED = "requested"


class Refunds:
    """Give a payment back, look up what has gone back."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        gateways: Mapping[str, Gateway],
        refunding: Refunding,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._refunding = refunding

    def create(
        self, payment_id: UUID, request: RefundRequest, caller: Identity, key: IdempotencyKey | None
    ) -> RefundView:
        """A refund as far as it got. What is saved is carried out, at once or by and by, whatever breaks."""
        refund_id = self._save(payment_id, request, caller, key)
        self._refunding.carry_out(refund_id)
        with self._unit_of_work() as work:
            return view(work.refunds.get(refund_id), for_staff=True)

    def of_payment(self, payment_id: UUID, caller: Identity) -> Page[RefundView]:
        """A payment's refunds, the oldest first."""
        with self._unit_of_work() as work:
            attempt = work.attempts.get(payment_id)
            if not caller.is_staff and str(attempt.customer_id) != caller.subject:
                raise PaymentNotFoundError(payment_id=str(payment_id))
            refunds = work.refunds.of_payment(payment_id)
        return Page(data=[view(refund, for_staff=caller.is_staff) for refund in refunds])

    def decide(self, payment_id: UUID, refund_id: UUID, decision: RefundDecision, caller: Identity) -> RefundView:
        """What became of a refund of which its gateway would not tell, by the word of staff."""
        with self._unit_of_work() as work:
            refund = work.refunds.get(refund_id)
        if refund.payment_id != payment_id:
            raise RefundNotFoundError(refund_id=str(refund_id))
        self._refunding.decide(refund, decision.outcome, caller.subject, decision.reason)
        with self._unit_of_work() as work:
            return view(work.refunds.get(refund_id), for_staff=True)

    def _save(self, payment_id: UUID, request: RefundRequest, caller: Identity, key: IdempotencyKey | None) -> UUID:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return UUID(replay["refund_id"])
            refund = self._wanted(work, payment_id, request, caller)
            add_refund(work, refund)
            work.idempotency.remember(key, {"refund_id": str(refund.id)})
            work.commit()
            return refund.id

    def _wanted(self, work: Work, payment_id: UUID, request: RefundRequest, caller: Identity) -> Refund:
        """Under the payment's lock, so that no two refunds take the same money."""
        attempt = work.attempts.get(payment_id, lock=True)
        left = attempt.taken - work.refunds.asked(payment_id)
        amount = refundable(attempt, left, request.amount.amount if request.amount else None)
        if attempt.provider not in self._gateways:
            raise ProviderUnavailableError(provider=attempt.provider)
        return new_refund(
            uuid4(),
            attempt,
            amount,
            REQUESTED,
            self._clock.now(),
            requested_by=caller.subject,
            comment=request.reason,
        )
