"""What a story of a studio is told with: the service, a model of its calendar, and how the two are compared."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, text

from core.identity import Identity
from shared_schemas.booking.availability import Availability, AvailabilityQuery
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.extras import AddOnOrder
from shared_schemas.booking.groups import GroupRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from tests.support.booking.invariants import check
from tests.support.booking.made import hours
from tests.support.booking.studio import MANAGER
from tests.support.booking.whole_studio import UNLIMITED, WholeStudio
from tests.support.stories.calendar.model import NONE, QUARTER, CalendarModel, Cells, Room, Visit, span

MIDNIGHT = datetime(2026, 12, 1, tzinfo=ZoneInfo("Europe/Moscow"))
DAYS, STOCK, USES = 2, 2, 2
HOLD, OFFER = timedelta(minutes=20), timedelta(minutes=10)
lengths = st.integers(2, 6)


class StudioStory(RuleBasedStateMachine):
    """Two halls, of which one needs cleaning, and the floor that they make together."""

    def __init__(self, engine: Engine, wipe: Callable[[], None]) -> None:
        super().__init__()
        wipe()
        self.studio = WholeStudio(engine)
        self.model = CalendarModel(STOCK, USES)
        self.closures: dict[UUID, Cells] = {}
        self.closed_rooms: dict[UUID, int | None] = {}
        always: dict[str, Any] = {"opening_hours": hours(time(0), time(0)), "start_step_minutes": 15}
        always |= {"min_minutes": 30, "max_minutes": 1440}
        one = self.studio.hall(**always, buffer_after_minutes=15)
        other = self.studio.hall(**always)
        floor = self.studio.hall(**always, parts=[one.id, other.id], buffer_before_minutes=15)
        self.rooms = [
            Room(one.id, (one.id,), after=1),
            Room(other.id, (other.id,)),
            Room(floor.id, (one.id, other.id), before=1),
        ]
        self.sets = [[self.rooms[0]], [self.rooms[1]], [self.rooms[2]], self.rooms[:2]]
        self.add_on = self.studio.add_on("Smoke", STOCK).id
        self.studio.promo_code("RARE", max_uses=USES, per_client=USES)
        self.calendar = self.studio.calendar(floor).id

    @initialize(unattended=st.sampled_from(["complete", "no_show"]))
    def terms(self, unattended: Literal["complete", "no_show"]) -> None:
        terms = PolicyRequest(
            **UNLIMITED,
            hold_minutes=HOLD / timedelta(minutes=1), offer_minutes=OFFER / timedelta(minutes=1),
            reschedule_hours_before=0, max_reschedules=100, unattended=unattended,
        )  # fmt: skip
        self.studio.policies.replace(terms, MANAGER)
        self.unattended = "completed" if unattended == "complete" else "no_show"

    # What must hold

    @rule(room=st.integers(0, 2), length=lengths)
    def free_time_is_what_can_be_booked(self, room: int, length: int) -> None:
        query = {"from": MIDNIGHT.date(), "to": MIDNIGHT.date() + timedelta(days=DAYS), "duration": 15 * length}
        told = self.studio.app.availabilities.of_hall(
            self.rooms[room].id, AvailabilityQuery.model_validate(query | {"explain": True})
        )
        found = Availability.model_validate_json(told.text)
        starts = {cell_of(start) for day in found.days for start in day.starts}
        closed = {cell_of(one.start): one.codes for day in found.days for one in day.closed or ()}
        reasons = {cell: self._reason(room, cell, length) for cell in range(96 * DAYS)}
        assert starts == {cell for cell, reason in reasons.items() if reason is None}
        assert closed == {cell: [reason] for cell, reason in reasons.items() if reason}

    @invariant()
    def claims_agree(self) -> None:
        found = self._claimed()
        self.model.meet(found)
        assert found == {owner: cells for owner, cells in self.model.claims.items() if cells}

    def _claimed(self) -> dict[UUID, Cells]:
        with self.studio.engine.connect() as connection:
            rows = connection.execute(text("SELECT owner_id, hall_id, during FROM booking.occupancy")).all()
        found: dict[UUID, Cells] = {}
        for row in rows:
            cells = span([row.hall_id], cell_of(row.during.lower), cell_of(row.during.upper))
            found[row.owner_id] = found.get(row.owner_id, NONE) | cells
        return found

    @invariant()
    def states_agree(self) -> None:
        with self.studio.engine.connect() as connection:
            rows = connection.execute(text("SELECT id, status FROM booking.bookings")).all()
        assert {row.id: row.status for row in rows} == {one: v.status for one, v in self.model.visits.items()}

    @invariant()
    def what_must_hold_holds(self) -> None:
        check(self.studio.engine)

    @invariant()
    def a_second_passes(self) -> None:
        """No two things happen at one moment, or else random ids would decide who was first."""
        self.studio.clock.advance(seconds=1)

    # How the model follows

    def _agreed(self, refusal: str | None, operation: Callable[[], Any]) -> Any:
        """The operation's result, or None where it is refused for the reason that the model foresaw."""
        try:
            result = operation()
        except CycloramaError as error:
            assert error.code == refusal, f"refused with {error.code}: {error.message()}; the model says {refusal}"
            return None
        assert refusal is None, f"done, where the model says {refusal}"
        return result

    def _changed(self, booking_id: UUID, wish: Visit, refusal: str | None, change: Callable[[], Booking]) -> None:
        if self._agreed(refusal, change):
            freed = self.model.claims[booking_id]
            self.model.book(booking_id, wish)
            self._offered(freed)

    def _offered(self, freed: Cells | None) -> None:
        """Follow the offers that were made, and see that all were which had to be; None is for all that is free."""
        self.model.meet(self._claimed())
        with self.studio.engine.connect() as connection:
            query = text("SELECT id, booking_id FROM booking.waitlist WHERE booking_id IS NOT NULL")
            offers = {row.id: row.booking_id for row in connection.execute(query)}
        now = self.studio.clock.now()
        for entry_id in [one for one in self.model.waiting if one in offers]:
            wish = self.model.waiting.pop(entry_id)
            assert self.model.refusal(wish, self._next()) is None, f"offered, where the model says no: {wish}"
            expires = min(now + OFFER, at(wish.start))
            self.model.book(offers[entry_id], replace(wish, expires=expires))
        for wish in self.model.waiting.values():
            concerned = freed is None or not freed.isdisjoint(wish.waited())
            assert not (concerned and self.model.refusal(wish, self._next()) is None), f"free, and not offered: {wish}"

    def _claim(self, owner: UUID, cells: Cells, wanted: Cells = NONE) -> None:
        self.model.claims.pop(owner, None)
        if cells:
            self.model.claims[owner] = cells
        self.model.wanted[owner] = wanted - cells

    def _closing(self, conflicts: str, met: Sequence[UUID]) -> str | None:
        visits = [self.model.visits[booking_id] for booking_id in met]
        begun = [
            v for v in visits if v.status not in {"pending", "confirmed"} or at(v.start) <= self.studio.clock.now()
        ]
        if conflicts == "cancel" and begun:
            return "visits_in_the_way"
        return "bookings_in_the_way" if conflicts == "refuse" and met else None

    def _reason(self, room: int, cell: int, length: int) -> str | None:
        wish = Visit([self.rooms[room]], cell, cell + length)
        if cell < self._next():
            return "in_past"
        if not self.model.free(span(self.rooms[room].spaces, cell, cell + length)):
            return "busy"
        return None if self.model.free(wish.claim()) else "buffer"

    def _wish(self, rooms: int, offset: int, length: int, quantity: int = 0, promo: bool = False) -> Visit:
        start = self._next() + offset
        return Visit(self.sets[rooms], start, start + length, quantity=quantity, promo=promo)

    def _slot(self, wish: Visit) -> dict[str, Any]:
        first, *also = [room.id for room in wish.rooms]
        slot = {"hall_id": first, "also_hall_ids": also, "start": at(wish.start), "end": at(wish.end)}
        return slot | {"add_ons": self._ordered(wish.quantity)}

    def _ordered(self, quantity: int) -> list[AddOnOrder]:
        return [AddOnOrder(id=self.add_on, quantity=quantity)] if quantity else []

    def _pick(self, draw: int, *statuses: str) -> tuple[UUID, Visit]:
        # By what is the same whenever the story is told again, which a random id is not.
        found = self.model.at(*statuses)
        booking_id = found[draw % len(found)]
        return booking_id, self.model.visits[booking_id]

    def _group(self, request: GroupRequest) -> Any:
        return self.studio.groups.create(request, client(), None)

    def _groups(self) -> list[UUID]:
        return list(dict.fromkeys(visit.group for visit in self.model.visits.values() if visit.group))

    def _coming(self, draw: int) -> tuple[UUID, list[UUID]]:
        groups, now = self._groups(), self.studio.clock.now()
        group = groups[draw % len(groups)]
        live = self.model.at("pending", "confirmed")
        members = [one for one in live if self.model.visits[one].group == group]
        return group, [one for one in members if at(self.model.visits[one].start) > now]

    def _over(self, visit: Visit) -> bool:
        return at(visit.end) <= self.studio.clock.now()

    def _next(self) -> int:
        """The first quarter of an hour that has not begun."""
        return -((MIDNIGHT - self.studio.clock.now()) // QUARTER)

    def _current(self) -> int:
        return (self.studio.clock.now() - MIDNIGHT) // QUARTER


def client() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def together(codes: Sequence[str]) -> str:
    return "visits_taken" if set(codes) == {"slot_taken"} else "visits_refused"


def at(cell: int) -> datetime:
    return MIDNIGHT + QUARTER * cell


def cell_of(instant: datetime) -> int:
    return (instant - MIDNIGHT) // QUARTER
