"""Visits that are booked together: what a series consists of, and where its visits go when it moves."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.bookings.domain.booking import HOLDS_SLOT
from booking.calendar.errors import SlotTakenError
from booking.groups.errors import VisitsRefusedError, VisitsTakenError
from booking.time.ranges import TimeRange
from booking.time.recurrence import LocalStarts, Repeated, all_occurrences
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.groups import BookingGroup, GroupItem, SkippedVisit
from shared_schemas.calendar import Recurrence
from shared_schemas.common import Money
from shared_schemas.errors import CycloramaError, RuleViolationError, Text, Violation

MAX_VISITS = 100
TOO_MANY = Text(
    "At most {max} visits can be booked at once, not {count}",
    "За один раз можно забронировать не больше {max} визитов, а не {count}",
)
Refusal = tuple[SkippedVisit, CycloramaError]
"""A visit that cannot be had, and the error that says why."""


def visits(
    items: Sequence[GroupItem], recurrence: Recurrence | None, zones: Mapping[UUID, ZoneInfo], local_starts: LocalStarts
) -> list[GroupItem]:
    """Every occurrence of every item, by start, at the same local time; `RuleViolationError` if there are too many."""
    wanted = [
        Repeated(TimeRange(item.start, item.end), zones[item.hall_id], f"items.{place}.start")
        for place, item in enumerate(items)
    ]
    spans = zip(items, wanted, all_occurrences(wanted, recurrence, local_starts), strict=True)
    found = [
        item.model_copy(update={"start": span.start.astimezone(one.zone), "end": span.end.astimezone(one.zone)})
        for item, one, times in spans
        for span in times
    ]
    if len(found) > MAX_VISITS:
        field = "recurrence.rule" if recurrence else "items"
        params: dict[str, object] = {"max": MAX_VISITS, "count": len(found)}
        raise RuleViolationError([Violation(field, "too_many_visits", TOO_MANY, params)])
    return sorted(found, key=lambda visit: visit.start.astimezone(UTC))


def shifted(booking: Booking, minutes: int) -> TimeRange:
    """The booking's time moved by minutes of the wall clock: 10:00 stays 10:00 in a week with a change of the clock."""
    zone = ZoneInfo(booking.timezone)
    return TimeRange(_moved(booking.start, minutes, zone), _moved(booking.end, minutes, zone))


def in_moving_order(bookings: Sequence[Booking], minutes: int) -> list[Booking]:
    """So that none moves to where another one still is."""
    return sorted(bookings, key=lambda booking: booking.start.astimezone(UTC), reverse=minutes > 0)


def still_to_come(booking: Booking, now: datetime) -> bool:
    """Whether a visit can still be cancelled or moved by who booked it."""
    return booking.status in {"pending", "confirmed"} and booking.start > now


def group_of(group_id: UUID, bookings: Sequence[Booking], skipped: Sequence[SkippedVisit] = ()) -> BookingGroup:
    """Bookings by start, with what the live ones cost together."""
    live = [booking for booking in bookings if booking.status in HOLDS_SLOT]
    return BookingGroup(
        id=group_id,
        bookings=sorted(bookings, key=lambda booking: booking.start.astimezone(UTC)),
        skipped=list(skipped),
        total=Money(amount=sum(booking.total.amount for booking in live)),
        prepayment=Money(amount=sum(booking.prepayment.amount for booking in live)),
    )


def skipped(hall_id: UUID, start: datetime, end: datetime, refusal: CycloramaError) -> SkippedVisit:
    """A visit that cannot be had, with the code of each reason."""
    broken = refusal.violations if isinstance(refusal, RuleViolationError) else ()
    codes = [violation.code for violation in broken] or [refusal.code]
    return SkippedVisit(hall_id=hall_id, start=start, end=end, codes=codes)


def refused(refusals: Sequence[Refusal]) -> CycloramaError:
    """The error that lists all of them: of a kind to try again where nothing but others is in the way."""
    listed = [visit.model_dump(mode="json") for visit, _ in refusals]
    if all(isinstance(refusal, SlotTakenError) for _, refusal in refusals):
        return VisitsTakenError(count=len(listed), visits=listed)
    broken = [violation for place, (_, refusal) in enumerate(refusals) for violation in _violations(place, refusal)]
    return VisitsRefusedError(broken, count=len(listed), visits=listed)


def _violations(place: int, refusal: CycloramaError) -> list[Violation]:
    field = f"visits.{place}"
    if isinstance(refusal, RuleViolationError):
        return [Violation(f"{field}.{v.field}", v.code, v.text, v.params) for v in refusal.violations]
    return [Violation(field, refusal.code, refusal.text, refusal.params)]


def _moved(instant: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    # Arithmetic within one zone is that of the wall clock; what falls into a skipped hour is after it.
    local = instant.astimezone(zone) + timedelta(minutes=minutes)
    return local.astimezone(UTC).astimezone(zone)
