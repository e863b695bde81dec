"""What the judge says of one slot, in words."""

from datetime import datetime

from booking.calendar.judge import broken_rules
from booking.calendar.rules import violation_of
from booking.calendar.timetable import Timetable
from booking.time.cells import CELL_SECONDS, ceiling, ones, runs
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import TimeRange
from shared_schemas.errors import Text, Violation

LONGEST_DAYS = 31
"""Of one visit, whatever staff agree on: a price has a line and a cell for every quarter of an hour."""
TAKEN = frozenset({"busy", "buffer"})
"""Codes of time that is not free, which another hour or another hall can cure."""
STRUCTURE = frozenset({"end_before_start", "off_grid", "longer_than_a_month"})
"""Codes that staff cannot override either."""


def violations(table: Timetable, slot: TimeRange, people: int, now: datetime | None) -> list[Violation]:
    """Every rule that a booking of `slot` would break; empty if it may be made.

    Without `now` the slot belongs to a visit that is already booked: how far ahead it is, and what its size leaves
    free beside it, no longer matter."""
    if slot.end <= slot.start:
        return [
            Violation.of(
                "end",
                "end_before_start",
                "The visit must end after it starts",
                "Визит должен закончиться позже, чем начался",
            )
        ]
    if slot.duration > LONGEST_DAYS * DAY:
        return [
            Violation.of(
                "end",
                "longer_than_a_month",
                "A visit may last at most {max} days",
                "Визит может длиться не больше {max} дней",
                max=LONGEST_DAYS,
            )
        ]
    if found := _grid(slot):
        return found
    moment = None if now is None else now.timestamp()
    codes = broken_rules(table, int(slot.start.timestamp()), int(slot.end.timestamp()), people, moment)
    return [_violation(code, table, slot, moment) for code in codes]


def _violation(code: str, table: Timetable, slot: TimeRange, now: float | None) -> Violation:
    if code == "closed":
        return _closed(table, slot)
    if code == "too_many_people":
        return violation_of(code, table.hall, max=table.capacity)
    start = slot.start.timestamp()
    if code == "too_short" and (rule := table.minimum.rule_at(start, now)):
        return violation_of(code, table.hall, min=table.minimum.at(start, now), rule=rule.name)
    return violation_of(code, table.hall)


def _closed(table: Timetable, slot: TimeRange) -> Violation:
    """With the hours of the local day on which the slot starts."""
    day = slot.start.astimezone(table.zone).date()
    first, after = (ceiling(local_midnight(day + DAY * place, table.zone)) for place in (0, 1))
    open_then = table.openings.since(first) & ones(after - first)
    hours = [
        f"{_clock(table, first + begins)}–{'24:00' if first + ends == after else _clock(table, first + ends)}"
        for begins, ends in runs(open_then)
    ]
    if not hours:
        return violation_of("closed", table.hall)
    text = Text("The hall is open {hours} that day", "В этот день зал открыт {hours}")
    return Violation("start", "closed", text, {"hours": ", ".join(hours)})


def _clock(table: Timetable, cell: int) -> str:
    return f"{datetime.fromtimestamp(CELL_SECONDS * cell, table.zone):%H:%M}"


def _grid(slot: TimeRange) -> list[Violation]:
    return [
        Violation.of(
            name, "off_grid", "Times go in steps of {step} minutes", "Время должно быть кратно {step} минутам", step=15
        )
        for name, instant in (("start", slot.start), ("end", slot.end))
        if instant.timestamp() % CELL_SECONDS
    ]
