"""Whether a client may still change a booking, and what a change costs, by the terms of its sale."""

from datetime import UTC, datetime

from booking.bookings.domain.balance import GoingBack, going_back
from booking.bookings.domain.booking import retained
from booking.bookings.domain.cancellation import HOUR, refund_percent
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import ChangePreview
from shared_schemas.common import Money, SignedMoney
from shared_schemas.errors import Text, Violation


def move_violations(booking: Booking, now: datetime) -> list[Violation]:
    """Why a client may not move a booking any more; an unpaid hold may still move freely."""
    if booking.status == "pending":
        return []
    found = []
    terms = booking.terms
    if booking.start.astimezone(UTC) - now < HOUR * terms.reschedule_hours_before:
        text = Text(
            "A booking can be moved no later than {hours} hours before it starts",
            "Перенести бронирование можно не позже чем за {hours} ч до начала",
        )
        found.append(Violation("start", "reschedule_too_late", text, {"hours": terms.reschedule_hours_before}))
    if booking.reschedules >= terms.max_reschedules:
        text = Text(
            "This booking cannot be moved again; the most moves allowed are {max}",
            "Это бронирование больше нельзя перенести; допустимое число переносов: {max}",
        )
        found.append(Violation("start", "no_reschedules_left", text, {"max": terms.max_reschedules}))
    return found


def refund_after(before: Booking, total: int, now: datetime, percent: int | None = None) -> GoingBack:
    """The whole refund when a booking's price becomes `total` kopecks: a smaller visit is a cancelled part, of which
    the terms give back a share, unless `percent` says which."""
    back = going_back(before, now, total, refund_percent(before, now) if percent is None else percent)
    if total != before.total.amount:
        back["returns"] = back["returns"].model_copy(update={"since": now})
    return back


def change_preview(before: Booking, after: Booking) -> ChangePreview:
    """What a change costs."""
    return ChangePreview(
        booking_id=before.id,
        start=after.start,
        end=after.end,
        previous_total=before.total,
        total=after.total,
        difference=SignedMoney(amount=after.total.amount - before.total.amount),
        due=Money(amount=max(after.total.amount - retained(after), 0)),
        refund=Money(amount=after.refund_due.amount - before.refund_due.amount),
        dropped=after.dropped,
    )
