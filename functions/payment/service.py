"""Use cases of paying. The attempt is saved before its gateway hears of it, and no transaction waits for a gateway."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from payment.domain import DUPLICATE, Attempt, require_created, view
from payment.domain_charges import new_attempt, require_room
from payment.domain_refunds import collected
from payment.errors import (
    BookingNotFoundError,
    GatewayOutOfOrderError,
    GatewayUnavailableError,
    HoldExpiredError,
    PaymentNotFoundError,
    ProviderUnavailableError,
)
from payment.ports import BookingTerms, Work
from payment.providers.base import (
    Gateway,
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
)
from payment.service_receipts import Receipts
from payment.service_settlement import Settlement
from shared_schemas.booking import PaymentTerms
from shared_schemas.common import Money, Page
from shared_schemas.payment import CollectedPayment, Payment, PaymentRequest

# Longer than any request lives, so that the poll does not compete with the request that made the attempt.
FIRST_POLL = timedelta(minutes=1)


class Payments:
    """Start a payment, look it up."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        booking: BookingTerms,
        gateways: Mapping[str, Gateway],
        receipts: Receipts,
        *,
        two_stage: bool = False,
    ) -> None:
        self._two_stage = two_stage
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._booking = booking
        self._gateways = gateways
        self._receipts = receipts
        self._settlement = Settlement(unit_of_work, clock)

    def create(self, request: PaymentRequest, caller: Identity, key: IdempotencyKey | None) -> Payment:
        """A payment that waits at its gateway's page; a repeat goes on where the first request stopped.

        The key is remembered with the attempt, before the gateway is called: whatever breaks after that,
        the same attempt is created again under the same key, which makes one payment at the gateway. Where that
        exists and the address of its page got lost on the way, another takes its place."""
        gateway = self._gateways.get(request.provider)
        if gateway is None:
            raise ProviderUnavailableError(provider=request.provider)
        attempt = self._replayed(key) or self._save(request, caller, key)
        attempt = self._submit(attempt, gateway)
        if attempt.reason == LinkLostError.word:
            attempt = self._submit(self._save(request, caller, None), gateway)
        require_created(attempt)
        return view(attempt, self._clock.now())

    def get(self, payment_id: UUID, caller: Identity) -> Payment:
        with self._unit_of_work() as work:
            attempt = work.attempts.get(payment_id)
        if not caller.is_staff and str(attempt.customer_id) != caller.subject:
            raise PaymentNotFoundError(payment_id=str(payment_id))
        return view(attempt, self._clock.now())

    def collected(self, payment_id: UUID) -> CollectedPayment:
        """`PaymentNotFoundError` also where nothing came in that counts for the booking."""
        with self._unit_of_work() as work:
            attempt, refunds = work.attempts.get(payment_id), work.refunds.of_payment(payment_id)
        if attempt.status != "succeeded" or attempt.reason == DUPLICATE:
            raise PaymentNotFoundError(payment_id=str(payment_id))
        return collected(attempt, refunds)

    def of_booking(self, booking_id: UUID, caller: Identity) -> Page[Payment]:
        """A booking's payments, the oldest first; a client sees only their own."""
        with self._unit_of_work() as work:
            attempts = work.attempts.of_booking(booking_id, None if caller.is_staff else caller.user_id)
        now = self._clock.now()
        return Page(data=[view(attempt, now) for attempt in attempts])

    def _replayed(self, key: IdempotencyKey | None) -> Attempt | None:
        if key is None:
            return None
        with self._unit_of_work() as work:
            replay = work.idempotency.replay(key)
            return work.attempts.get(UUID(replay["payment_id"])) if replay else None

    def _terms(self, booking_id: UUID, caller: Identity) -> PaymentTerms:
        terms = self._booking.terms(booking_id)
        if not caller.is_staff and str(terms.customer_id) != caller.subject:
            raise BookingNotFoundError(booking_id=str(booking_id))
        return terms

    def _save(self, request: PaymentRequest, caller: Identity, key: IdempotencyKey | None) -> Attempt:
        terms, now = self._terms(request.booking_id, caller), self._clock.now()
        with self._unit_of_work() as work:
            if terms.received is None:
                back = work.refunds.returned(terms.booking_id)
                terms = terms.model_copy(update={"received": terms.kept + Money(amount=back)})
            wanted = new_attempt(uuid4(), uuid4(), request, terms, now, two_stage=self._two_stage)
            # Asked again under the key's lock: a twin of this request may have got here first.
            if replay := work.idempotency.replay(key):
                return work.attempts.get(UUID(replay["payment_id"]))
            work.attempts.lock_payer(wanted.customer_id)
            attempt = work.attempts.add(wanted, now + FIRST_POLL)
            if attempt is wanted:
                if not caller.is_staff:
                    require_room(work.attempts.open_of(wanted.customer_id, now), terms.max_open_payments, now)
                self._receipts.plan(work, attempt, terms)
            work.idempotency.remember(key, {"payment_id": str(attempt.payment_id)})
            work.commit()
            return attempt

    def _submit(self, attempt: Attempt, gateway: Gateway) -> Attempt:
        if attempt.status != "creating":
            return attempt
        if self._clock.now() >= attempt.expires_at:
            raise HoldExpiredError
        receipt = self._receipts.of_payment(attempt.payment_id)
        try:
            found = gateway.create(attempt, capture=not attempt.two_stage, receipt=receipt)
        except GatewayFaultError as error:
            raise GatewayOutOfOrderError from error
        except GatewayUnreachableError as error:
            raise GatewayUnavailableError from error
        except GatewayRefusedError as error:
            return self._settlement.fail(attempt, error.code)
        return self._settlement.apply(attempt.payment_id, found)
