"""What bookings promised to give back, set against what is on its way: what is still to be asked for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from payment.refunds.domain.refund import EXCESS, OUTSIDE, StoredRefund
from shared_schemas.common import Money
from shared_schemas.events.bookings import ReturningEvent
from shared_schemas.promises import GivenAway, Promise, owed

# How the causes of refunds begin that an event promised, and of those that stand in for what failed or was refused.
PROMISED, INSTEAD = "event:", "instead:"


@dataclass(frozen=True)
class Promises:
    """All that a booking promised, by the newest of its events that was heard of, and why it did so last.

    `plain` is what events of before they told how it was reckoned promised, in kopecks."""

    booking_id: UUID
    booking_version: int = 0
    promises: tuple[Promise, ...] = ()
    plain: int = 0
    reason: str = ""


def heard(known: Promises, event: ReturningEvent, amount: int) -> Promises:
    """With one more event, which comes once but in any order: a newer one tells of all promises before it."""
    reason = event.type.replace(".", "_")
    if not event.promises:
        return replace(known, plain=known.plain + amount, reason=reason)
    if event.booking_version < known.booking_version:
        return known
    return replace(known, booking_version=event.booking_version, promises=tuple(event.promises), reason=reason)


def unasked(promises: Promises, refunds: Sequence[StoredRefund]) -> int:
    """What is promised and was never asked for of a booking's payments, in kopecks. What was asked for and failed is
    in the hands of staff; what was given away and failed goes back after all, if it was to count for a promise."""
    given = [
        GivenAway(at=refund.created_at, amount=Money(amount=refund.given_away))
        for refund in refunds
        if refund.given_away and refund.status != "failed"
    ]
    asked = sum(refund.promised or 0 for refund in refunds if refund.cause.startswith((PROMISED, INSTEAD)))
    return max(promises.plain + owed(promises.promises, given) - asked, 0)


def in_place_of_failed(refund: StoredRefund, others: Sequence[StoredRefund]) -> StoredRefund:
    """A refund by the word of staff, which first makes up for what was promised and failed."""
    return replace(refund, promised=min(refund.amount, not_made_up(others)))


def not_made_up(refunds: Sequence[StoredRefund]) -> int:
    """What was promised of a booking's payments, failed, and nobody has given back in another way, in kopecks."""
    failed = made_up = 0
    for refund in refunds:
        if refund.cause.startswith((PROMISED, INSTEAD, EXCESS)):
            failed += refund.promised or 0 if refund.status == "failed" else 0
        elif refund.status != "failed":
            made_up += refund.promised or 0
    return max(failed - made_up, 0)


def wanted_anew(
    refunds: Sequence[StoredRefund], crowded: Collection[UUID]
) -> Iterator[tuple[StoredRefund, StoredRefund]]:
    """Those of a booking that were `crowded` out, before and after they are no longer what was asked for a promise:
    what of it nobody has made up for is to be asked for again."""
    left = not_made_up(refunds)
    for refund in refunds:
        if refund.id in crowded and refund.promised and refund.cause.startswith((PROMISED, INSTEAD)):
            part = min(refund.promised, left)
            left -= part
            yield refund, replace(refund, promised=refund.promised - part)


def by_hand(refunds: Sequence[StoredRefund]) -> int:
    """What went back in a cabinet beyond what was promised then, in kopecks."""
    return sum(refund.given_away for refund in refunds if refund.reason == OUTSIDE)
