"""Use cases of deposits: taken at the door, given back, or kept in part for what was broken."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.alarms import alarm
from payment.deposits.domain import StoredDeposit, require_taken_now
from payment.deposits.errors import DepositNotFoundError, DepositTooSmallError
from payment.deposits.ports import Left, Work
from payment.held_money.domain import Cause, Held, put_in, take_out
from payment.held_money.records import over_the_desk
from payment.held_money.spending import Chosen, Spending
from payment.tills.entering import lock_drawer
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money, Page
from shared_schemas.events.bookings import BookingBalanceChanged, BookingCompleted, BookingNoShow
from shared_schemas.payment.deposits import (
    Deposit,
    DepositKeepRequest,
    DepositRequest,
    DepositReturnRequest,
    DepositsQuery,
)
from shared_schemas.payment.payments import Payment

SUBSCRIBER = "payment-receipts"
STILL_HELD = "deposit_still_held"


class Deposits:
    """Take deposits, give them back, keep of them."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, spending: Spending) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._spending = spending

    def take(self, booking_id: UUID, request: DepositRequest, caller: Identity, key: IdempotencyKey | None) -> Deposit:
        """`BookingNotFoundError`, `BookingUnavailableError`, `NoDepositError`, `NoTillOpenError`."""
        terms = self._spending.terms(booking_id, caller)
        with self._unit_of_work() as work:
            return work.once(key, Deposit, lambda: self._taken(work, terms, request, caller))

    def page(self, query: DepositsQuery) -> Page[Deposit]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.deposits.page(query, after, query.limit + 1)
        return paged([view(left) for left in found], query.limit, lambda last: encode_cursor(last.taken_at, last.id))

    def give_back(
        self, deposit_id: UUID, request: DepositReturnRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Deposit:
        """`DepositNotFoundError`, `DepositTooSmallError`, `NoTillOpenError`, `NotEnoughInTillError`."""
        with self._unit_of_work() as work:
            return work.once(key, Deposit, lambda: self._given_back(work, deposit_id, request, caller))

    def keep(
        self, deposit_id: UUID, request: DepositKeepRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Payment:
        """Pay for what the booking owes out of its deposit: what was broken is a line of it by then.

        `DepositNotFoundError`, `DepositTooSmallError`, `BookingNotPayableError`, `HoldExpiredError`,
        `MoreThanDueError`, `BookingUnavailableError`."""
        with self._unit_of_work() as work:
            booking_id = work.deposits.get(deposit_id)[0].booking_id
        terms = self._spending.terms(booking_id, caller)
        amount = request.amount.amount
        keep = partial(_kept, deposit_id=deposit_id, amount=amount)
        return self._spending.pay("deposit", terms, caller, key, lambda work, _: keep(work), request.reason)

    def look(self, event_id: UUID, event: BookingCompleted | BookingNoShow | BookingBalanceChanged) -> None:
        """Tell staff of a deposit that is still here although the visit is over, once."""
        with self._unit_of_work() as work:
            # Noted for every event of the queue, whether or not it says that a visit is over: what is not noted counts
            # as lost.
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            if not isinstance(event, BookingBalanceChanged):
                self._tell(work, event.booking_id)
            work.commit()

    def _tell(self, work: Work, booking_id: UUID) -> None:
        for deposit, held in work.deposits.page(DepositsQuery(booking_id=booking_id, held=True), None, 200):
            detail = f"{held.remaining} kopecks of deposit {deposit.id} are still here: give them back, or keep them"
            work.emit(alarm("deposit", STILL_HELD, detail, _Of(booking_id)))

    def _taken(self, work: Work, terms: PaymentTerms, request: DepositRequest, caller: Identity) -> Deposit:
        require_taken_now(terms)
        lock_drawer(work, request.method)
        now, deposit_id = self._clock.now(), uuid4()
        held = Held(deposit_id, "deposit", terms.customer_id, now)
        deposit = StoredDeposit(
            id=deposit_id,
            booking_id=terms.booking_id,
            booking_number=terms.number,
            amount=request.amount.amount,
            method=request.method,
            taken_by=caller.subject,
            taken_at=now,
        )
        work.held_money.add(held)
        work.deposits.add(deposit)
        cause = Cause(
            id=uuid4(),
            kind="taken",
            at=now,
            entered_by=caller.subject,
            method=request.method,
            booking_id=terms.booking_id,
        )
        after, entry = put_in(held, cause, deposit.amount)
        over_the_desk(work, after, entry, request.method, request.note)
        note(target=f"booking:{terms.booking_id}", after={"deposit": deposit.amount, "method": request.method})
        return view((deposit, after))

    def _given_back(self, work: Work, deposit_id: UUID, request: DepositReturnRequest, caller: Identity) -> Deposit:
        now = self._clock.now()
        lock_drawer(work, request.method)
        deposit, held = _locked(work, deposit_id)
        amount = request.amount.amount if request.amount else held.remaining
        _require_held(held, amount)
        cause = Cause(
            id=uuid4(),
            kind="given_back",
            at=now,
            entered_by=caller.subject,
            method=request.method,
            booking_id=deposit.booking_id,
        )
        left, entry = take_out(held, cause, amount)
        over_the_desk(work, left, entry, request.method, request.note)
        after = replace(deposit, given_back=deposit.given_back + amount)
        work.deposits.put(after)
        note(target=f"booking:{deposit.booking_id}", after={"given_back": amount, "method": request.method})
        return view((after, left))


class _Of:
    """A booking that an alarm is about."""

    payment_id = None

    def __init__(self, booking_id: UUID) -> None:
        self.booking_id = booking_id


def _kept(work: Work, deposit_id: UUID, amount: int) -> Chosen:
    held = _locked(work, deposit_id)[1]
    _require_held(held, amount)
    return Chosen(held, amount, amount)


def _locked(work: Work, deposit_id: UUID) -> Left:
    held = work.held_money.get(deposit_id, lock=True)
    if held is None or held.kind != "deposit":
        raise DepositNotFoundError(deposit_id=str(deposit_id))
    return work.deposits.get(deposit_id)[0], held


def _require_held(held: Held, amount: int) -> None:
    if not 0 < amount <= held.remaining:
        raise DepositTooSmallError(held=held.remaining)


def view(left: Left) -> Deposit:
    """The deposit as staff see it."""
    deposit, held = left
    kept = deposit.amount - deposit.given_back - held.remaining
    return Deposit.model_validate(
        {
            "id": deposit.id,
            "booking_id": deposit.booking_id,
            "booking_number": deposit.booking_number,
            "customer_id": held.customer_id,
            "amount": Money(amount=deposit.amount),
            "held": Money(amount=held.remaining),
            "given_back": Money(amount=deposit.given_back),
            "kept": Money(amount=kept),
            "method": deposit.method,
            "taken_by": deposit.taken_by,
            "taken_at": deposit.taken_at,
        }
    )
