"""Money that is here already, entered in one transaction: no gateway has to be asked."""

from payment.attempts.domain import Attempt, facts
from payment.attempts.events import emit
from payment.desk.domain import require_room
from payment.paying.ports import Work
from payment.receipts.service import Receipts
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.events import PaymentSucceeded


def receive(work: Work, attempt: Attempt, terms: PaymentTerms, receipts: Receipts) -> None:
    """Enter a payment that succeeded as it was made: in the ledger, with its receipt, and told to the world.

    `MoreThanDueError` if others have paid meanwhile. The booking's payments are added up under its lock, which is the
    last that is taken, to avoid deadlocks."""
    require_room(attempt, terms, work.refunds.collected(attempt.booking_id))
    work.attempts.add(attempt, None)
    receipts.plan_at_desk(work, attempt, terms)
    work.ledger.add("payment", attempt.booking_id, attempt.payment_id, None, attempt.taken, attempt.created_at)
    kept = work.refunds.collected(attempt.booking_id) - work.refunds.returned(attempt.booking_id)
    emit(work, attempt, [PaymentSucceeded(**facts(attempt), collected=Money(amount=kept))])
