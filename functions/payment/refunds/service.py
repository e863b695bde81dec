"""Use cases of refunds that staff ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.trail.deed import note
from payment.access import visible
from payment.attempts.domain import Attempt
from payment.errors import ProviderUnavailableError
from payment.gateways.port import Gateway
from payment.refunds.domain.promises import in_place_of_failed
from payment.refunds.domain.refund import TO_HAND_OUT, StoredRefund, handed_out, new_refund, view
from payment.refunds.domain.sums import refundable
from payment.refunds.errors import GoesBackAsPaidError, RefundNotFoundError
from payment.refunds.ports import Work
from payment.refunds.records import add_refund, enter
from payment.refunds.sending import Refunding
from shared_schemas.common import Page
from shared_schemas.payment.payments import Refund, RefundDecision, RefundRequest
from shared_schemas.providers import DESK_METHODS, HELD_MONEY

REQUESTED = "requested"


@dataclass(frozen=True)
class Refunds:
    """Refund a payment, look up its refunds."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _gateways: Mapping[str, Gateway]
    _refunding: Refunding

    def create(self, payment_id: UUID, request: RefundRequest, caller: Identity, key: IdempotencyKey | None) -> Refund:
        """A refund as far as it got. Once it is saved it is carried out, now or later, whatever breaks.

        `PaymentNotFoundError`, `PaymentNotRefundableError`, `RefundTooLargeError`, `ProviderUnavailableError`;
        `NoTillOpenError` or `NotEnoughInTillError` where it goes back in cash; `GoesBackAsPaidError` where a
        certificate's money is wanted for the balance."""
        refund_id = self._save(payment_id, request, caller, key)
        self._refunding.carry_out(refund_id)
        with self._unit_of_work() as work:
            return view(work.refunds.get(refund_id), for_staff=True)

    def of_payment(self, payment_id: UUID, caller: Identity) -> Page[Refund]:
        """A payment's refunds, oldest first; `PaymentNotFoundError` also if the payment is somebody else's."""
        with self._unit_of_work() as work:
            visible(work.attempts.get(payment_id), caller)
            refunds = work.refunds.of_payment(payment_id)
        return Page(data=[view(refund, for_staff=caller.is_staff) for refund in refunds])

    def decide(self, payment_id: UUID, refund_id: UUID, decision: RefundDecision, caller: Identity) -> Refund:
        """Close a refund whose gateway does not report the outcome, by a decision of staff.

        `RefundNotFoundError`, `RefundNotInDoubtError`; `NoTillOpenError` or `NotEnoughInTillError` where it is cash;
        `ConcurrentUpdateError` if it changed meanwhile."""
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
            if refund.failure == TO_HAND_OUT:
                refund = handed_out(refund, caller.subject, self._clock.now())
                enter(work, work.attempts.get(payment_id), refund, None, self._clock.now())
            else:
                add_refund(work, refund)
            note(after={"id": refund.id, "amount": refund.amount, "booking_id": refund.booking_id})
            work.idempotency.remember(key, {"refund_id": str(refund.id)})
            work.commit()
            return refund.id

    def _wanted(self, work: Work, payment_id: UUID, request: RefundRequest, caller: Identity) -> StoredRefund:
        """Under the locks of its booking's payments, so that no two refunds take the same money, or make up for the
        same that failed; what is decided here is decided after whatever was promised before."""
        work.attempts.counted(work.attempts.get(payment_id).booking_id)
        attempt = work.attempts.get(payment_id, lock=True)
        self._require_way_back(attempt, request)
        left = max(attempt.taken - work.refunds.asked(payment_id), 0)
        amount = refundable(attempt, left, request.amount.amount if request.amount else None)
        wanted = new_refund(
            uuid4(),
            attempt,
            amount,
            REQUESTED,
            self._clock.now(),
            requested_by=caller.subject,
            comment=request.reason,
            to_balance=request.to == "balance",
        )
        return in_place_of_failed(wanted, work.refunds.of_booking(attempt.booking_id))

    def _require_way_back(self, attempt: Attempt, request: RefundRequest) -> None:
        if request.to == "balance" and attempt.provider in HELD_MONEY:
            raise GoesBackAsPaidError
        if request.to != "balance" and attempt.provider not in (*DESK_METHODS, *self._gateways):
            raise ProviderUnavailableError(provider=attempt.provider)
