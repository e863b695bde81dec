"""What must hold between everybody's books; each check names what is wrong, and nothing where all is well."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tests.support.stories.money.books import Books, Entry

T = TypeVar("T")

# Visits that take place, or took place: they must be paid for.
HELD_TO_PAY = {"confirmed", "in_progress", "completed", "no_show"}
OVER = {"expired", "cancelled"}


def every_ruble_taken_is_entered_once(books: Books) -> Iterator[str]:
    """Both ways: what a gateway took is in the ledger, and the ledger has nothing that no gateway took."""
    theirs: defaultdict[str, list[int]] = defaultdict(list)
    for at in books.gateways:
        if at.taken and at.attempt_id not in books.payment_ids:
            yield f"{at.provider} took {at.taken} as {at.id}, which is none of our payments"
        elif at.taken:
            theirs[books.payment_ids[at.attempt_id or ""]].append(at.taken)
    entered = _grouped((e.payment_id, e.amount) for e in books.ledger if e.amount > 0)
    for payment in books.payments:
        if entered[payment.id] != theirs[payment.id]:
            told = f"the gateway took {theirs[payment.id]}, the ledger says {entered[payment.id]}"
            yield f"payment {payment.id} ({payment.status}): {told}"


def every_ruble_given_back_is_entered_once(books: Books) -> Iterator[str]:
    """A gateway's refunds of a payment are, one by one, those in the ledger."""
    theirs = _grouped(
        (books.payment_ids.get(at.attempt_id or "", ""), given.amount)
        for at in books.gateways
        for given in at.given_back
    )
    entered = _grouped((e.payment_id, -e.amount) for e in books.ledger if e.amount < 0)
    for payment in books.payments:
        if sorted(entered[payment.id]) != sorted(theirs[payment.id]):
            told = f"the gateway gave back {theirs[payment.id]}, the ledger says {entered[payment.id]}"
            yield f"payment {payment.id} ({payment.status}): {told}"


def no_refund_is_carried_out_twice(books: Books) -> Iterator[str]:
    for at in books.gateways:
        ids = Counter(given.asked_as for given in at.given_back if given.asked_as)
        yield from (f"{at.provider} {at.id}: refund {one} went back {n} times" for one, n in ids.items() if n > 1)
        back = sum(given.amount for given in at.given_back)
        if back > at.taken:
            yield f"{at.provider} {at.id}: {back} went back of {at.taken}"


def every_refund_is_over(books: Books) -> Iterator[str]:
    """Nothing hangs between us and a gateway for ever."""
    for refund in books.refunds:
        if refund.status not in ("succeeded", "failed"):
            yield f"refund {refund.id} of {refund.amount} is {refund.status}"


def every_booking_is_paid_or_refunded(books: Books) -> Iterator[str]:
    """A visit that is on has its prepayment, but for what staff gave away; of any other nothing is kept that its terms
    do not leave to the studio."""
    balance = _balances(books.ledger)
    staff = _sums((r.booking_id, r.amount) for r in books.refunds if r.by_staff and r.status == "succeeded")
    for booking in books.bookings:
        kept, gift = balance[booking.id], staff[booking.id]
        if booking.status in HELD_TO_PAY:
            if kept + gift < booking.prepayment:
                yield f"booking {booking.id} is {booking.status} with {kept} of its prepayment {booking.prepayment}"
        elif booking.status not in OVER:
            yield f"booking {booking.id} is still {booking.status}"
        elif not max((booking.may_keep or 0) - gift, 0) <= kept <= (booking.may_keep or 0):
            yield f"booking {booking.id} is {booking.status} and keeps {kept}, where {booking.may_keep or 0} is right"


def nothing_beyond_the_price_is_kept(books: Books) -> Iterator[str]:
    """In whatever order the price changed and the money came."""
    balance = _balances(books.ledger)
    for booking in books.bookings:
        if booking.status in HELD_TO_PAY and booking.total is not None and balance[booking.id] > booking.total:
            yield f"booking {booking.id} costs {booking.total} and keeps {balance[booking.id]}"


def bookings_know_what_is_paid(books: Books) -> Iterator[str]:
    balance = _balances(books.ledger)
    for booking in books.bookings:
        if (booking.paid, booking.refund_due) != (balance[booking.id], 0):
            due = f" and {booking.refund_due} still to go back" if booking.refund_due else ""
            yield f"booking {booking.id} has {booking.paid} paid{due}; the ledger says {balance[booking.id]}"


def the_ledger_is_what_moved(books: Books) -> Iterator[str]:
    yield from books.differences


def every_event_arrived(books: Books) -> Iterator[str]:
    """What a service meant to tell was published, and Integration has it."""
    for event in books.told:
        if not event.published:
            yield f"{event.type} {event.id} was never published"
        elif event.id not in books.logged:
            yield f"{event.type} {event.id} is not in the event log"


def what_happened_was_told_once(books: Books) -> Iterator[str]:
    """One payment.succeeded for each payment that counts, one payment.refunded for each refund, and no other."""
    told: Counter[tuple[str, str, int]] = Counter(
        (event.type, event.of, event.amount) for event in books.told if event.of is not None
    )
    taken = _sums((e.payment_id, e.amount) for e in books.ledger if e.amount > 0)
    wanted: Counter[tuple[str, str, int]] = Counter()
    for payment in books.payments:
        if payment.status == "succeeded" and payment.reason != "duplicate":
            wanted["payment.succeeded", payment.id, taken[payment.id]] += 1
    for refund in books.refunds:
        if refund.status == "succeeded":
            wanted["payment.refunded", refund.id, refund.amount] += 1
    for fact in sorted(told.keys() | wanted.keys()):
        if told[fact] != wanted[fact]:
            yield f"{fact[0]} of {fact[1]} over {fact[2]} was told {told[fact]} times instead of {wanted[fact]}"


CHECKS: tuple[Callable[[Books], Iterator[str]], ...] = (
    every_ruble_taken_is_entered_once,
    every_ruble_given_back_is_entered_once,
    no_refund_is_carried_out_twice,
    every_refund_is_over,
    every_booking_is_paid_or_refunded,
    nothing_beyond_the_price_is_kept,
    bookings_know_what_is_paid,
    the_ledger_is_what_moved,
    every_event_arrived,
    what_happened_was_told_once,
)


def wrong(books: Books) -> list[str]:
    """All that does not hold, each line with the name of its check."""
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(books)]


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for key, amount in pairs:
        sums[key] += amount
    return sums


def _grouped(pairs: Iterable[tuple[str, T]]) -> defaultdict[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _balances(ledger: list[Entry]) -> Counter[str]:
    return _sums((entry.booking_id, entry.amount) for entry in ledger)
