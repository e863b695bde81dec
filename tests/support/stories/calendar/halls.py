"""Stories in which halls are changed while others book them: parts, buffers, zones."""

from dataclasses import replace
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from shared_schemas.booking.halls import HallChanges
from tests.support.stories.calendar.model import Room
from tests.support.stories.calendar.story import StudioStory

FLOOR = 2


class HallStory(StudioStory):
    """The floor is put together anew, halls need more or less cleaning, and some changes are never possible."""

    @rule(room=st.integers(0, 2), before=st.integers(0, 1), after=st.integers(0, 2))
    def change_buffers(self, room: int, before: int, after: int) -> None:
        changes = HallChanges(buffer_before_minutes=15 * before, buffer_after_minutes=15 * after)
        self._agreed(None, lambda: self.studio.halls.change(self.rooms[room].id, changes))
        self._became(room, replace(self.rooms[room], before=before, after=after))

    @rule(parts=st.sets(st.integers(0, 1)))
    def put_the_floor_together(self, parts: set[int]) -> None:
        floor, chosen = self.rooms[FLOOR], [self.rooms[part].id for part in sorted(parts)]
        own = [self.calendar, *(one for one, room in self.closed_rooms.items() if room in (None, FLOOR))]
        taken = self.model.ahead(floor.id, floor.spaces, own, self._current())
        changed = tuple(chosen) != self._parts()
        changes = HallChanges(parts=chosen)
        refusal = "hall_in_use" if changed and taken else None
        if self._agreed(refusal, lambda: self.studio.halls.change(floor.id, changes)):
            self._became(FLOOR, replace(floor, spaces=tuple(chosen) or (floor.id,)))

    @precondition(lambda self: self._parts())
    @rule(zone=st.booleans())
    def change_a_part_of_the_floor(self, zone: bool) -> None:
        """It is neither divided any further, nor moved to another zone."""
        part, other = self._parts()[0], next(room.id for room in self.rooms[:2] if room.id != self._parts()[0])
        changes = HallChanges(timezone="Asia/Tokyo") if zone else HallChanges(parts=[other])
        self._agreed("rule_violation", lambda: self.studio.halls.change(part, changes))

    def _parts(self) -> tuple[UUID, ...]:
        floor = self.rooms[FLOOR]
        return tuple(space for space in floor.spaces if space != floor.id)

    def _became(self, number: int, room: Room) -> None:
        before, self.rooms[number] = self.rooms[number], room
        self.sets = [[room if one.id == room.id else one for one in rooms] for rooms in self.sets]
        if before != room:
            self.model.changed(room, self._current(), self._next())
