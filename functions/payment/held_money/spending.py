"""Pays for bookings with money that the studio holds already: at once, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.trail.deed import note
from payment.attempts.domain import Attempt, view
from payment.desk.errors import MoreThanDueError
from payment.desk.receiving import receive
from payment.held_money.domain import SYSTEM, Cause, Held, take_out
from payment.held_money.ports import Work
from payment.held_money.records import record
from payment.paying.charges import received, require_payable
from payment.paying.errors import BookingNotFoundError
from payment.paying.ports import BookingTerms
from payment.receipts.service import Receipts
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.payment.kinds import Purpose
from shared_schemas.payment.payments import Payment
from shared_schemas.providers import HeldMoney

NOWHERE = ""
"""Nobody leaves for a gateway's page, and nobody comes back from it."""


@dataclass(frozen=True)
class Chosen:
    """What is to pay `price` of a booking, in kopecks: so much of what is held, in its unit."""

    held: Held
    amount: int
    price: int


class Spending:
    """Moves held money to a booking: the payment succeeds with the entry, or neither is there."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, booking: BookingTerms, receipts: Receipts
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._booking = booking
        self._receipts = receipts

    def terms(self, booking_id: UUID, caller: Identity) -> PaymentTerms:
        """What may be charged; `BookingNotFoundError` also for somebody else's booking, `BookingUnavailableError`."""
        terms = self._booking.terms(booking_id)
        if not caller.is_staff and not caller.owns(terms.customer_id, terms.booking_id):
            raise BookingNotFoundError(booking_id=str(booking_id))
        return terms

    def pay(
        self,
        provider: HeldMoney,
        terms: PaymentTerms,
        caller: Identity,
        key: IdempotencyKey | None,
        choose: Callable[[Any, datetime], Chosen],
        words: str | None = None,
    ) -> Payment:
        """The payment, which has succeeded; `choose` locks what is held, and has looked that there is enough.

        `HoldExpiredError`, `BookingNotPayableError`, `MoreThanDueError`."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return view(work.attempts.get(UUID(replay["payment_id"])), now)
            require_payable(terms, now)
            paid = choose(work, now)
            if paid.price > terms.balance.amount:
                raise MoreThanDueError(due=terms.balance.amount)
            attempt = own_attempt(provider, terms, paid.price, caller.subject, now)
            held, entry = take_out(paid.held, _cause(attempt), paid.amount)
            attempt = replace(attempt, note=words, money=None if -entry.worth == paid.price else -entry.worth)
            receive(work, attempt, terms, self._receipts)
            record(work, held, entry)
            note(target=f"payment:{attempt.payment_id}")
            work.idempotency.remember(key, {"payment_id": str(attempt.payment_id)})
            work.commit()
        return view(attempt, now)


def _cause(attempt: Attempt) -> Cause:
    return Cause(
        id=attempt.id,
        kind="payment",
        at=attempt.created_at,
        entered_by=attempt.taken_by or SYSTEM,
        price=attempt.amount.amount,
        payment_id=attempt.payment_id,
        booking_id=attempt.booking_id,
    )


def own_attempt(provider: HeldMoney, terms: PaymentTerms, price: int, by: str, now: datetime) -> Attempt:
    """A payment of so much of a booking with held money, which is here already."""
    whole: Purpose = "full" if price == terms.balance.amount else "prepayment"
    return Attempt(
        id=uuid4(),
        payment_id=uuid4(),
        booking_id=terms.booking_id,
        booking_number=terms.number,
        customer_id=terms.customer_id,
        provider=provider,
        method=None,
        purpose=whole if terms.status == "pending" else "balance",
        amount=Money(amount=price),
        covers=received(terms) + price,
        booking_version=terms.booking_version,
        return_url=NOWHERE,
        correlation_id=terms.correlation_id,
        expires_at=now,
        created_at=now,
        status="succeeded",
        taken=price,
        taken_by=by,
    )
