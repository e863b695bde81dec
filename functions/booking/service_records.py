"""What every change of a booking leaves behind: the audit trail and the event, in the change's own transaction."""

from datetime import datetime
from typing import Any

from booking.ports import Work
from shared_schemas.booking import Booking, Transition
from shared_schemas.events import BookingEvent

# Comments stay out: the trail outlives a person's wish to be forgotten.
AUDITED = {
    "status", "hall_id", "also_hall_ids", "start", "end", "people", "add_ons", "promo_code", "total", "prepayment",
    "paid", "refund_due", "refunded", "hold_expires_at",
}  # fmt: skip


def record(
    work: Work,
    before: Booking | None,
    after: Booking,
    action: str,
    actor: str,
    reason: str | None,
    now: datetime,
    event: BookingEvent | None,
) -> None:
    """Note who did what, when, why, and what it changed; and tell the world."""
    was, has = _audited(before), _audited(after)
    changed = {name for name in has.keys() | was.keys() if was.get(name) != has.get(name)}
    work.bookings.add_transition(
        after.id,
        Transition(
            version=after.version,
            action=action,
            from_status=before.status if before else None,
            to_status=after.status,
            actor=actor,
            reason=reason,
            at=now,
            before={name: was[name] for name in sorted(changed & was.keys())},
            after={name: has[name] for name in sorted(changed & has.keys())},
        ),
    )
    if event:
        work.emit(event)


def _audited(booking: Booking | None) -> dict[str, Any]:
    return booking.model_dump(mode="json", include=AUDITED, exclude_none=True) if booking else {}
