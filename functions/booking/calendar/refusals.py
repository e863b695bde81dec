"""Checks slots against the halls' current calendar."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from booking.calendar.errors import SlotTakenError
from booking.calendar.hall_time import HallTime
from booking.calendar.sold import Sold
from booking.calendar.timetable import Timetable, timetable_of
from booking.calendar.verdicts import STRUCTURE, TAKEN, violations
from booking.halls.domain import spaces
from booking.time.grid import DAY
from booking.time.ranges import TimeRange
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.visits.purposes import VisitPurpose

# Buffers reach four hours further, and so does the gap rule.
MARGIN = DAY
CROWDED = TAKEN | {"leaves_gap"}
"""Codes that depend on nothing but what others have booked."""


def needed_window(slot: TimeRange, reach: timedelta = timedelta(0)) -> TimeRange:
    """The window in which free time must be known to judge a slot, or one that starts at most `reach` away."""
    start, end = sorted((slot.start, slot.end))
    return TimeRange(start - reach - MARGIN, end + reach + MARGIN)


def table_for(time: HallTime, slot: TimeRange, purpose: VisitPurpose) -> Timetable:
    """The hall's timetable around a slot."""
    first = slot.start.astimezone(UTC).date() - DAY
    return timetable_of(time, purpose, first, first + 2 * DAY)


def slot_violations(
    times: Sequence[HallTime],
    slot: TimeRange,
    people: int,
    purpose: VisitPurpose,
    now: datetime | None,
    overridden: bool = False,
    sold: Sold | None = None,
) -> list[Violation]:
    """All broken rules of a slot in all of these halls; staff may override the halls' own rules.

    For a visit that was `sold` already, only what a change makes worse."""
    if sold and now and slot.start == sold.slot.start <= now:
        now = None  # It began when it was sold to begin.
    tables = [table_for(time, slot, purpose) for time in times]
    found = {
        (violation.field, violation.code): violation
        for table in tables
        for violation in violations(table, slot, people, now)
        if sold is None or sold.is_worse(violation.code, table, slot, people, now)
    }
    taken = [space for time in times for space in spaces(time.hall)]
    if len(set(taken)) < len(taken):
        text = Text("These halls share the same space", "Эти залы занимают одно и то же место")
        found["also_hall_ids", "halls_overlap"] = Violation("also_hall_ids", "halls_overlap", text, {})
    hard = STRUCTURE | TAKEN | {"halls_overlap"}
    return [violation for violation in found.values() if not overridden or violation.code in hard]


def require_bookable(
    times: Sequence[HallTime],
    slot: TimeRange,
    people: int,
    purpose: VisitPurpose,
    now: datetime | None,
    overridden: bool = False,
    sold: Sold | None = None,
) -> None:
    """`SlotTakenError` if the time is taken and nothing else is wrong, else `RuleViolationError` with every broken
    rule."""
    found = slot_violations(times, slot, people, purpose, now, overridden, sold)
    if found and all(violation.code in TAKEN for violation in found):
        raise SlotTakenError
    if found:
        raise RuleViolationError(found)


def require_rules_kept(
    times: Sequence[HallTime], slot: TimeRange, people: int, purpose: VisitPurpose, now: datetime
) -> None:
    """The same, but taken time does not count: it can have a price, too."""
    found = slot_violations(times, slot, people, purpose, now)
    if kept := [violation for violation in found if violation.code not in CROWDED]:
        raise RuleViolationError(kept)
