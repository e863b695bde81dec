"""A studio's calendar as simply as it can be told: who has which quarters of an hour of which hall."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

QUARTER = timedelta(minutes=15)
LIVE = {"pending", "confirmed", "in_progress", "completed"}
Cells = frozenset[tuple[UUID, int]]
"""Quarters of an hour of plain halls, numbered from a beginning."""
NONE: Cells = frozenset()


@dataclass(frozen=True)
class Room:
    """What can be booked: the halls it takes, and how many quarters before and after a visit."""

    id: UUID
    spaces: tuple[UUID, ...]
    before: int = 0
    after: int = 0


@dataclass
class Visit:
    """A booking, or a wish for one, from the quarter `start` up to `end`."""

    rooms: Sequence[Room]
    start: int
    end: int
    status: str = "pending"
    quantity: int = 0
    promo: bool = False
    paid: bool = False
    arrived: bool = False
    open_until: datetime | None = None
    expires: datetime | None = None
    group: UUID | None = None

    def claim(self) -> Cells:
        """All that it takes, buffers included."""
        return frozenset(
            (space, cell)
            for room in self.rooms
            for space in room.spaces
            for cell in range(self.start - room.before, self.end + room.after)
        )

    def waited(self) -> Cells:
        """What must become free for it to be offered: of halls with unlike buffers the time that all of them take."""
        first = max(self.start - room.before for room in self.rooms)
        last = min(self.end + room.after for room in self.rooms)
        return span({space for room in self.rooms for space in room.spaces}, first, last)


@dataclass
class CalendarModel:
    """Claims by owner, what closures and calendars want and others had, bookings, and who waits."""

    stock: int
    uses: int
    claims: dict[UUID, Cells] = field(default_factory=dict)
    wanted: dict[UUID, Cells] = field(default_factory=dict)
    visits: dict[UUID, Visit] = field(default_factory=dict)
    waiting: dict[UUID, Visit] = field(default_factory=dict)

    def free(self, cells: Cells, without: UUID | None = None) -> bool:
        return all(owner == without or cells.isdisjoint(taken) for owner, taken in self.claims.items())

    def others(self, owner: UUID | None = None) -> Cells:
        """Everything that is claimed by anybody else."""
        return NONE.union(*(taken for other, taken in self.claims.items() if other != owner))

    def refusal(self, wish: Visit, now: int, without: UUID | None = None) -> str | None:
        """The code of the first reason why a visit cannot be had, in the order in which booking asks."""
        if wish.start < now:
            return "rule_violation"
        if not self.free(wish.claim(), without):
            return "slot_taken"
        return self.shortage(wish, without)

    def shortage(self, wish: Visit, without: UUID | None = None) -> str | None:
        """What else there is too little of."""
        live = {booking_id: visit for booking_id, visit in self.visits.items() if visit.status in LIVE}
        others = [visit for booking_id, visit in live.items() if booking_id != without and visit.quantity]
        cells = range(wish.start, wish.end)
        out = max(sum(other.quantity for other in others if other.start <= cell < other.end) for cell in cells)
        if wish.quantity and out + wish.quantity > self.stock:
            return "add_on_out_of_stock"
        if wish.promo and without is None and self.promo_uses() >= self.uses:
            return "promo_code_used_up"
        return None

    def promo_uses(self) -> int:
        return sum(visit.promo and (visit.status in LIVE or visit.paid) for visit in self.visits.values())

    def book(self, booking_id: UUID, visit: Visit) -> None:
        self.visits[booking_id] = visit
        self.claims[booking_id] = visit.claim()

    def end(self, booking_id: UUID, status: str) -> Cells:
        """Returns what is free again."""
        self.visits[booking_id].status = status
        return self.claims.pop(booking_id)

    def changed(self, room: Room, current: int, now: int) -> None:
        """A room takes something else from now on: visits to come have its buffers where nobody else is.

        `current` is the quarter that runs, `now` the first that has not begun: nothing grows into the past."""
        for visit in (*self.visits.values(), *self.waiting.values()):
            visit.rooms = [room if one.id == room.id else one for one in visit.rooms]
        held = {booking_id: self._of(booking_id, room) for booking_id in self.claims if booking_id in self.visits}
        coming = sorted(
            (one for one in held if held[one] and max(held[one]) >= current), key=lambda one: min(held[one])
        )
        for booking_id in coming:
            visit, cells = self.visits[booking_id], held[booking_id]
            shrunk = range(max(min(cells), visit.start - room.before), min(max(cells) + 1, visit.end + room.after))
            self._lay(booking_id, room, shrunk)
        for booking_id in coming:
            visit, cells = self.visits[booking_id], self._of(booking_id, room)
            others = self.others(booking_id)
            first, last = min(cells), max(cells) + 1
            while first - 1 >= max(visit.start - room.before, now) and self._clear(room, first - 1, others):
                first -= 1
            while last < visit.end + room.after and self._clear(room, last, others):
                last += 1
            self._lay(booking_id, room, range(first, last))

    def _of(self, booking_id: UUID, room: Room) -> list[int]:
        """What a booking claims of a room that it names."""
        if room not in self.visits[booking_id].rooms:
            return []
        return sorted({cell for space, cell in self.claims[booking_id] if space in room.spaces})

    def _lay(self, booking_id: UUID, room: Room, cells: range) -> None:
        elsewhere = frozenset(one for one in self.claims[booking_id] if one[0] not in room.spaces)
        self.claims[booking_id] = elsewhere | span(room.spaces, cells.start, cells.stop)

    @staticmethod
    def _clear(room: Room, cell: int, others: Cells) -> bool:
        return others.isdisjoint(span(room.spaces, cell, cell + 1))

    def ahead(self, room_id: UUID, spaces: Iterable[UUID], own: Iterable[UUID], now: int) -> bool:
        """Whether anything to come is claimed of the spaces in a room's own name."""
        named = [one for one, visit in self.visits.items() if any(room.id == room_id for room in visit.rooms)]
        owners = (*named, *own)
        taken = NONE.union(*(has.get(owner, NONE) for has in (self.claims, self.wanted) for owner in owners))
        return any(space in spaces and cell >= now for space, cell in taken)

    def meet(self, found: Mapping[UUID, Cells]) -> None:
        """Who wants what has become free has it, as was `found`; of several any."""
        for cell in NONE.union(*self.wanted.values()) - self.others():
            takers = [one for one, cells in self.wanted.items() if cell in cells and cell in found.get(one, NONE)]
            assert takers, f"wanted, free, and nobody's: {cell}"
            self.claims[takers[0]] = self.claims.get(takers[0], NONE) | {cell}

    def in_the_way(self, cells: Cells) -> list[UUID]:
        """The bookings that have some of it."""
        return [owner for owner, taken in self.claims.items() if owner in self.visits and not taken.isdisjoint(cells)]

    def at(self, *statuses: str) -> list[UUID]:
        return [booking_id for booking_id, visit in self.visits.items() if visit.status in statuses]


def span(spaces: Iterable[UUID], start: int, end: int) -> Cells:
    return frozenset((space, cell) for space in spaces for cell in range(start, end))
