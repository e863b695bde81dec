"""A sold visit is not checked again: a change is checked only for what is new and worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from booking.calendar.judge import Timetable, is_open
from booking.time.ranges import TimeRange, subtract
from shared_schemas.booking.bookings import Booking

OF_START = frozenset({"start_not_allowed", "too_soon", "too_far_ahead", "in_past"})
"""Codes that depend on when a visit starts, and on nothing else of it."""


@dataclass(frozen=True)
class Sold:
    """Where, when and for how many people a visit was sold, on whose word ever."""

    hall_ids: Sequence[UUID]
    slot: TimeRange
    people: int

    @classmethod
    def of(cls, booking: Booking) -> Self:
        halls = [booking.hall_id, *booking.also_hall_ids]
        return cls(halls, TimeRange(booking.start, booking.end).utc(), booking.people)

    def is_same(self, hall_ids: Sequence[UUID], slot: TimeRange) -> bool:
        """Whether a visit of these halls at that time is the very one that was sold."""
        return list(hall_ids) == list(self.hall_ids) and slot.utc() == self.slot

    def leaves_hall(self, hall_ids: Sequence[UUID]) -> bool:
        """Whether one of its halls is not among these."""
        return not set(self.hall_ids) <= set(hall_ids)

    def is_worse(self, code: str, table: Timetable, slot: TimeRange, people: int) -> bool:
        """Whether a broken rule is broken by the change: not by what was sold like this."""
        if table.hall.id not in self.hall_ids:
            return True
        if code in OF_START:
            return slot.start != self.slot.start
        if code == "too_many_people":
            return people > self.people
        if code == "too_short":
            return slot.duration < self.slot.duration
        if code == "too_long":
            return slot.duration > self.slot.duration
        if code == "closed":
            return not all(is_open(table, added) for added in subtract([slot.utc()], [self.slot]))
        return slot.utc() != self.slot
