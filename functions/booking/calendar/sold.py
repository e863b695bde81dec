"""A sold visit is not checked again: a change is checked only for what is new and worse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from booking.calendar.timetable import Timetable, is_open
from booking.time.ranges import TimeRange, subtract
from shared_schemas.booking.bookings import Booking
from shared_schemas.visits.purposes import PHOTO, VisitPurpose

OF_START = frozenset({"start_not_allowed", "too_soon", "too_far_ahead", "in_past"})
"""Codes that depend on when a visit starts, and on nothing else of it."""
OF_PURPOSE = frozenset({"too_short", "too_many_people", "other_purpose"})
"""Codes that depend on what a visit is for."""


@dataclass(frozen=True)
class Sold:
    """Where, when, for how many people and what for a visit was sold, on whose word ever."""

    hall_ids: Sequence[UUID]
    slot: TimeRange
    people: int
    purpose: VisitPurpose = PHOTO

    @classmethod
    def of(cls, booking: Booking) -> Self:
        halls = [booking.hall_id, *booking.also_hall_ids]
        return cls(halls, TimeRange(booking.start, booking.end).utc(), booking.people, booking.purpose)

    def is_same(self, hall_ids: Sequence[UUID], slot: TimeRange) -> bool:
        """Whether a visit of these halls at that time is the very one that was sold."""
        return list(hall_ids) == list(self.hall_ids) and slot.utc() == self.slot

    def leaves_hall(self, hall_ids: Sequence[UUID]) -> bool:
        """Whether one of its halls is not among these."""
        return not set(self.hall_ids) <= set(hall_ids)

    def is_worse(self, code: str, table: Timetable, slot: TimeRange, people: int, now: datetime | None = None) -> bool:
        """Whether a broken rule is broken by the change: not by what was sold like this."""
        if table.hall.id not in self.hall_ids or (code in OF_PURPOSE and table.purpose != self.purpose):
            return True
        if code in OF_START:
            return slot.start != self.slot.start
        if code == "other_purpose":
            return False
        if code == "too_many_people":
            return people > self.people
        if code == "too_short":
            return slot.duration < self.slot.duration or self._must_be_longer(table, slot, now)
        if code == "too_long":
            return slot.duration > self.slot.duration
        if code == "closed":
            return not all(is_open(table, added) for added in subtract([slot.utc()], [self.slot]))
        return slot.utc() != self.slot

    def _must_be_longer(self, table: Timetable, slot: TimeRange, now: datetime | None) -> bool:
        """Whether visits have to be longer at its new time than at the one it was sold for: else an hour of a Wednesday
        would be one of a Saturday."""
        moment = None if now is None else now.timestamp()
        asked, had = (table.minimum.at(span.start.timestamp(), moment) for span in (slot, self.slot))
        return asked > had
