"""How much of a booking's money is kept and how much is refunded, whatever the order of the events."""

from datetime import datetime
from typing import TypedDict

from booking.bookings.domain.booking import changed, move, retained
from booking.bookings.domain.cancellation import refund
from shared_schemas.booking.bookings import Booking
from shared_schemas.common import Money
from shared_schemas.promises import GivenAway, Promise, Returns, owed


class GoingBack(TypedDict):
    """The fields of a booking that a promised refund changes."""

    refund_due: Money
    returns: Returns


def going_back(booking: Booking, at: datetime, limit: int, percent: int = 100, most: int | None = None) -> GoingBack:
    """What goes back in all once a booking is to cost no more than `limit` kopecks since `at`: on top of what is
    promised, a share of what was kept beyond it then, and no more than `most`. No promise is ever taken back."""
    before = booking.returns
    promised, there = owed(before.promises, before.given), retained(booking)
    given_later = sum(gift.amount.amount for gift in before.given if gift.at >= at)
    more = refund(max(there + given_later - limit, 0), percent)
    more = min(more, there if most is None else most)
    if more <= 0:
        return {"refund_due": booking.refund_due, "returns": before}
    received = there + promised + sum(gift.amount.amount for gift in before.given)
    figures = {"received": received, "limit": limit, "amount": more}
    promise = Promise(at=at, percent=percent, **{name: Money(amount=figure) for name, figure in figures.items()})
    returns = before.model_copy(update={"promises": [*before.promises, promise]})
    return {"refund_due": booking.refund_due + Money(amount=more), "returns": returns}


def expired(booking: Booking, now: datetime) -> Booking:
    """The booking whose hold expired: a partial prepayment buys nothing and is refunded."""
    return move(booking, "expired", **going_back(booking, now, 0))


def with_payment(before: Booking, amount: int, at: datetime, returning: int = 0) -> tuple[Booking, int]:
    """The booking once a payment of that time counts, and what of it the booking itself promises to give back.

    The payment service is `returning` a part by its own decision. What comes beyond the total goes back whole, whether
    it was paid before the booking got cheaper or after. What the terms left to the studio when a visit was made
    smaller stays: it was paid by then. All in kopecks."""
    taken_back = min(returning, amount)
    known = before.refund_due.amount + taken_back
    # It is too much since it came in, or since the booking got cheaper.
    at = max(at, before.returns.since or at)
    counted = changed(before, paid=before.paid + Money(amount=amount), refund_due=Money(amount=known))
    back = going_back(counted, at, limit=before.total.amount, most=amount - taken_back)
    after = changed(counted, **back)
    return after.model_copy(update={"version": before.version + 1}), back["refund_due"].amount - known


def given_back(
    booking: Booking, amount: int, promised: int | None = None, decided_at: datetime | None = None
) -> Booking:
    """The booking once so many kopecks went back, of which it had `promised` a part. The rest was given away: what is
    promised since then is less by it, as if that had been known. Where nobody says which it is, what was promised
    comes first."""
    returns, settled = booking.returns, amount
    if promised is not None and decided_at is not None:
        returns = _given(returns, amount - promised, decided_at)
        settled = promised + owed(returns.promises, booking.returns.given) - owed(returns.promises, returns.given)
    paid = max(booking.paid.amount - amount, 0)
    return changed(
        booking,
        paid=Money(amount=paid),
        refund_due=Money(amount=min(max(booking.refund_due.amount - settled, 0), paid)),
        refunded=booking.refunded + Money(amount=amount),
        returns=returns,
    )


def _given(returns: Returns, amount: int, at: datetime) -> Returns:
    if amount <= 0:
        return returns
    return returns.model_copy(update={"given": [*returns.given, GivenAway(at=at, amount=Money(amount=amount))]})
