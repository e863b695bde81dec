"""Money that the studio holds for somebody, and how it changes: every change is an entry, and never undone."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from payment.held_money.errors import NotEnoughHeldError
from payment.receipts.advances import Advance
from shared_schemas.money import later_part
from shared_schemas.providers import HeldMoney

EntryKind = Literal[
    "top_up", "payout", "payment", "returned", "refund", "moved_in", "moved_out", "sold", "taken", "given_back"
]
# Who enters what no person does.
SYSTEM = "system"


@dataclass(frozen=True)
class Held:
    """`remaining` is what is left, in kopecks, or in minutes of a pass; `worth` is what of the money that came in for
    it is not used yet, in kopecks: less than what it pays for where it was sold with a discount."""

    id: UUID
    kind: HeldMoney
    customer_id: UUID | None
    created_at: datetime
    remaining: int = 0
    worth: int = 0
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What makes a change, under an id of its own, so that it is made once.

    `price` is what it pays of a booking, or gives back of that, in kopecks; `method` how money came over the desk;
    `receipt` what the studio's own till prints of it."""

    id: UUID
    kind: EntryKind
    at: datetime
    entered_by: str = SYSTEM
    method: str | None = None
    price: int | None = None
    payment_id: UUID | None = None
    booking_id: UUID | None = None
    refund_id: UUID | None = None
    receipt: Advance | None = None


@dataclass(frozen=True, kw_only=True)
class Entry(Cause):
    """A change of what is held: `amount` in its unit and `worth` in kopecks, below zero for what was taken out;
    `remaining` is what was left after it."""

    held_id: UUID
    amount: int
    worth: int
    remaining: int


Change = tuple[Held, Entry]


def put_in(held: Held, cause: Cause, amount: int, worth: int | None = None) -> Change:
    """With so much more; it is worth as many kopecks, unless told otherwise."""
    return _changed(held, cause, amount, amount if worth is None else worth)


def take_out(held: Held, cause: Cause, amount: int) -> Change:
    """With so much less, and with as much less of its worth in proportion: the last unit takes what is left of it.

    `NotEnoughHeldError`."""
    if not 0 < amount <= held.remaining:
        raise NotEnoughHeldError(remaining=held.remaining)
    return _changed(held, cause, -amount, -(held.worth * amount // held.remaining))


def give_back(held: Held, spent: Entry, cause: Cause, price: int, before: int) -> Change:
    """With what a payment took out, as far as `price` of that payment goes back, after `before` of it did; in kopecks.

    Parts of parts add up to the whole, to the last minute and kopeck. A minute that goes back in part goes back, for
    money without time would be lost."""
    whole = spent.price or 0
    amount = -later_part(spent.amount, whole, before, price)
    worth = later_part(-spent.worth, whole, before, price)
    known = replace(cause, price=-price, payment_id=spent.payment_id, booking_id=spent.booking_id)
    return _changed(held, known, amount, worth)


def _changed(held: Held, cause: Cause, amount: int, worth: int) -> Change:
    after = replace(held, remaining=held.remaining + amount, worth=held.worth + worth)
    entry = Entry(**vars(cause), held_id=held.id, amount=amount, worth=worth, remaining=after.remaining)
    return after, entry
