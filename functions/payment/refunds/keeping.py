"""Makes the refunds that bookings have promised."""

from datetime import datetime
from uuid import UUID, uuid4

from payment.alarms import alarm
from payment.attempts.events import emit
from payment.refunds.domain.promises import Promises, by_hand, heard, unasked
from payment.refunds.domain.refund import StoredRefund, new_refund
from payment.refunds.domain.sums import share_out
from payment.refunds.ports import Work
from payment.refunds.records import add_refund
from shared_schemas.events.bookings import ReturningEvent


def hear(work: Work, event: ReturningEvent, amount: int) -> None:
    """Store the promise in an event, under the locks of its booking's payments."""
    work.attempts.counted(event.booking_id)
    known = work.promises.of_booking(event.booking_id) or Promises(event.booking_id)
    work.promises.put(heard(known, event, amount))


def keep(work: Work, booking_id: UUID, cause: str, now: datetime, *, to_balance: bool = False) -> list[StoredRefund]:
    """The refunds still missing for a booking's promises, saved and not carried out yet; the newest payments first.

    Called when something is promised, and when a refund that counted for a promise has failed."""
    payments = work.attempts.counted(booking_id)
    promises = work.promises.of_booking(booking_id)
    if promises is None:
        return []
    refunds = work.refunds.of_booking(booking_id)
    amount = unasked(promises, refunds)
    # One that waits for its turn may ask for what has gone back in a cabinet meanwhile: less than nothing is left then.
    left = [(attempt, max(attempt.taken - work.refunds.asked(attempt.payment_id), 0)) for attempt in payments]
    shares = list(share_out(amount, left))
    missing = amount - sum(share for _, share in shares)
    if missing > by_hand(refunds) and payments:
        detail = f"{missing} of {amount} kopecks promised by {cause} are no longer there"
        emit(work, payments[-1], [alarm("refund", "refund_exceeds_payments", detail, payments[-1])])
    wanted = [
        new_refund(uuid4(), attempt, share, promises.reason, now, cause=cause, promised=share, to_balance=to_balance)
        for attempt, share in shares
    ]
    return [refund for refund in wanted if add_refund(work, refund)]
