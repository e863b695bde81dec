"""Slips undone: a visit that was checked in, completed, missed or called off by mistake is what it was before."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from booking.bookings.domain.booking import changed
from booking.bookings.errors import NothingToUndoError
from shared_schemas.booking.bookings import Booking, Transition
from shared_schemas.visits.status import BookingStatus

UNDONE: Mapping[BookingStatus, frozenset[BookingStatus]] = {
    "in_progress": frozenset({"confirmed"}),
    "completed": frozenset({"in_progress", "confirmed"}),
    "no_show": frozenset({"completed", "confirmed"}),
    "cancelled": frozenset({"confirmed"}),
}
"""What each state may be taken back to."""
GAVE_BACK: frozenset[BookingStatus] = frozenset({"no_show", "cancelled"})
"""States whose time was free for others."""
UNDO = "undo"
LEFT_OPEN = timedelta(days=1)
"""How long staff have to say what became of a visit that they reopened after its end."""


def reinstated(booking: Booking, history: Sequence[Transition], now: datetime) -> Booking:
    """The booking without its last slip; `NothingToUndoError` if it has none.

    No promise to give money back is taken back: the gateway may have sent it already. What has gone, or is on its way,
    is to be paid again."""
    over = booking.end.astimezone(UTC) <= now
    target = _target(booking, history, over=over)
    left_open = now + LEFT_OPEN if over and target != "completed" else None
    returns = booking.returns
    if booking.status == "cancelled":
        # It costs again what it cost: money that is told of late is judged by that.
        returns = returns.model_copy(update={"since": now})
    return changed(booking, status=target, hold_expires_at=None, open_until=left_open, returns=returns)


def _target(booking: Booking, history: Sequence[Transition], *, over: bool) -> BookingStatus:
    """Whoever did not miss a visit that is over was there."""
    if booking.status == "no_show":
        return "completed" if over else "confirmed"
    came_from = _came_from(booking.status, history)
    if came_from is None or came_from not in UNDONE.get(booking.status, ()):
        raise NothingToUndoError
    return came_from


def _came_from(status: BookingStatus, history: Sequence[Transition]) -> BookingStatus | None:
    """The state before this one; before one that was come back to, there is but that the booking was confirmed."""
    entered = (step for step in reversed(history) if step.to_status == status and step.from_status != status)
    last = next(entered, None)
    if last is None:
        return None
    return "confirmed" if last.action == UNDO else last.from_status
