"""Money that is here already, entered in one transaction: no gateway has to be asked."""

from payment.attempts.domain import Attempt, facts
from payment.attempts.events import emit
from payment.desk.domain import require_room
from payment.ledger.domain import came_in
from payment.paying.ports import Work
from payment.receipts.service import Receipts
from payment.tills.entering import enter_payment, lock_till
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.events.payments import PaymentSucceeded


def receive(work: Work, attempt: Attempt, terms: PaymentTerms, receipts: Receipts) -> None:
    """Enter a payment that succeeded as it was made: in the ledger, in the till, with its receipt, and told to all.

    `NoTillOpenError` for cash; `MoreThanDueError` if others have paid meanwhile. The till's lock comes first, and the
    booking's last, under which its payments are added up."""
    lock_till(work, attempt)
    require_room(attempt, terms, work.refunds.collected(attempt.booking_id))
    work.attempts.add(attempt, None)
    receipts.plan_at_desk(work, attempt, terms)
    work.ledger.add(came_in(attempt, attempt.created_at))
    enter_payment(work, attempt)
    kept = work.refunds.collected(attempt.booking_id) - work.refunds.returned(attempt.booking_id)
    emit(work, attempt, [PaymentSucceeded(**facts(attempt), collected=Money(amount=kept))])
