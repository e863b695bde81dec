"""Money that goes back without us, by hand in a gateway's cabinet, and what it does to refunds of ours."""

from datetime import datetime
from uuid import UUID, uuid4

from core.observability import logger
from payment.attempts.domain import Attempt
from payment.gateways.fiscal_words import ReceiptStatus
from payment.refunds.domain.promises import INSTEAD, PROMISED, in_place_of_failed, wanted_anew
from payment.refunds.domain.refund import TURNED_AWAY, StoredRefund, beyond, is_crowded_out, new_refund
from payment.refunds.keeping import keep
from payment.refunds.ports import Work
from payment.refunds.records import add_refund, enter


def enter_outside(
    work: Work, attempt: Attempt, refund: StoredRefund, told: ReceiptStatus | None, now: datetime
) -> None:
    """Enter what went back without us, under the locks of its booking's payments; refunds of ours that failed because
    of it are asked for again, as far as there is money left."""
    logger.warning("Money went back outside of this system", payment_id=str(attempt.payment_id))
    asked = work.refunds.asked(attempt.payment_id) + refund.amount
    crowded = [row for row in work.refunds.of_payment(attempt.payment_id) if is_crowded_out(row, attempt, asked)]
    _unask(work, attempt, crowded)
    entered = in_place_of_failed(refund, work.refunds.of_booking(attempt.booking_id))
    enter(work, attempt, entered, told, now)
    _ask_anew(work, attempt, crowded, refund.id, now)


def look_besides(work: Work, attempt: Attempt, moved: StoredRefund, back: int | None, now: datetime) -> bool:
    """What went `back` of a payment in all may be the first word on other money than that of the refund that `moved`.

    True where this one failed because of such money: it is asked for again as far as need be, and nobody has to act."""
    payment_id = attempt.payment_id
    found = None if back is None else beyond(attempt, back, work.refunds.sent(payment_id), now)
    crowded = is_crowded_out(moved, attempt, work.refunds.asked(payment_id) + (found.amount if found else 0))
    if found:
        enter_outside(work, attempt, found, None, now)
    elif crowded:
        _unask(work, attempt, [moved])
        _ask_anew(work, attempt, [moved], moved.id, now)
    if moved.status == "failed" and moved.given_away:
        keep(work, attempt.booking_id, f"{INSTEAD}{moved.id}", now)
    return crowded and (_was_turned_away(moved) or moved.cause.startswith((PROMISED, INSTEAD)))


def _unask(work: Work, attempt: Attempt, crowded: list[StoredRefund]) -> None:
    booked = work.refunds.of_booking(attempt.booking_id)
    for before, after in wanted_anew(booked, [refund.id for refund in crowded]):
        work.refunds.update(before, after)


def _ask_anew(work: Work, attempt: Attempt, crowded: list[StoredRefund], cause: UUID, now: datetime) -> None:
    if crowded:
        keep(work, attempt.booking_id, f"{INSTEAD}{cause}", now)
    for refund in filter(_was_turned_away, crowded):
        if (left := attempt.taken - work.refunds.asked(attempt.payment_id)) > 0:
            add_refund(work, new_refund(uuid4(), attempt, left, refund.reason, now, cause=f"{INSTEAD}{refund.id}"))


def _was_turned_away(refund: StoredRefund) -> bool:
    """Its payment counts for no booking, and goes back whole."""
    return refund.promised is None and refund.cause.startswith((INSTEAD, *TURNED_AWAY))
