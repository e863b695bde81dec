"""The booking service's storage in memory, as its use cases see it: one transaction at a time, undone unless committed.

What PostgreSQL alone can prove, such as locks and races, is tested on PostgreSQL."""
# ruff: noqa: ARG002 - a fake has the arguments of what it stands for

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from booking.bookings.domain.limits import Held, Payer, hall_minutes
from booking.bookings.errors import BookingNotFoundError, ConcurrentUpdateError
from booking.calendar.errors import SlotTakenError
from booking.calendar.hall_time import HallTime
from booking.calendar.ports import Claim
from booking.extras.add_ons import Out, peak
from booking.extras.errors import AddOnOutOfStockError, PromoCodeNotFoundError, PromoCodeUsedUpError
from booking.halls.domain import spaces
from booking.halls.ports import ClaimKind
from booking.time.ranges import TimeRange, subtract
from booking.waitlist.ports import Waiting
from core.http.paging import Cursor
from shared_schemas.booking.bookings import Booking, Transition
from shared_schemas.booking.extras import AddOn, AddOnOrder, PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.booking.quotes import Quote
from shared_schemas.booking.waitlist import WaitlistStatus
from shared_schemas.events.envelope import EventData
from tests.support.booking.free_days import hall_time
from tests.support.booking.prices import price_list


@dataclass
class State:
    """Everything that is stored."""

    halls: dict[UUID, Hall] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    bookings: dict[UUID, Booking] = field(default_factory=dict)
    trail: dict[UUID, list[Transition]] = field(default_factory=lambda: defaultdict(list))
    quotes: dict[UUID, Quote] = field(default_factory=dict)
    tariffs: TariffVersion = field(default_factory=price_list)
    policy: Policy = field(default_factory=Policy)
    standings: dict[UUID, tuple[bool, int | None]] = field(default_factory=dict)
    accepted: list[tuple[UUID, str]] = field(default_factory=list)
    add_ons: dict[UUID, AddOn] = field(default_factory=dict)
    add_ons_out: dict[UUID, Out] = field(default_factory=dict)
    promo_codes: dict[str, PromoCode] = field(default_factory=dict)
    promo_uses: dict[UUID, str] = field(default_factory=dict)
    waiting: dict[UUID, Waiting] = field(default_factory=dict)
    paused: list[object] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[EventData] = field(default_factory=list)


@dataclass
class Halls:
    state: State

    def get(self, hall_id: UUID, *, lock: bool = False) -> Hall:
        return self.state.halls[hall_id]


@dataclass
class Times:
    state: State

    def of(
        self, window: TimeRange, hall_ids: Collection[UUID] | None = None, without: UUID | None = None
    ) -> list[HallTime]:
        return [self._of(self.state.halls[hall_id], window, without) for hall_id in hall_ids or self.state.halls]

    def _of(self, hall: Hall, window: TimeRange, without: UUID | None) -> HallTime:
        taken = [
            claim.during for claim in self.state.claims if claim.hall_id in spaces(hall) and claim.owner_id != without
        ]
        return hall_time(hall, subtract([window], taken), rules=self.state.policy.rules)


@dataclass
class Claims:
    state: State
    locked: frozenset[UUID] = frozenset()

    def lock(self, spaces: Iterable[UUID], also: Callable[[], Iterable[UUID]] = frozenset) -> None:
        self.locked |= set(spaces) | (set() if self.locked else set(also()))

    def lock_more(self, spaces: Iterable[UUID]) -> frozenset[UUID]:
        self.locked |= set(spaces)
        return self.locked

    def take(self, kind: ClaimKind, owner_id: UUID, spaces: Iterable[UUID], stretches: Iterable[TimeRange]) -> None:
        wanted = [Claim(space, stretch, kind, owner_id) for space in spaces for stretch in stretches]
        assert {claim.hall_id for claim in wanted} <= self.locked, "claimed without the locks"
        if any(_meet(new, old) for new in wanted for old in self.state.claims):
            raise SlotTakenError
        self.state.claims += wanted

    def of(self, *owner_ids: UUID) -> list[Claim]:
        return [claim for claim in self.state.claims if claim.owner_id in owner_ids]

    def release(self, *owner_ids: UUID) -> list[Claim]:
        gone = self.of(*owner_ids)
        assert {claim.hall_id for claim in gone} <= self.locked, "given back without the locks"
        self.state.claims = [claim for claim in self.state.claims if claim not in gone]
        return gone


def _meet(one: Claim, other: Claim) -> bool:
    return one.hall_id == other.hall_id and one.during.start < other.during.end and other.during.start < one.during.end


@dataclass
class Bookings:
    state: State

    def add(self, booking: Booking) -> None:
        self.state.bookings[booking.id] = booking

    def get(self, booking_id: UUID, *, lock: bool = False) -> Booking:
        if booking_id not in self.state.bookings:
            raise BookingNotFoundError(booking_id=str(booking_id))
        return self.state.bookings[booking_id]

    def update(self, before: Booking, after: Booking) -> None:
        if self.state.bookings[before.id].version != before.version:
            raise ConcurrentUpdateError
        self.state.bookings[after.id] = after

    def replace(self, after: Booking) -> None:
        self.state.bookings[after.id] = after

    def add_transition(self, booking_id: UUID, transition: Transition) -> None:
        self.state.trail[booking_id].append(transition)


