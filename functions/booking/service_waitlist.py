"""The waitlist: whoever waits for a slot gets it held for a while, in the very transaction that frees it."""

from collections.abc import Callable
from uuid import UUID, uuid4

from booking.domain_calendar import spaces
from booking.domain_claims import waited_for
from booking.domain_ranges import TimeRange
from booking.errors_waitlist import (
    AlreadyWaitingError,
    NotWaitingError,
    SlotFreeError,
    WaitlistEntryNotFoundError,
    WaitlistFullError,
)
from booking.ports import HallTime, Work
from booking.service_rules import around, broken, judge_rules
from booking.service_sales import Sale, Sales
from booking.service_terms import slot_price
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from core.paging import decode_cursor, encode_cursor
from shared_schemas.booking import Acceptance, WaitlistEntry, WaitlistQuery, WaitlistRequest
from shared_schemas.common import Page


class Waitlist:
    """Join, look up, withdraw."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def join(self, request: WaitlistRequest, caller: Identity, key: IdempotencyKey | None) -> WaitlistEntry:
        """Wait for a slot that could be booked if it were free; `SlotFreeError` where it is."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return WaitlistEntry.model_validate(replay)
            now = self._clock.now()
            entry = WaitlistEntry(
                **dict(request), id=uuid4(), customer_id=caller.user_id, status="waiting", created_at=now
            )
            times = self._judged(work, entry)
            most = None if caller.is_staff else work.policies.current().max_waitlist_entries
            _require_place(entry, work.waitlist.live(entry.customer_id), most)
            taken = {space for time in times for space in spaces(time.hall)}
            # Who changes a hall moves those who wait for it along: nobody may join in between.
            work.claims.lock(taken)
            work.claims.require_current()
            slot = TimeRange(entry.start, entry.end).utc()
            work.waitlist.add(entry, taken, waited_for([time.hall for time in times], slot))
            if entry.rules_version:
                work.customers.accept(entry.customer_id, Acceptance(version=entry.rules_version, at=now))
            work.idempotency.remember(key, entry.model_dump(mode="json"))
            work.commit()
            return entry

    def page(self, query: WaitlistQuery, caller: Identity) -> Page[WaitlistEntry]:
        """The caller's own entries, or everybody's for staff."""
        owner = None if caller.is_staff else caller.user_id
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.waitlist.page(owner, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].created_at, page[-1].id) if more else None)

    def withdraw(self, entry_id: UUID, caller: Identity) -> None:
        """Wait no longer; doing so twice is no error."""
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
        sale = Sale(entry, entry.customer_id, actor=str(entry.customer_id), rules_version=entry.rules_version)
        percent = self._sales.admit(work, sale, work.policies.current())
        slot = TimeRange(entry.start, entry.end).utc()
        times = work.halls.times(around(slot), [entry.hall_id, *entry.also_hall_ids])
        judge_rules(times, slot, entry.people, now)
        slot_price(work, times, entry, percent, now)
        if not broken(times, slot, entry.people, now):
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
