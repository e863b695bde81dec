"""What of a booking's money stays and what goes back. In whatever order the news of it comes, this is asked."""

from booking.domain_booking import changed, given_back, kept, move
from booking.domain_cancellation import refund
from shared_schemas.booking import Booking
from shared_schemas.common import Money


def going_back(booking: Booking, limit: int, percent: int = 100) -> int:
    """What goes back in all, in kopecks, once a booking is to cost no more than `limit`: on top of what is promised,
    a share of what is kept beyond it. No promise is ever taken back."""
    return booking.refund_due.amount + refund(max(kept(booking) - limit, 0), percent)


def expired(booking: Booking) -> Booking:
    """The hold that ran out: parts of a prepayment bought nothing, and all that came goes back."""
    return move(booking, "expired", refund_due=Money(amount=going_back(booking, 0)))


def with_payment(before: Booking, amount: int, returning: int = 0, gone: int = 0) -> tuple[Booking, int]:
    """The booking once a payment counts, and what of it the booking itself promises to give back, in kopecks.

    The payment service is `returning` a part by its own decision, and so much is `gone` already: news of refunds may
    overtake that of their payment. What comes beyond the total goes back whole, whether it was paid before the booking
    got cheaper or after. What the terms left to the studio when a visit was made smaller stays: it was paid by then."""
    known = before.refund_due.amount + min(returning, amount)
    counted = changed(before, paid=before.paid + Money(amount=amount), refund_due=Money(amount=known))
    due = going_back(counted, limit=max(before.total.amount, kept(before)))
    after = counted.model_copy(update={"refund_due": Money(amount=due)})
    return given_back(after, gone).model_copy(update={"version": before.version + 1}), due - known