@dataclass
class Holds:
    state: State

    def lock(self, customer_id: UUID, *, wait: bool = True) -> bool:
        return True

    def foresee(self, customer_id: UUID, now: datetime) -> None:
        """Nothing is slow here."""

    def of(self, customer_id: UUID, now: datetime) -> Held:
        held = [
            one for one in self.state.bookings.values() if one.customer_id == customer_id and one.status == "pending"
        ]
        minutes = sum(hall_minutes(TimeRange(one.start, one.end), 1 + len(one.also_hall_ids)) for one in held)
        ends = [one.hold_expires_at for one in held if one.hold_expires_at]
        return Held(len(held), minutes, min(ends, default=None))

    def payer(self, customer_id: UUID) -> Payer:
        return Payer(customer_id, [customer_id])


@dataclass
class Prices:
    state: State

    def active(self, *, lock: bool = False) -> TariffVersion:
        return self.state.tariffs

    def get(self, number: int) -> TariffVersion:
        return self.state.tariffs


@dataclass
class AddOns:
    state: State

    def ordered(self, orders: Sequence[AddOnOrder]) -> list[AddOn]:
        return [self.state.add_ons[order.id] for order in orders]

    def claim(self, booking_id: UUID, wanted: Out, held: Out | None = None) -> None:
        self.release(booking_id)
        for add_on_id, quantity in wanted.quantities.items():
            stock = self.state.add_ons[add_on_id].stock
            out = [(one.during, one.quantities.get(add_on_id, 0)) for one in self.state.add_ons_out.values()]
            if stock is not None and peak([*out, (wanted.during, quantity)]) > stock:
                raise AddOnOutOfStockError(add_on_id=str(add_on_id), name="", available=stock)
        self.state.add_ons_out[booking_id] = wanted

    def release(self, booking_id: UUID) -> None:
        self.state.add_ons_out.pop(booking_id, None)


@dataclass
class PromoCodes:
    state: State

    def find(self, code: str) -> PromoCode:
        if code not in self.state.promo_codes:
            raise PromoCodeNotFoundError(promo_code=code)
        return self.state.promo_codes[code]

    def use(self, code: str, booking_id: UUID, customer_id: UUID) -> None:
        most = self.find(code).max_uses
        if most is not None and sum(used == code for used in self.state.promo_uses.values()) >= most:
            raise PromoCodeUsedUpError(promo_code=code)
        self.state.promo_uses[booking_id] = code

    def release(self, booking_id: UUID) -> None:
        self.state.promo_uses.pop(booking_id, None)


@dataclass
class Quotes:
    state: State

    def get(self, quote_id: UUID) -> Quote:
        return self.state.quotes[quote_id]


@dataclass
class Customers:
    state: State

    def standing(self, customer_id: UUID) -> tuple[bool, int | None]:
        return self.state.standings.get(customer_id, (False, None))

    def accept(self, customer_id: UUID, acceptance: Any) -> None:
        self.state.accepted.append((customer_id, acceptance.version))


@dataclass
class Policies:
    state: State

    def current(self) -> Policy:
        return self.state.policy


@dataclass
class Waitlist:
    state: State

    def wanted(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> frozenset[UUID]:
        return frozenset(space for one in self._touched(spaces, stretches) for space in one.spaces)

    def waiting(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> list[Waiting]:
        return [one for one in self._touched(spaces, stretches) if self._is_free(one)]

    def servable(self, now: datetime, after: Cursor | None, limit: int) -> list[Waiting]:
        line = [one for one in self._line() if self._is_free(one) and one.entry.start > now]
        return [one for one in line if after is None or (one.entry.created_at, one.entry.id) > after][:limit]

    def take(self, entry_id: UUID) -> Waiting | None:
        return next((one for one in self._line() if one.entry.id == entry_id and self._is_free(one)), None)

    def lapse(self, now: datetime, limit: int) -> int:
        late = [one for one in self._line() if one.entry.start <= now][:limit]
        for one in late:
            self.set_status(one.entry.id, "lapsed")
        return len(late)

    def set_status(self, entry_id: UUID, status: WaitlistStatus, booking_id: UUID | None = None) -> None:
        one = self.state.waiting[entry_id]
        entry = one.entry.model_copy(update={"status": status, "booking_id": booking_id or one.entry.booking_id})
        self.state.waiting[entry_id] = Waiting(entry, one.spaces, one.claim)

    def settle(self, booking_id: UUID, status: WaitlistStatus) -> None:
        for one in list(self.state.waiting.values()):
            if one.entry.booking_id == booking_id:
                self.set_status(one.entry.id, status)

    def _line(self) -> list[Waiting]:
        waiting = (one for one in self.state.waiting.values() if one.entry.status == "waiting")
        return sorted(waiting, key=lambda one: (one.entry.created_at, one.entry.id))

    def _touched(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> list[Waiting]:
        return [
            one
            for one in self._line()
            if not one.spaces.isdisjoint(spaces)
            and any(one.claim.start < stretch.end and stretch.start < one.claim.end for stretch in stretches)
        ]

    def _is_free(self, one: Waiting) -> bool:
        wanted = [Claim(space, one.claim, "booking", one.entry.id) for space in one.spaces]
        return not any(_meet(new, old) for new in wanted for old in self.state.claims)
