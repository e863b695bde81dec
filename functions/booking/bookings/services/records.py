"""What every change of a booking records in its own transaction: the audit trail and the event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.bookings.ports import Work
from core.trail.deed import note
from core.trail.shown import Word
from shared_schemas.booking.bookings import Booking, Transition
from shared_schemas.events.bookings import BookingEvent
from shared_schemas.visits.status import BookingStatus

# Comments stay out: the trail outlives a person's wish to be forgotten.
AUDITED = {
    "status", "hall_id", "also_hall_ids", "start", "end", "people", "purpose", "add_ons", "promo_code", "total",
    "prepayment", "paid", "refund_due", "refunded", "hold_expires_at",
}  # fmt: skip


# The staff's trail, which is for ever, leaves out what people wrote, too.
TOLD = AUDITED - {"promo_code"} | {"customer_id"}


@dataclass(frozen=True)
class Step:
    """One step in a booking's life: what it was, what it is, who did what, when and why."""

    before: Booking
    after: Booking
    action: str
    actor: str
    at: datetime
    reason: str | None = None


def record(work: Work, step: Step, event: BookingEvent) -> None:
    """Add a step to the audit trail, with the fields that it changed, and publish its event."""
    note(before=_told(step.before), after=_told(step.after), by=step.actor)
    _record(work, step, _audited(step.before), step.before.status, event)


def record_made(work: Work, booking: Booking, actor: str, reason: str | None, event: BookingEvent) -> None:
    """The same of a new booking."""
    note(after=_told(booking), by=actor)
    step = Step(booking, booking, "create", actor, booking.created_at, reason)
    _record(work, step, {}, None, event)


def _record(
    work: Work, step: Step, was: Mapping[str, Any], from_status: BookingStatus | None, event: BookingEvent
) -> None:
    has = _audited(step.after)
    changed = {name for name in has.keys() | was.keys() if was.get(name) != has.get(name)}
    work.bookings.add_transition(
        step.after.id,
        Transition(
            version=step.after.version,
            action=step.action,
            from_status=from_status,
            to_status=step.after.status,
            actor=step.actor,
            reason=step.reason,
            at=step.at,
            before={name: was[name] for name in sorted(changed & was.keys())},
            after={name: has[name] for name in sorted(changed & has.keys())},
        ),
    )
    work.emit(event)


def _told(booking: Booking) -> dict[str, Any]:
    return {
        **{name: getattr(booking, name) for name in TOLD},
        "status": Word(booking.status),
        "purpose": Word(booking.purpose),
    }


def _audited(booking: Booking) -> dict[str, Any]:
    return booking.model_dump(mode="json", include=AUDITED, exclude_none=True)
