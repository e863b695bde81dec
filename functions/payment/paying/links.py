"""Links to pay by: shown as a QR code at the desk, or sent to the client."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.trail.deed import note
from payment.access import visible
from payment.attempts.domain import Attempt, facts, view
from payment.attempts.events import emit
from payment.paying.errors import NoPayLinkError
from payment.paying.ports import Work
from shared_schemas.events.payments import PaymentLinkRequested
from shared_schemas.payment.payments import PayLink, PayLinkMessage, PayLinkRequest


@dataclass(frozen=True)
class Links:
    """Where payments are paid, as long as they should be."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock

    def of(self, payment_id: UUID, caller: Identity) -> str:
        """For whoever pays; `PaymentNotFoundError`, `NoPayLinkError` once nothing should be paid any more."""
        with self._unit_of_work() as work:
            return self._link(visible(work.attempts.get(payment_id), caller)).url

    def to_send(self, payment_id: UUID) -> PayLink:
        """For the message that takes it to the client, asked at the last moment. `PaymentNotFoundError`,
        `NoPayLinkError`."""
        with self._unit_of_work() as work:
            return self._link(work.attempts.get(payment_id))

    def send(
        self, payment_id: UUID, request: PayLinkRequest, caller: Identity, key: IdempotencyKey | None
    ) -> PayLinkMessage:
        """Have it sent to the client, once for each key. `PaymentNotFoundError`, `NoPayLinkError`."""
        with self._unit_of_work() as work:
            return work.once(key, PayLinkMessage, lambda: self._asked_for(work, payment_id, request, caller))

    def _asked_for(self, work: Work, payment_id: UUID, request: PayLinkRequest, caller: Identity) -> PayLinkMessage:
        attempt = visible(work.attempts.get(payment_id), caller)
        self._link(attempt)
        emit(work, attempt, [PaymentLinkRequested.model_validate(facts(attempt) | {"channel": request.channel})])
        note(target=f"payment:{payment_id}", after={"channel": request.channel})
        return PayLinkMessage(payment_id=payment_id, booking_id=attempt.booking_id, channel=request.channel)

    def _link(self, attempt: Attempt) -> PayLink:
        shown = view(attempt, self._clock.now())
        if shown.confirmation_url is None:
            raise NoPayLinkError
        amount, several = (shown.whole.amount, True) if shown.whole else (shown.amount, False)
        return PayLink(url=shown.confirmation_url, amount=amount, expires_at=shown.expires_at, for_several=several)
