"""Enters what staff take and hand out in the till that is open, in the transaction in which they do."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from payment.attempts.domain import Attempt
from payment.tills.domain import CASH, StoredTill, cash_in, require_cash
from payment.tills.errors import NoTillOpenError
from payment.tills.ports import Work
from shared_schemas.common import SignedMoney
from shared_schemas.payment.tills import TillEntry, TillEntryKind
from shared_schemas.providers import DESK_METHODS, DeskMethod


def lock_till(work: Work, attempt: Attempt) -> None:
    """Keep others from the drawer until the transaction ends, before any other lock is taken: whatever staff take is
    entered in it, so whoever took it last would wait for somebody who waits for them."""
    if attempt.provider in DESK_METHODS:
        work.tills.current()


def lock_drawer(work: Work, method: DeskMethod) -> None:
    """The same for money of no payment."""
    if work.tills.current() is None and method == CASH:
        raise NoTillOpenError


def enter_held(work: Work, method: DeskMethod, amount: int, by: str, now: datetime) -> None:
    """Money that came for a balance, a certificate or a deposit, below zero what went back, in kopecks.

    `NoTillOpenError` for cash without an open till, `NotEnoughInTillError` for more cash than there is."""
    till = work.tills.current() if amount else None
    if till is None:
        return
    _require_there(work, till, method, amount)
    kind: TillEntryKind = "held_in" if amount > 0 else "held_out"
    work.tills.enter(till.id, TillEntry(kind=kind, method=method, amount=SignedMoney(amount=amount), by=by, at=now))


def enter_payment(work: Work, attempt: Attempt) -> None:
    """Money that came in. `NoTillOpenError` for cash without an open till; other means need none."""
    _enter(work, attempt, attempt.taken, attempt.taken_by or "", attempt.created_at)


def enter_refund(work: Work, attempt: Attempt, refund_id: UUID, amount: int, by: str, now: datetime) -> None:
    """Money that was handed out, in kopecks; nothing for what a gateway gives back. `NoTillOpenError`, and
    `NotEnoughInTillError` for more cash than there is."""
    _enter(work, attempt, -amount, by, now, refund_id)


def _enter(work: Work, attempt: Attempt, amount: int, by: str, now: datetime, refund_id: UUID | None = None) -> None:
    methods: dict[str, DeskMethod] = {name: name for name in get_args(DeskMethod)}
    method = methods.get(attempt.provider)
    if method is None:
        return
    till = work.tills.current()
    if till is None:
        if method == CASH:
            raise NoTillOpenError
        return
    _require_there(work, till, method, amount)
    entry = TillEntry(
        kind="refund" if refund_id else "payment",
        method=method,
        amount=SignedMoney(amount=amount),
        by=by,
        payment_id=attempt.payment_id,
        refund_id=refund_id,
        at=now,
    )
    work.tills.enter(till.id, entry)


def _require_there(work: Work, till: StoredTill, method: DeskMethod, amount: int) -> None:
    if method == CASH and amount < 0:
        require_cash(cash_in(till, work.tills.sums([till.id])[till.id]), -amount)
