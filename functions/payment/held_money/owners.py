"""Whose held money is: what becomes of it when two customers turn out to be one, and when one is erased."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from payment.alarms import alarm
from payment.held_money.domain import Cause, put_in, take_out
from payment.held_money.ports import HeldWork
from payment.held_money.records import record

LEFT_BEHIND = "money_held_for_erased_person"


def join(work: HeldWork, guest_ids: Sequence[UUID], account_id: UUID, now: datetime) -> None:
    """What was held for these guests is held for the account: their balances are moved, and closed."""
    for balance in work.held_money.locked_balances([*guest_ids, account_id]):
        if balance.customer_id == account_id:
            continue
        closed = balance
        if balance.remaining:
            target = work.held_money.locked_balance(account_id, now)
            closed, gone = take_out(balance, Cause(id=uuid4(), kind="moved_out", at=now), balance.remaining)
            record(work, closed, gone)
            record(work, *put_in(target, Cause(id=uuid4(), kind="moved_in", at=now), balance.remaining))
        work.held_money.store(replace(closed, closed_at=now))
    work.held_money.hand_over(guest_ids, account_id)


def forget(work: HeldWork, customer_id: UUID) -> None:
    """What staff wrote of somebody goes. What is held for them stays owed, under an id that leads nowhere: a person
    may not be kept for the sake of money, nor money for the sake of a form. Staff are told, and may pay it out."""
    work.held_money.forget_notes(customer_id)
    for held in work.held_money.left_to(customer_id):
        detail = f"The {held.kind} {held.id} of the erased customer {customer_id} still has {held.remaining}"
        work.emit(alarm("forget", LEFT_BEHIND, detail, None))
