"""Use cases of balances: money that the studio holds for a customer, and owes them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.balances.errors import BalanceTooLowError, NoSuchCustomerError
from payment.held_money.domain import Cause, Entry, Held, put_in, take_out
from payment.held_money.ports import Work
from payment.held_money.records import over_the_desk
from payment.held_money.spending import Chosen, Spending
from payment.receipts.advances import view
from payment.receipts.ports import Contacts
from payment.receipts.service import Receipts
from payment.tills.entering import lock_drawer
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money, Page, SignedMoney
from shared_schemas.payment.balances import (
    Balance,
    BalanceEntriesQuery,
    BalanceEntry,
    BalanceEntryRequest,
    BalancePaymentRequest,
)
from shared_schemas.payment.payments import Payment


class Balances:
    """Look at a balance, put money in and take it out over the desk, pay from it."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        contacts: Contacts,
        spending: Spending,
        receipts: Receipts,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._contacts = contacts
        self._spending = spending
        self._receipts = receipts

    def of(self, customer_id: UUID) -> Balance:
        """What is there; nothing for somebody who never had any."""
        with self._unit_of_work() as work:
            held = work.held_money.balance(customer_id)
        return Balance(customer_id=customer_id, balance=Money(amount=held.remaining if held else 0))

    def entries(self, customer_id: UUID, query: BalanceEntriesQuery, *, for_staff: bool) -> Page[BalanceEntry]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            held = work.held_money.balance(customer_id)
            found = work.held_money.page(held.id, after, query.limit + 1) if held else []
        shown = [shown_entry(entry, words, for_staff=for_staff) for entry, words in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.at, last.id))

    def enter(
        self, customer_id: UUID, request: BalanceEntryRequest, caller: Identity, key: IdempotencyKey | None
    ) -> BalanceEntry:
        """Money over the desk, in or out. `NoSuchCustomerError`, `BalanceTooLowError`, `ContactUnavailableError`,
        `NoTillOpenError`, `NotEnoughInTillError`."""
        if request.kind == "top_up" and self._contacts.recipient(customer_id) is None:
            raise NoSuchCustomerError(customer_id=str(customer_id))
        with self._unit_of_work() as work:
            return work.once(key, BalanceEntry, lambda: self._entered(work, customer_id, request, caller))

    def pay(
        self, booking_id: UUID, request: BalancePaymentRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Payment:
        """Pay for a booking out of its customer's balance. `BookingNotFoundError`, `BookingNotPayableError`,
        `HoldExpiredError`, `MoreThanDueError`, `BalanceTooLowError`, `BookingUnavailableError`."""
        terms = self._spending.terms(booking_id, caller)
        wanted = request.amount.amount if request.amount else None
        return self._spending.pay("balance", terms, caller, key, lambda work, now: _chosen(work, terms, wanted, now))

    def _entered(self, work: Work, customer_id: UUID, request: BalanceEntryRequest, caller: Identity) -> BalanceEntry:
        now, amount = self._clock.now(), request.amount.amount
        lock_drawer(work, request.method)
        held = work.held_money.locked_balance(customer_id, now)
        came = None
        if request.kind == "payout":
            require_enough(held, amount)
            came = work.held_money.came(held.id)
        cause = Cause(
            id=uuid4(),
            kind=request.kind,
            at=now,
            entered_by=caller.subject,
            method=request.method,
            receipt=self._receipts.advance(request.method, came),
        )
        after, entry = (put_in if request.kind == "top_up" else take_out)(held, cause, amount)
        over_the_desk(work, after, entry, request.method, request.note)
        said = {"kind": entry.kind, "amount": entry.amount, "method": entry.method}
        note(target=f"customer:{customer_id}", after=said)
        return shown_entry(entry, request.note, for_staff=True)


def require_enough(held: Held, amount: int) -> None:
    """`BalanceTooLowError` if there is less, or nothing is wanted."""
    if not 0 < amount <= held.remaining:
        raise BalanceTooLowError(available=held.remaining)


def _chosen(work: Work, terms: PaymentTerms, wanted: int | None, now: datetime) -> Chosen:
    held = work.held_money.locked_balance(terms.customer_id, now)
    price = min(terms.balance.amount, held.remaining) if wanted is None else wanted
    require_enough(held, price)
    return Chosen(held, price, price)


def shown_entry(entry: Entry, words: str | None, *, for_staff: bool) -> BalanceEntry:
    """The entry as its owner or the staff see it."""
    return BalanceEntry.model_validate(
        {
            "id": entry.id,
            "kind": entry.kind,
            "amount": SignedMoney(amount=entry.amount),
            "balance": Money(amount=entry.remaining),
            "method": entry.method,
            "payment_id": entry.payment_id,
            "booking_id": entry.booking_id,
            "refund_id": entry.refund_id,
            "receipt": view(entry.receipt, entry.worth),
            "by": entry.entered_by if for_staff else None,
            "note": words if for_staff else None,
            "at": entry.at,
        }
    )
