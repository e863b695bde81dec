"""Random stories of a studio, told to the service and to a model of its calendar, which must agree after every step."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine, text

from booking.domain_ranges import TimeRange
from core.identity import Identity
from shared_schemas.booking import (
    AmendRequest,
    Booking,
    BookingRequest,
    CancelRequest,
    ConfirmRequest,
    ExtendRequest,
    GroupCancelRequest,
    GroupItem,
    GroupRequest,
    GroupShiftRequest,
    PolicyRequest,
    ReasonRequest,
    RescheduleRequest,
    WaitlistRequest,
)
from shared_schemas.common import Money, Role
from shared_schemas.errors import CycloramaError
from shared_schemas.halls import AvailabilityQuery, ClosureRequest
from shared_schemas.prices import AddOnOrder
from tests.support.booking import hours
from tests.support.calendar_model import NONE, QUARTER, CalendarModel, Cells, Room, Visit, span
from tests.support.invariants import check
from tests.support.studio import INTEGRATION, MANAGER
from tests.support.whole_studio import WholeStudio

MIDNIGHT = datetime(2026, 12, 1, tzinfo=ZoneInfo("Europe/Moscow"))
DAYS, STOCK, USES = 2, 2, 2
HOLD, OFFER = timedelta(minutes=20), timedelta(minutes=10)
offsets = st.integers(-1, 20)
lengths = st.integers(2, 6)
quantities = st.sampled_from([0, 0, 1, 2])
draws = st.integers(0, 10_000)


class StudioMachine(RuleBasedStateMachine):
    """Two halls, of which one needs cleaning, and the floor that they make together."""

    def __init__(self, engine: Engine, wipe: Callable[[], None]) -> None:
        super().__init__()
        wipe()
        self.studio = WholeStudio(engine)
        self.model = CalendarModel(STOCK, USES)
        self.closures: dict[UUID, Cells] = {}
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
            hold_minutes=HOLD / timedelta(minutes=1), offer_minutes=OFFER / timedelta(minutes=1),
            reschedule_hours_before=0, max_reschedules=100, unattended=unattended,
        )  # fmt: skip
        self.studio.policies.replace(terms, MANAGER)
        self.unattended = "completed" if unattended == "complete" else "no_show"

    # Bookings

    @rule(rooms=st.integers(0, 3), offset=offsets, length=lengths, quantity=quantities, promo=st.booleans())
    def create(self, rooms: int, offset: int, length: int, quantity: int, promo: bool) -> None:
        wish = self._wish(rooms, offset, length, quantity, promo)
        request = BookingRequest(**self._slot(wish), promo_code="RARE" if promo else None)
        made = self._agreed(
            self.model.refusal(wish, self._next()), lambda: self.studio.bookings.create(request, _client(), None)
        )
        if made:
            self.model.book(made.id, replace(wish, expires=self.studio.clock.now() + HOLD))

    @precondition(lambda self: self.model.at("pending"))
    @rule(draw=draws)
    def pay(self, draw: int) -> None:
        self._paid(*self._pick(draw, "pending"), lost=False)

    @precondition(lambda self: self.model.at("expired"))
    @rule(draw=draws)
    def pay_late(self, draw: int) -> None:
        booking_id, visit = self._pick(draw, "expired")
        lost = not self.model.free(visit.claim()) or self.model.shortage(visit) is not None
        self._paid(booking_id, visit, lost=lost)

    def _paid(self, booking_id: UUID, visit: Visit, *, lost: bool) -> None:
        due = self.studio.bookings.get(booking_id, MANAGER).prepayment
        request = ConfirmRequest(payment_id=uuid4(), paid=due)
        paid = self._agreed(
            "slot_taken" if lost else None, lambda: self.studio.bookings.confirm(booking_id, request, INTEGRATION)
        )
        if paid:
            self.model.book(booking_id, replace(visit, status="confirmed", paid=True))

    @precondition(lambda self: self.model.at("confirmed"))
    @rule(draw=draws)
    def pay_more(self, draw: int) -> None:
        booking_id, _ = self._pick(draw, "confirmed")
        request = ConfirmRequest(payment_id=uuid4(), paid=Money(amount=1000))
        self._agreed(None, lambda: self.studio.bookings.confirm(booking_id, request, INTEGRATION))

    @precondition(lambda self: self.model.at("pending", "confirmed"))
    @rule(draw=draws)
    def cancel(self, draw: int) -> None:
        booking_id, _ = self._pick(draw, "pending", "confirmed")
        self._agreed(None, lambda: self.studio.bookings.cancel(booking_id, CancelRequest(), MANAGER, None))
        self._offered(self.model.end(booking_id, "cancelled"))

    @precondition(lambda self: self.model.at("pending", "confirmed"))
    @rule(draw=draws, rooms=st.none() | st.integers(0, 3), offset=offsets, length=lengths)
    def reschedule(self, draw: int, rooms: int | None, offset: int, length: int) -> None:
        booking_id, visit = self._pick(draw, "pending", "confirmed")
        chosen = visit.rooms if rooms is None else self.sets[rooms]
        start = self._next() + offset
        wish = replace(visit, rooms=chosen, start=start, end=start + length)
        begun = visit.status == "confirmed" and _at(visit.start) < self.studio.clock.now()
        refusal = "rule_violation" if begun else self.model.refusal(wish, self._next(), booking_id)
        request = RescheduleRequest(
            start=_at(wish.start), end=_at(wish.end), hall_id=chosen[0].id, also_hall_ids=[r.id for r in chosen[1:]]
        )
        self._changed(
            booking_id, wish, refusal, lambda: self.studio.changes.reschedule(booking_id, request, MANAGER, None)
        )

    @precondition(lambda self: self.model.at("pending", "confirmed", "in_progress"))
    @rule(draw=draws, more=st.integers(1, 4))
    def extend(self, draw: int, more: int) -> None:
        booking_id, visit = self._pick(draw, "pending", "confirmed", "in_progress")
        wish = replace(visit, end=visit.end + more)
        taken = not self.model.free(wish.claim(), booking_id)
        refusal = "slot_taken" if taken else self.model.shortage(wish, booking_id)
        request = ExtendRequest(minutes=15 * more)
        self._changed(booking_id, wish, refusal, lambda: self.studio.changes.extend(booking_id, request, MANAGER, None))

    @precondition(lambda self: self.model.at("pending", "confirmed", "in_progress"))
    @rule(draw=draws, quantity=quantities)
    def amend(self, draw: int, quantity: int) -> None:
        booking_id, visit = self._pick(draw, "pending", "confirmed", "in_progress")
        wish = replace(visit, quantity=quantity)
        request = AmendRequest(add_ons=self._ordered(quantity))
        refusal = self.model.shortage(wish, booking_id)
        self._changed(booking_id, wish, refusal, lambda: self.studio.changes.amend(booking_id, request, MANAGER, None))

    # Visits and the clock

    @precondition(lambda self: self.model.at("confirmed"))
    @rule(draw=draws, come=st.booleans())
    def visit_begins(self, draw: int, come: bool) -> None:
        booking_id, visit = self._pick(draw, "confirmed")
        now, visits = self.studio.clock.now(), self.studio.visits
        early = now < _at(visit.start) - (timedelta(hours=1) if come else timedelta(0))
        action = visits.check_in if come else visits.no_show
        if not self._agreed("too_early" if early else None, lambda: action(booking_id, ReasonRequest(), MANAGER)):
            return
        if come:
            visit.status = "in_progress"
        else:
            self._offered(self.model.end(booking_id, "no_show"))

    @rule(minutes=st.sampled_from([5, 10, 20, 45, 90]))
    def time_passes(self, minutes: int) -> None:
        self.studio.clock.advance(minutes=minutes)

    @rule(minutes=st.sampled_from([0, 25]))
    def holds_expire(self, minutes: int) -> None:
        self.studio.clock.advance(minutes=minutes)
        now, freed = self.studio.clock.now(), NONE
        lapsed = [one for one in self.model.at("pending") if (self.model.visits[one].expires or now) <= now]
        assert self.studio.bookings.expire_holds() == len(lapsed)
        for booking_id in lapsed:
            freed |= self.model.end(booking_id, "expired")
        self._offered(freed)

    @rule(minutes=st.sampled_from([0, 90]))
    def visits_close(self, minutes: int) -> None:
        self.studio.clock.advance(minutes=minutes)
        ended = [one for one in self.model.at("confirmed", "in_progress") if self._over(self.model.visits[one])]
        assert self.studio.visits.close_ended() == len(ended)
        freed = NONE
        for booking_id in ended:
            visit = self.model.visits[booking_id]
            if visit.status == "confirmed" and self.unattended == "no_show":
                freed |= self.model.end(booking_id, "no_show")
            else:
                visit.status = "completed"
        self._offered(freed)

    # Groups

    @rule(
        rooms=st.lists(st.integers(0, 3), min_size=2, max_size=3), offset=offsets, length=lengths, every=st.booleans()
    )
    def book_group(self, rooms: list[int], offset: int, length: int, every: bool) -> None:
        wishes = [self._wish(one, offset + length * place, length, place % 2) for place, one in enumerate(rooms)]
        items = [GroupItem(**self._slot(wish)) for wish in wishes]
        codes, made = [], []
        for wish in wishes:
            code = self.model.refusal(wish, self._next())
            codes.append(code)
            if not code:
                made.append(uuid4())
                self.model.book(made[-1], replace(wish, expires=self.studio.clock.now() + HOLD))
        refused = [code for code in codes if code]
        failed = refused and (every or not made)
        request = GroupRequest(items=items, mode="all" if every else "free")
        visits = [(self.model.visits.pop(one), self.model.claims.pop(one)) for one in made]
        group = self._agreed(_together(refused) if failed else None, lambda: self._group(request))
        if group:
            for booking, (visit, _) in zip(group.bookings, visits, strict=True):
                self.model.book(booking.id, replace(visit, group=group.id))

    @precondition(lambda self: self._groups())
    @rule(draw=draws)
    def cancel_group(self, draw: int) -> None:
        group, coming = self._coming(draw)
        self._agreed(
            None if coming else "group_over",
            lambda: self.studio.groups.cancel(group, GroupCancelRequest(), MANAGER, None),
        )
        self._offered(NONE.union(*(self.model.end(booking_id, "cancelled") for booking_id in coming)))

    @precondition(lambda self: self._groups())
    @rule(draw=draws, quarters=st.sampled_from([-4, -1, 1, 2]))
    def shift_group(self, draw: int, quarters: int) -> None:
        group, coming = self._coming(draw)
        before = {one: (self.model.visits[one], self.model.claims[one]) for one in coming}
        codes = []
        for booking_id in sorted(coming, key=lambda one: -quarters * self.model.visits[one].start):
            visit = self.model.visits[booking_id]
            wish = replace(visit, start=visit.start + quarters, end=visit.end + quarters)
            if code := self.model.refusal(wish, self._next(), booking_id):
                codes.append(code)
            else:
                self.model.book(booking_id, wish)
        request = GroupShiftRequest(minutes=15 * quarters)
        refusal = _together(codes) if codes else None
        moved = self._agreed(
            refusal if coming else "group_over", lambda: self.studio.groups.shift(group, request, MANAGER, None)
        )
        freed = NONE.union(*(claim for _, claim in before.values()))
        if moved:
            self._offered(freed)
        for booking_id, (visit, claim) in before.items() if not moved else ():
            self.model.visits[booking_id], self.model.claims[booking_id] = visit, claim

    # What else claims time

    @rule(room=st.none() | st.integers(0, 2), offset=st.integers(0, 20), length=lengths,
          conflicts=st.sampled_from(["refuse", "keep", "cancel"]))  # fmt: skip
    def close(self, room: int | None, offset: int, length: int, conflicts: str) -> None:
        start = self._next() + offset
        spaces = self.rooms[2 if room is None else room].spaces
        cells = span(spaces, start, start + length)
        met = self.model.in_the_way(cells)
        request = ClosureRequest.model_validate({
            "hall_id": None if room is None else self.rooms[room].id, "start": _at(start), "end": _at(start + length),
            "reason": "Repairs", "conflicts": conflicts,
        })  # fmt: skip
        closure = self._agreed(
            self._closing(conflicts, met), lambda: self.studio.closures.close(request, MANAGER.subject, None)
        )
        if closure:
            for booking_id in met if conflicts == "cancel" else ():
                self.model.end(booking_id, "cancelled")
            self._claim(closure.id, cells - self.model.others())
            self.closures[closure.id] = cells

    @precondition(lambda self: self.closures)
    @rule(draw=draws)
    def reopen(self, draw: int) -> None:
        closure_id = list(self.closures)[draw % len(self.closures)]
        del self.closures[closure_id]
        self._agreed(None, lambda: self.studio.closures.remove(closure_id, MANAGER.subject))
        past = frozenset(cell for cell in self.model.claims.get(closure_id, NONE) if cell[1] < self._next())
        self._claim(closure_id, past)

    @rule(spans=st.lists(st.tuples(st.integers(0, 20), lengths), max_size=3))
    def import_busy(self, spans: list[tuple[int, int]]) -> None:
        now, floor = self._next(), self._current()
        busy = [(now + offset, now + offset + length) for offset, length in spans]
        self.studio.imported(self.calendar, [TimeRange(_at(start), _at(end)) for start, end in busy])
        wanted = NONE.union(*(span(self.rooms[2].spaces, start, end) for start, end in busy))
        past = frozenset(cell for cell in self.model.claims.get(self.calendar, NONE) if cell[1] < floor)
        self._claim(self.calendar, past | (wanted - self.model.others(self.calendar)))

    # The waitlist

    @rule(rooms=st.integers(0, 3), offset=st.integers(0, 20), length=lengths)
    def wait(self, rooms: int, offset: int, length: int) -> None:
        wish = self._wish(rooms, offset, length)
        request = WaitlistRequest(**self._slot(wish))
        free = self.model.free(wish.claim())
        entry = self._agreed("slot_free" if free else None, lambda: self.studio.waitlist.join(request, _client(), None))
        if entry:
            self.model.waiting[entry.id] = wish

    @precondition(lambda self: self.model.waiting)
    @rule(draw=draws)
    def withdraw(self, draw: int) -> None:
        entry_id = list(self.model.waiting)[draw % len(self.model.waiting)]
        del self.model.waiting[entry_id]
        self.studio.waitlist.withdraw(entry_id, MANAGER)

    @rule()
    def offers_are_made(self) -> None:
        self.studio.offers.offer_due()
        now = self.studio.clock.now()
        self.model.waiting = {one: wish for one, wish in self.model.waiting.items() if _at(wish.start) > now}
        self._offered(None)

    # What must hold

    @rule(room=st.integers(0, 2), length=lengths)
    def free_time_is_what_can_be_booked(self, room: int, length: int) -> None:
        query = {"from": MIDNIGHT.date(), "to": MIDNIGHT.date() + timedelta(days=DAYS), "duration": 15 * length}
        found = self.studio.availabilities.of_hall(
            self.rooms[room].id, AvailabilityQuery.model_validate(query | {"explain": True})
        )
        starts = {_cell(start) for day in found.days for start in day.starts}
        closed = {_cell(one.start): one.codes for day in found.days for one in day.closed or ()}
        reasons = {cell: self._reason(room, cell, length) for cell in range(96 * DAYS)}
        assert starts == {cell for cell, reason in reasons.items() if reason is None}
        assert closed == {cell: [reason] for cell, reason in reasons.items() if reason}

    @invariant()
    def claims_agree(self) -> None:
        with self.studio.engine.connect() as connection:
            rows = connection.execute(text("SELECT owner_id, hall_id, during FROM booking.occupancy")).all()
        found: dict[UUID, set[tuple[UUID, int]]] = {}
        for row in rows:
            cells = span([row.hall_id], _cell(row.during.lower), _cell(row.during.upper))
            found.setdefault(row.owner_id, set()).update(cells)
        assert found == {owner: set(cells) for owner, cells in self.model.claims.items()}

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
        with self.studio.engine.connect() as connection:
            query = text("SELECT id, booking_id FROM booking.waitlist WHERE booking_id IS NOT NULL")
            offers = {row.id: row.booking_id for row in connection.execute(query)}
        now = self.studio.clock.now()
        for entry_id in [one for one in self.model.waiting if one in offers]:
            wish = self.model.waiting.pop(entry_id)
            assert self.model.refusal(wish, self._next()) is None, f"offered, where the model says no: {wish}"
            expires = min(now + OFFER, _at(wish.start))
            self.model.book(offers[entry_id], replace(wish, expires=expires))
        for wish in self.model.waiting.values():
            concerned = freed is None or not freed.isdisjoint(wish.claim())
            assert not (concerned and self.model.refusal(wish, self._next()) is None), f"free, and not offered: {wish}"

    def _claim(self, owner: UUID, cells: Cells) -> None:
        self.model.claims.pop(owner, None)
        if cells:
            self.model.claims[owner] = cells

    def _closing(self, conflicts: str, met: Sequence[UUID]) -> str | None:
        visits = [self.model.visits[booking_id] for booking_id in met]
        begun = [
            v for v in visits if v.status not in {"pending", "confirmed"} or _at(v.start) <= self.studio.clock.now()
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
        slot = {"hall_id": first, "also_hall_ids": also, "start": _at(wish.start), "end": _at(wish.end)}
        return slot | {"add_ons": self._ordered(wish.quantity)}

    def _ordered(self, quantity: int) -> list[AddOnOrder]:
        return [AddOnOrder(id=self.add_on, quantity=quantity)] if quantity else []

    def _pick(self, draw: int, *statuses: str) -> tuple[UUID, Visit]:
        # By what is the same whenever the story is told again, which a random id is not.
        found = self.model.at(*statuses)
        booking_id = found[draw % len(found)]
        return booking_id, self.model.visits[booking_id]

    def _group(self, request: GroupRequest) -> Any:
        return self.studio.groups.create(request, _client(), None)

    def _groups(self) -> list[UUID]:
        return list(dict.fromkeys(visit.group for visit in self.model.visits.values() if visit.group))

    def _coming(self, draw: int) -> tuple[UUID, list[UUID]]:
        groups, now = self._groups(), self.studio.clock.now()
        group = groups[draw % len(groups)]
        live = self.model.at("pending", "confirmed")
        members = [one for one in live if self.model.visits[one].group == group]
        return group, [one for one in members if _at(self.model.visits[one].start) > now]

    def _over(self, visit: Visit) -> bool:
        return _at(visit.end) <= self.studio.clock.now()

    def _next(self) -> int:
        """The first quarter of an hour that has not begun."""
        return -((MIDNIGHT - self.studio.clock.now()) // QUARTER)

    def _current(self) -> int:
        return (self.studio.clock.now() - MIDNIGHT) // QUARTER


def _client() -> Identity:
    return Identity(str(uuid4()), Role.CLIENT)


def _together(codes: Sequence[str]) -> str:
    return "visits_taken" if set(codes) == {"slot_taken"} else "visits_refused"


def _at(cell: int) -> datetime:
    return MIDNIGHT + QUARTER * cell


def _cell(instant: datetime) -> int:
    return (instant - MIDNIGHT) // QUARTER
