"""Use cases of the desk: staff take money, and see what is to be handed back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.attempts.domain import Attempt, view
from payment.desk.domain import taken
from payment.desk.errors import MoreThanDueError
from payment.desk.ports import Work
from payment.desk.receiving import receive
from payment.paying.errors import GroupNotPayableError
from payment.paying.ports import BookingTerms
from payment.paying.together import divided, payable, wanted
from payment.receipts.service import Receipts
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money, Page
from shared_schemas.payment.desk import (
    DeskPaymentRequest,
    DeskRefund,
    DeskRefundsQuery,
    GroupDeskPaymentRequest,
    GroupPayment,
)
from shared_schemas.payment.payments import Payment, PositiveMoney


@dataclass(frozen=True)
class Desk:
    """Take money for a booking; list what is to be handed out."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _booking: BookingTerms
    _receipts: Receipts

    def take(
        self, booking_id: UUID, request: DeskPaymentRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Payment:
        """Write down money that is taken; the booking hears of it as of any other payment.

        `BookingNotFoundError`, `BookingNotPayableError`, `HoldExpiredError`; `AmountOutOfRangeError` if it is too
        little to confirm a held booking, `MoreThanDueError`; `NoTillOpenError` for cash;
        `BookingUnavailableError`, to be repeated."""
        terms = self._booking.terms(booking_id)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                attempt = work.attempts.get(UUID(replay["payment_id"]))
            else:
                attempt = self._taken(work, request, terms, caller)
                work.idempotency.remember(key, {"payment_id": str(attempt.payment_id)})
                note(target=f"payment:{attempt.payment_id}", after=request.model_dump(exclude={"note"}))
                work.commit()
        return view(attempt, self._clock.now(), for_staff=True)

    def take_group(
        self, group_id: UUID, request: GroupDeskPaymentRequest, caller: Identity, key: IdempotencyKey | None
    ) -> GroupPayment:
        """The same for the visits of a group that may be paid: a payment for each, all of them or none.

        `GroupNotFoundError`, `GroupNotPayableError`, `AmountOutOfRangeError`, `MoreThanDueError`, `NoTillOpenError`;
        `BookingUnavailableError`, to be repeated."""
        visits = self._booking.group(group_id)
        with self._unit_of_work() as work:
            return work.once(key, GroupPayment, lambda: self._taken_together(work, request, visits, caller))

    def to_hand_out(self, query: DeskRefundsQuery) -> Page[DeskRefund]:
        """What staff are to give back by hand, the oldest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.desk.to_hand_out(after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def _taken_together(
        self, work: Work, request: GroupDeskPaymentRequest, visits: list[PaymentTerms], caller: Identity
    ) -> GroupPayment:
        """In the order in which the locks of bookings are taken."""
        now = self._clock.now()
        owing = payable(visits, now)
        shares = divided(owing, request.amount.amount) if request.amount else wanted(owing, "balance")
        made = list[Payment]()
        for terms, amount in shares:
            own = DeskPaymentRequest(amount=PositiveMoney(amount=amount), method=request.method, note=request.note)
            with _all_that_is_left(request):
                made.append(view(self._taken(work, own, terms, caller), now, for_staff=True))
        total = Money(amount=sum(amount for _, amount in shares))
        note(after={"amount": total, "method": request.method, "payments": [payment.id for payment in made]})
        return GroupPayment(amount=total, payments=made)

    def _taken(self, work: Work, request: DeskPaymentRequest, terms: PaymentTerms, caller: Identity) -> Attempt:
        attempt = taken(uuid4(), uuid4(), request, terms, caller.subject, self._clock.now())
        receive(work, attempt, terms, self._receipts)
        return attempt


@contextmanager
def _all_that_is_left(request: GroupDeskPaymentRequest) -> Iterator[None]:
    """Where that was asked for and is nothing by now, `GroupNotPayableError`, as a moment later: the booking has not
    heard of the money yet."""
    try:
        yield
    except MoreThanDueError as refusal:
        if request.amount is None and not refusal.params["due"]:
            raise GroupNotPayableError from refusal
        raise
