"""Asking the judge about halls as they stand in the calendar right now."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from booking.domain_calendar import STRUCTURE, TAKEN, Timetable, spaces, timetable, violations
from booking.domain_days import DAY
from booking.domain_ranges import TimeRange
from booking.domain_sold import Sold
from booking.errors import OverrideNotAllowedError, SlotTakenError
from booking.ports import HallTime
from core.identity import Identity
from shared_schemas.errors import RuleViolationError, Text, Violation

# Opening hours may have begun the day before, buffers and free stretches reach further, and zones lie a day apart.
MARGIN = 3 * DAY
CROWDED = TAKEN | {"leaves_gap"}
"""Codes that depend on nothing but what others have booked."""


def around(slot: TimeRange, reach: timedelta = timedelta(0)) -> TimeRange:
    """The window in which free time must be known to judge a slot, or one that starts at most `reach` away."""
    start, end = sorted((slot.start, slot.end))
    return TimeRange(start - reach - MARGIN, end + reach + MARGIN)


def table_for(time: HallTime, slot: TimeRange) -> Timetable:
    """The hall's timetable around a slot."""
    first = slot.start.astimezone(UTC).date() - DAY
    return timetable(time.hall, time.days, time.free, first, first + 2 * DAY)


def broken(
    times: Sequence[HallTime],
    slot: TimeRange,
    people: int,
    now: datetime | None,
    overridden: bool = False,
    sold: Sold | None = None,
) -> list[Violation]:
    """What speaks against a slot in all of these halls at once; staff's word sets the hall's own rules aside.

    Of a visit that was `sold` already, only what a change makes worse."""
    if sold and now and slot.start == sold.slot.start <= now:
        now = None  # It began when it was sold to begin.
    tables = [table_for(time, slot) for time in times]
    found = {
        (violation.field, violation.code): violation
        for table in tables
        for violation in violations(table, slot, people, now)
        if sold is None or sold.is_worse(violation.code, table, slot, people)
    }
    taken = [space for time in times for space in spaces(time.hall)]
    if len(set(taken)) < len(taken):
        text = Text("these halls share the same space", "эти залы занимают одно и то же место")
        found["also_hall_ids", "halls_overlap"] = Violation("also_hall_ids", "halls_overlap", text, {})
    hard = STRUCTURE | TAKEN | {"halls_overlap"}
    return [violation for violation in found.values() if not overridden or violation.code in hard]


def judge(
    times: Sequence[HallTime],
    slot: TimeRange,
    people: int,
    now: datetime | None,
    overridden: bool = False,
    sold: Sold | None = None,
) -> None:
    """`SlotTakenError` where only somebody else is in the way, `RuleViolationError` with every rule otherwise."""
    found = broken(times, slot, people, now, overridden, sold)
    if found and all(violation.code in TAKEN for violation in found):
        raise SlotTakenError
    if found:
        raise RuleViolationError(found)


def judge_rules(times: Sequence[HallTime], slot: TimeRange, people: int, now: datetime) -> None:
    """The same, but what others have taken right now does not count: a price can be asked for all the same."""
    if found := [violation for violation in broken(times, slot, people, now) if violation.code not in CROWDED]:
        raise RuleViolationError(found)


def require_staff(caller: Identity, **fields: object) -> None:
    """Fields with which staff set rules aside are not for clients."""
    for name, value in fields.items():
        if value is not None and not caller.is_staff:
            raise OverrideNotAllowedError(field=name)
