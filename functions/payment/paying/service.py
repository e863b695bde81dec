"""Use cases of paying. The attempt is saved before its gateway hears of it, and no transaction waits for a gateway."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import aside, note
from payment.access import visible
from payment.attempts.domain import DUPLICATE, Attempt, require_created, view
from payment.attempts.errors import HoldExpiredError, PaymentNotFoundError, VisitBeingPaidError
from payment.errors import ProviderUnavailableError
from payment.gateways.port import (
    Gateway,
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    LinkLostError,
)
from payment.paying.charges import new_attempt, require_room
from payment.paying.errors import (
    BookingNotFoundError,
    GatewayOutOfOrderError,
    GatewayUnavailableError,
    GroupNotFoundError,
)
from payment.paying.ports import BookingTerms, Work
from payment.paying.settlement import Settlement
from payment.paying.together import divided, is_same, named, parts, payable
from payment.paying.together import wanted as wanted_of
from payment.receipts.service import Receipts
from payment.refunds.domain.sums import collected
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money, Page
from shared_schemas.errors import ForbiddenError
from shared_schemas.payment.payments import CollectedPayment, Payment, PaymentRequest, PaymentsQuery

# Longer than any request lives, so that the poll does not compete with the request that made the attempt.
FIRST_POLL = timedelta(minutes=1)


@dataclass(frozen=True)
class Payments:
    """Start a payment, look it up."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _booking: BookingTerms
    _gateways: Mapping[str, Gateway]
    _receipts: Receipts
    _settlement: Settlement
    two_stage: bool = False

    def create(self, request: PaymentRequest, caller: Identity, key: IdempotencyKey | None) -> Payment:
        """A payment that waits at its gateway's page; a repeat goes on where the first request stopped.

        The key is remembered with the attempt, before the gateway is called: whatever breaks after that, the same
        attempt is created again under the same key, which makes one payment at the gateway. If its page's address got
        lost on the way, another payment takes its place, under the key as well.

        `ProviderUnavailableError`; `BookingNotFoundError`, `BookingNotPayableError`, `AmountOutOfRangeError`,
        `GroupNotFoundError`, `GroupNotPayableError`, `TooManyOpenPaymentsError`, `HoldExpiredError`,
        `BookingChangedError`; `VisitBeingPaidError` if a visit has a link of another kind; `PaymentRefusedError` if
        the gateway declines. To be repeated: `BookingUnavailableError`, `ContactUnavailableError`,
        `GatewayUnavailableError`, `GatewayOutOfOrderError`."""
        gateway = self._gateways.get(request.provider)
        if gateway is None:
            raise ProviderUnavailableError(provider=request.provider)
        attempt = self._replayed(key) or self._save(request, caller, key)
        with aside():
            attempt = self._submit(attempt, gateway)
            if attempt.reason == LinkLostError.word:
                attempt = self._submit(self._save(request, caller, key, lost=attempt), gateway)
        require_created(attempt)
        return view(attempt, self._clock.now())

    def get(self, payment_id: UUID, caller: Identity) -> Payment:
        """`PaymentNotFoundError` also if it is somebody else's."""
        with self._unit_of_work() as work:
            attempt = visible(work.attempts.get(payment_id), caller)
        return view(attempt, self._clock.now(), for_staff=caller.is_staff)

    def collected(self, payment_id: UUID) -> CollectedPayment:
        """`PaymentNotFoundError` also if nothing came in that counts for the booking."""
        with self._unit_of_work() as work:
            attempt, refunds = work.attempts.get(payment_id), work.refunds.of_payment(payment_id)
            at = work.ledger.received_at(payment_id)
        if attempt.status != "succeeded" or attempt.reason == DUPLICATE:
            raise PaymentNotFoundError(payment_id=str(payment_id))
        return collected(attempt, refunds, at)

    def of_booking(self, booking: UUID | str, caller: Identity) -> Page[Payment]:
        """The payments of a booking, by its id or its number, oldest first; clients see only their own, and guests
        those of their booking."""
        with self._unit_of_work() as work:
            attempts = work.attempts.of_booking(booking)
        return self._own(attempts, caller)

    def of_whole(self, whole_id: UUID, caller: Identity) -> Page[Payment]:
        """The payments that were one for the visits of a group; clients see only their own."""
        with self._unit_of_work() as work:
            attempts = work.attempts.of_whole(whole_id)
        return self._own(attempts, caller)

    def _own(self, attempts: list[Attempt], caller: Identity) -> Page[Payment]:
        now = self._clock.now()
        own = [each for each in attempts if caller.is_staff or caller.owns(each.customer_id, each.booking_id)]
        return Page(data=[view(attempt, now, for_staff=caller.is_staff) for attempt in own])

    def of_time(self, query: PaymentsQuery, caller: Identity) -> Page[Payment]:
        """The payments begun in a time, newest first, for staff: `ForbiddenError` for others; `InvalidCursorError`."""
        if not caller.is_staff:
            raise ForbiddenError
        after, now = decode_cursor(query.cursor), self._clock.now()
        with self._unit_of_work() as work:
            found = work.attempts.page(query, after, query.limit + 1)
        shown = [view(attempt, now, for_staff=True) for attempt in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def _replayed(self, key: IdempotencyKey | None) -> Attempt | None:
        if key is None:
            return None
        with self._unit_of_work() as work:
            replay = work.idempotency.replay(key)
            return work.attempts.get(UUID(replay["payment_id"])) if replay else None

    def _terms(self, booking_id: UUID, caller: Identity) -> PaymentTerms:
        terms = self._booking.terms(booking_id)
        if not caller.is_staff and not caller.owns(terms.customer_id, terms.booking_id):
            raise BookingNotFoundError(booking_id=str(booking_id))
        return terms

    def _save(
        self, request: PaymentRequest, caller: Identity, key: IdempotencyKey | None, lost: Attempt | None = None
    ) -> Attempt:
        """A new attempt, or the one that the key stands for; in the place of one whose page got `lost`."""
        now = self._clock.now()
        terms = self._group(request, caller, now) if request.group_id else [self._terms(named(request), caller)]
        with self._unit_of_work() as work:
            terms = [_received(work, each) for each in terms]
            wanted = self._wanted(request, terms, caller, now)
            # Asked again under the key's lock: a twin of this request may have got here first.
            replay = work.idempotency.replay(key)
            if replay and (lost is None or replay["payment_id"] != str(lost.payment_id)):
                return work.attempts.get(UUID(replay["payment_id"]))
            work.attempts.lock_payer(terms[0].payer or wanted[0].customer_id)
            attempt = _add(work, wanted, now)
            if attempt.payment_id == wanted[0].payment_id:
                if not caller.is_staff:
                    payers = {attempt.customer_id, *terms[0].payer_ids}
                    require_room(work.attempts.open_of(payers, now), terms[0].max_open_payments, now)
                by_booking = {each.booking_id: each for each in terms}
                for part in wanted:
                    self._receipts.plan(work, part, by_booking[part.booking_id])
            work.idempotency.remember(key, {"payment_id": str(attempt.payment_id)})
            note(target=f"payment:{attempt.payment_id}")
            work.commit()
            return attempt

    def _group(self, request: PaymentRequest, caller: Identity, now: datetime) -> list[PaymentTerms]:
        """The visits of a group that may be paid; of somebody else's group nobody hears."""
        visits = self._booking.group(cast("UUID", request.group_id))
        if not caller.is_staff and not all(caller.owns(visit.customer_id, visit.booking_id) for visit in visits):
            raise GroupNotFoundError(group_id=str(request.group_id))
        return payable(visits, now)

    def _wanted(
        self, request: PaymentRequest, terms: list[PaymentTerms], caller: Identity, now: datetime
    ) -> list[Attempt]:
        if request.group_id:
            shares = divided(terms, request.amount.amount) if request.amount else wanted_of(terms, request.purpose)
            made = parts(request, shares, now)
        else:
            made = [new_attempt(uuid4(), uuid4(), request, terms[0], now, two_stage=self.two_stage)]
        # What the desk has asked for is known at the till, which is not closed before it is over.
        return [replace(each, taken_by=caller.subject if caller.is_staff else None) for each in made]

    def _submit(self, attempt: Attempt, gateway: Gateway) -> Attempt:
        if attempt.status != "creating":
            return attempt
        if self._clock.now() >= attempt.expires_at:
            raise HoldExpiredError
        receipt = self._receipts.of_payment(attempt.payment_id)
        try:
            found = gateway.create(attempt.order, capture=not attempt.two_stage, receipt=receipt)
        except GatewayFaultError as error:
            raise GatewayOutOfOrderError from error
        except GatewayUnreachableError as error:
            raise GatewayUnavailableError from error
        except GatewayRefusedError as error:
            return self._settlement.fail(attempt, error.code)
        return self._settlement.apply(attempt.payment_id, found)


def _received(work: Work, terms: PaymentTerms) -> PaymentTerms:
    if terms.received is not None:
        return terms
    back = work.refunds.returned(terms.booking_id)
    return terms.model_copy(update={"received": terms.kept + Money(amount=back)})


def _add(work: Work, wanted: list[Attempt], now: datetime) -> Attempt:
    """Save what is wanted, or find the open payment that asks for the same. `VisitBeingPaidError`."""
    if len(wanted) == 1:
        attempt = work.attempts.add(wanted[0], now + FIRST_POLL)
        if attempt.whole_id:
            raise VisitBeingPaidError(number=attempt.booking_number)
        return attempt
    for open_one in work.attempts.open(wanted[0].booking_id):
        same_way = (open_one.provider, open_one.method) == (wanted[0].provider, wanted[0].method)
        if open_one.whole_id and same_way and is_same(work.attempts.parts(open_one), wanted):
            return work.attempts.get(open_one.whole_id)
    return work.attempts.add_parts(wanted, now + FIRST_POLL)
