"""Random stories of a studio, told to the service and to a model of its calendar, which must agree after every step."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import BookingRequest, ConfirmRequest, ReasonRequest, UndoRequest
from shared_schemas.booking.changes import AmendRequest, CancelRequest, ExtendRequest, RescheduleRequest
from shared_schemas.booking.closures import ClosureRequest
from shared_schemas.booking.groups import GroupCancelRequest, GroupItem, GroupRequest, GroupShiftRequest
from shared_schemas.booking.waitlist import WaitlistRequest
from shared_schemas.common import Money
from tests.support.booking.studio import INTEGRATION, MANAGER
from tests.support.stories.calendar.halls import FLOOR, HallStory
from tests.support.stories.calendar.model import NONE, Visit, span
from tests.support.stories.calendar.story import HOLD, at, client, together

offsets = st.integers(-1, 20)
lengths = st.integers(2, 6)
quantities = st.sampled_from([0, 0, 1, 2])
draws = st.integers(0, 10_000)
SLIPS = ("in_progress", "completed", "no_show", "cancelled")


class StudioMachine(HallStory):
    """What may happen, and what the model says of it."""

    # Bookings

    @rule(rooms=st.integers(0, 3), offset=offsets, length=lengths, quantity=quantities, promo=st.booleans())
    def create(self, rooms: int, offset: int, length: int, quantity: int, promo: bool) -> None:
        wish = self._wish(rooms, offset, length, quantity, promo)
        request = BookingRequest(**self._slot(wish), promo_code="RARE" if promo else None)
        made = self._agreed(
            self.model.refusal(wish, self._next()), lambda: self.studio.bookings.create(request, client(), None)
        )
        if made:
            self.model.book(made.id, replace(wish, expires=self.studio.clock.now() + HOLD))

    @precondition(lambda self: self.model.at("pending"))
    @rule(draw=draws)
    def pay(self, draw: int) -> None:
        self._paid(*self._pick(draw, "pending"))

    @precondition(lambda self: self.model.at("pending"))
    @rule(draw=draws)
    def pay_a_part(self, draw: int) -> None:
        booking_id, _ = self._pick(draw, "pending")
        request = ConfirmRequest(payment_id=uuid4(), paid=Money(amount=1))
        self._agreed(None, lambda: self.studio.bookings.confirm(booking_id, request, INTEGRATION))

    @precondition(lambda self: self.model.at("expired"))
    @rule(draw=draws)
    def pay_late(self, draw: int) -> None:
        booking_id, visit = self._pick(draw, "expired")
        lost = not self.model.free(visit.claim()) or self.model.shortage(visit) is not None
        self._paid(booking_id, visit, "invalid_transition" if self._over(visit) else "slot_taken" if lost else None)

    def _paid(self, booking_id: UUID, visit: Visit, refusal: str | None = None) -> None:
        due = self.studio.bookings.get(booking_id, MANAGER).prepayment
        request = ConfirmRequest(payment_id=uuid4(), paid=due)
        paid = self._agreed(refusal, lambda: self.studio.bookings.confirm(booking_id, request, INTEGRATION))
        if paid and visit.status == "expired":
            self.model.book(booking_id, replace(visit, status="confirmed", paid=True))
        elif paid:
            self.model.visits[booking_id] = replace(visit, status="confirmed", paid=True)

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
        begun = visit.status == "confirmed" and at(visit.start) < self.studio.clock.now()
        refusal = "rule_violation" if begun else self.model.refusal(wish, self._next(), booking_id)
        request = RescheduleRequest(
            start=at(wish.start), end=at(wish.end), hall_id=chosen[0].id, also_hall_ids=[r.id for r in chosen[1:]]
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
        if self._agreed(refusal, lambda: self.studio.changes.amend(booking_id, request, MANAGER, None)):
            self.model.visits[booking_id] = wish

    # Visits and the clock

    @precondition(lambda self: self.model.at("confirmed"))
    @rule(draw=draws, come=st.booleans())
    def visit_begins(self, draw: int, come: bool) -> None:
        booking_id, visit = self._pick(draw, "confirmed")
        now, visits = self.studio.clock.now(), self.studio.visits
        early = now < at(visit.start) - (timedelta(hours=1) if come else timedelta(0))
        action = visits.check_in if come else visits.no_show
        if not self._agreed("too_early" if early else None, lambda: action(booking_id, ReasonRequest(), MANAGER)):
            return
        if come:
            visit.status, visit.arrived = "in_progress", True
        else:
            self._offered(self.model.end(booking_id, "no_show"))

    @precondition(lambda self: self.model.at(*SLIPS))
    @rule(draw=draws)
    def undo(self, draw: int) -> None:
        booking_id, visit = self._pick(draw, *SLIPS)
        refusal, target = None, "confirmed"
        if visit.status == "cancelled" and not visit.paid:
            refusal = "nothing_to_undo"
        elif visit.status in ("no_show", "cancelled"):
            taken = not self.model.free(visit.claim())
            refusal = "slot_taken" if taken else self.model.shortage(visit, booking_id)
        if visit.status == "completed" and visit.arrived:
            target = "in_progress"
        elif visit.status == "no_show" and self._over(visit):
            target = "completed"
        request = UndoRequest(reason="A slip")
        if self._agreed(refusal, lambda: self.studio.app.undoing.undo(booking_id, request, MANAGER, None)):
            left_open = self._over(visit) and target != "completed"
            until = self.studio.clock.now() + timedelta(days=1) if left_open else None
            restored = replace(visit, status=target, arrived=target == "in_progress", open_until=until)
            if visit.status in ("no_show", "cancelled"):
                self.model.book(booking_id, restored)
            self.model.visits[booking_id] = restored

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
        now, visits = self.studio.clock.now(), self.model.visits
        running = self.model.at("confirmed", "in_progress")
        ended = [one for one in running if self._over(visits[one]) and (visits[one].open_until or now) <= now]
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
        group = self._agreed(together(refused) if failed else None, lambda: self._group(request))
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
        refusal = together(codes) if codes else None
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
        spaces = {s for one in (self.rooms if room is None else [self.rooms[room]]) for s in one.spaces}
        cells = span(spaces, start, start + length)
        met = self.model.in_the_way(cells)
        request = ClosureRequest.model_validate({
            "hall_id": None if room is None else self.rooms[room].id, "start": at(start), "end": at(start + length),
            "reason": "Repairs", "conflicts": conflicts,
        })  # fmt: skip
        closure = self._agreed(
            self._closing(conflicts, met), lambda: self.studio.closures.close(request, MANAGER.subject, None)
        )
        if closure:
            for booking_id in met if conflicts == "cancel" else ():
                self.model.end(booking_id, "cancelled")
            self._claim(closure.id, cells - self.model.others(), cells)
            self.closures[closure.id] = cells
            self.closed_rooms[closure.id] = room

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
        self.studio.imported(self.calendar, [TimeRange(at(start), at(end)) for start, end in busy])
        wanted = NONE.union(*(span(self.rooms[FLOOR].spaces, start, end) for start, end in busy))
        past = frozenset(cell for cell in self.model.claims.get(self.calendar, NONE) if cell[1] < floor)
        self._claim(self.calendar, past | (wanted - self.model.others(self.calendar)), wanted)

    # The waitlist

    @rule(rooms=st.integers(0, 3), offset=st.integers(0, 20), length=lengths)
    def wait(self, rooms: int, offset: int, length: int) -> None:
        wish = self._wish(rooms, offset, length)
        request = WaitlistRequest(**self._slot(wish))
        free = self.model.free(wish.claim())
        entry = self._agreed("slot_free" if free else None, lambda: self.studio.waitlist.join(request, client(), None))
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
        self.model.waiting = {one: wish for one, wish in self.model.waiting.items() if at(wish.start) > now}
        self._offered(None)
