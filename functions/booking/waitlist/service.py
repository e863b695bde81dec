"""The waitlist: a slot that becomes free is held for the first who waits for it, in the transaction that frees it."""

from collections.abc import Callable
from uuid import UUID, uuid4

from booking.access import require_staff
from booking.bookings.services.orders import Sale
from booking.bookings.services.sales import Sales
from booking.calendar.hall_time import HallTime
from booking.calendar.refusals import needed_window, require_rules_kept, slot_violations
from booking.halls.domain import spaces, waited_for
from booking.quotes.terms import slot_price
from booking.time.ranges import TimeRange
from booking.waitlist.errors import (
    AlreadyWaitingError,
    NotWaitingError,
    SlotFreeError,
    WaitlistEntryNotFoundError,
    WaitlistFullError,
)
from booking.waitlist.ports import Work
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from shared_schemas.booking.customers import Acceptance
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistQuery, WaitlistRequest, WaitlistSlot
from shared_schemas.common import Page


class Waitlist:
    """Join, look up, withdraw."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def join(self, request: WaitlistRequest, caller: Identity, key: IdempotencyKey | None) -> WaitlistEntry:
        """Wait for a slot that could be booked if it were free; staff may write others down.

        `SlotFreeError` if it is free; `AlreadyWaitingError`; `WaitlistFullError` if the customer waits for too many;
        `OverrideNotAllowedError`; `HallNotFoundError`; `RuleViolationError`, `NoTariffError`, `CustomerBlockedError` or
        `RulesNotAcceptedError` if a booking would be refused for another reason."""
        require_staff(caller, request, "customer_id")
        with self._unit_of_work() as work:
            return work.once(key, WaitlistEntry, lambda: self._join(work, request, caller))

    def _join(self, work: Work, request: WaitlistRequest, caller: Identity) -> WaitlistEntry:
        now = self._clock.now()
        slot = {name: getattr(request, name) for name in WaitlistSlot.model_fields}
        customer = request.customer_id or caller.user_id
        entry = WaitlistEntry(**slot, id=uuid4(), customer_id=customer, status="waiting", created_at=now)
        times = self._judged(work, entry)
        most = None if caller.is_staff else work.policies.current().max_waitlist_entries
        _require_place(entry, work.waitlist.live(entry.customer_id), most)
        taken = {space for time in times for space in spaces(time.hall)}
        # A change of the hall also moves its waitlist: the lock keeps others from joining in between.
        work.claims.lock(taken)
        work.claims.require_current()
        wanted = TimeRange(entry.start, entry.end).utc()
        work.waitlist.add(entry, taken, waited_for([time.hall for time in times], wanted))
        if entry.rules_version:
            work.customers.accept(entry.customer_id, Acceptance(version=entry.rules_version, at=now))
        return entry

    def page(self, query: WaitlistQuery, caller: Identity) -> Page[WaitlistEntry]:
        """The caller's own entries, or all entries for staff; `InvalidCursorError`."""
        owner = None if caller.is_staff else caller.user_id
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.waitlist.page(owner, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def withdraw(self, entry_id: UUID, caller: Identity) -> None:
        """Leave the waitlist; doing so twice is not an error.

        `NotWaitingError` once the slot was offered; `WaitlistEntryNotFoundError`, for a client also if it is somebody
        else's."""
        with self._unit_of_work() as work:
            entry = work.waitlist.get(entry_id, lock=True)
            if not caller.is_staff and str(entry.customer_id) != caller.subject:
                raise WaitlistEntryNotFoundError(entry_id=str(entry_id))
            if entry.status == "withdrawn":
                return
            if entry.status != "waiting":
                raise NotWaitingError(status=entry.status)
            work.waitlist.set_status(entry_id, "withdrawn")
            work.commit()

    def _judged(self, work: Work, entry: WaitlistEntry) -> list[HallTime]:
        """The halls, if all that a booking of the slot lacks is that it is free."""
        now = self._clock.now()
        sale = Sale(entry, entry.customer_id, actor=str(entry.customer_id), details=entry)
        self._sales.admit(work, sale, work.policies.current())
        slot = TimeRange(entry.start, entry.end).utc()
        times = work.times.of(needed_window(slot), [entry.hall_id, *entry.also_hall_ids])
        require_rules_kept(times, slot, entry.people, entry.purpose, now)
        slot_price(work, times, entry, 0, now)
        if not slot_violations(times, slot, entry.people, entry.purpose, now):
            raise SlotFreeError
        return times


def _require_place(entry: WaitlistEntry, live: list[WaitlistEntry], most: int | None) -> None:
    for other in live:
        if _slot(other) == _slot(entry):
            raise AlreadyWaitingError(entry_id=str(other.id))
    if most is not None and len(live) >= most:
        raise WaitlistFullError(max=most)


def _slot(entry: WaitlistEntry) -> tuple[object, ...]:
    return frozenset((entry.hall_id, *entry.also_hall_ids)), entry.start, entry.end
