"""Several visits in one transaction: booked, called off and moved together."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.domain_calendar import spaces
from booking.domain_groups import (
    MAX_VISITS,
    Refusal,
    group_of,
    in_moving_order,
    refused,
    shifted,
    skipped,
    still_to_come,
    visits,
)
from booking.domain_ranges import TimeRange
from booking.domain_recurrence import LocalStarts
from booking.errors import BookingNotFoundError, VisitBegunError
from booking.errors_customers import RulesNotAcceptedError
from booking.errors_groups import BookingGroupNotFoundError, GroupOverError
from booking.ports import BookingFilter, Claim, Work
from booking.service_changes import Changes
from booking.service_rules import require_staff
from booking.service_sales import Freed, Sale, Sales
from booking.settings import BookingSettings
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking import (
    Booking,
    BookingGroup,
    GroupCancelRequest,
    GroupItem,
    GroupRequest,
    GroupShiftRequest,
    RescheduleRequest,
)
from shared_schemas.errors import ConflictError, CycloramaError, RejectedError, RuleViolationError, Text, Violation
from shared_schemas.prices import SlotRequest

NOT_AT_ALL = Text("must not be 0", "не может быть 0")


@dataclass
class Collected:
    """Time that is given back while a group changes; it is offered to others when the group has taken its own."""

    claims: list[Claim] = field(default_factory=list)

    def __call__(self, _work: Work, freed: Sequence[Claim]) -> None:
        self.claims += freed


class Groups:
    """Book, look up, call off and move groups of bookings."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        settings: BookingSettings,
        local_starts: LocalStarts,
        freed: Freed,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings
        self._local_starts = local_starts
        self._freed = freed

    def create(self, request: GroupRequest, caller: Identity, key: IdempotencyKey | None) -> BookingGroup:
        """Book all visits or none, or those that can be had, as asked."""
        require_staff(caller, customer_id=request.customer_id, override_reason=request.override_reason)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return BookingGroup.model_validate(replay)
            group_id = uuid4()
            wanted = self._visits(work, request)
            made, refusals = self._make(work, [_sale(request, visit, caller, group_id) for visit in wanted])
            if refusals and (request.mode == "all" or not made):
                raise refused(refusals)
            group = group_of(group_id, made, [visit for visit, _ in refusals])
            work.idempotency.remember(key, group.model_dump(mode="json"))
            work.commit()
            return group

    def get(self, group_id: UUID, caller: Identity) -> BookingGroup:
        with self._unit_of_work() as work:
            return group_of(group_id, _members(work, group_id, caller))

    def cancel(
        self, group_id: UUID, request: GroupCancelRequest, caller: Identity, key: IdempotencyKey | None
    ) -> BookingGroup:
        """Call off what is still to come, or the visits named, each by its own terms."""
        require_staff(caller, refund_percent=request.refund_percent)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return BookingGroup.model_validate(replay)
            chosen = self._chosen(work, group_id, request.booking_ids, caller)
            collected = Collected()
            sales = Sales(self._clock, self._settings, collected)
            for booking in chosen:
                if booking.status == "confirmed" and booking.start <= self._clock.now() and not caller.is_staff:
                    raise VisitBegunError(start=booking.start.isoformat())
                sales.call_off(work, booking, caller.subject, request.reason, request.refund_percent)
            return self._finished(work, group_id, caller, key, collected)

    def shift(
        self, group_id: UUID, request: GroupShiftRequest, caller: Identity, key: IdempotencyKey | None
    ) -> BookingGroup:
        """Move what is still to come, or the visits named, by the wall clock: all of them or none."""
        require_staff(caller, override_reason=request.override_reason)
        if not request.minutes:
            raise RuleViolationError([Violation("minutes", "no_shift", NOT_AT_ALL, {})])
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return BookingGroup.model_validate(replay)
            chosen = self._chosen(work, group_id, request.booking_ids, caller)
            collected = Collected()
            self._move(work, in_moving_order(chosen, request.minutes), request, caller, collected)
            return self._finished(work, group_id, caller, key, collected)

    def _visits(self, work: Work, request: GroupRequest) -> list[GroupItem]:
        """The visits asked for, with everybody else's changes to their halls waiting."""
        ids = {hall_id for item in request.items for hall_id in (item.hall_id, *item.also_hall_ids)}
        halls = {hall_id: work.halls.get(hall_id) for hall_id in sorted(ids)}
        zones = {hall_id: ZoneInfo(hall.timezone) for hall_id, hall in halls.items()}
        found = visits(request.items, request.recurrence, zones, self._local_starts)
        work.claims.lock({space for hall in halls.values() for space in spaces(hall)})
        return found

    def _make(self, work: Work, sales: Sequence[Sale]) -> tuple[list[Booking], list[Refusal]]:
        maker = Sales(self._clock, self._settings, self._freed)
        made: list[Booking] = []
        refusals = []
        for sale in sales:
            wanted = sale.request
            done, refusal = _attempt(work, partial(maker.make, work, sale))
            made += done
            if refusal:
                refusals.append((skipped(wanted.hall_id, wanted.start, wanted.end, refusal), refusal))
        return made, refusals

    def _move(
        self,
        work: Work,
        bookings: Iterable[Booking],
        request: GroupShiftRequest,
        caller: Identity,
        collected: Collected,
    ) -> None:
        sales = Sales(self._clock, self._settings, collected)
        changes = Changes(self._unit_of_work, self._clock, sales, collected)
        refusals = []
        for booking in bookings:
            slot = shifted(booking, request.minutes)
            wish = RescheduleRequest(
                start=slot.start, end=slot.end, reason=request.reason, override_reason=request.override_reason
            )
            _, refusal = _attempt(work, partial(changes.move, work, booking, wish, caller))
            if refusal:
                refusals.append((skipped(booking.hall_id, slot.start, slot.end, refusal), refusal))
        if refusals:
            raise refused(refusals)

    def _chosen(self, work: Work, group_id: UUID, named: Collection[UUID] | None, caller: Identity) -> list[Booking]:
        """The bookings to change, locked, and all that they claim with them."""
        members = {booking.id for booking in _members(work, group_id, caller)}
        for booking_id in named or ():
            if booking_id not in members:
                raise BookingNotFoundError(booking_id=str(booking_id))
        now = self._clock.now()
        locked = work.bookings.named(named or members, lock=True)
        chosen = [booking for booking in locked if named or still_to_come(booking, now)]
        if not chosen:
            raise GroupOverError
        ids = {hall_id for booking in chosen for hall_id in (booking.hall_id, *booking.also_hall_ids)}
        taken = {space for hall_id in ids for space in spaces(work.halls.get(hall_id))}
        # With what is wanted by who waits for any of it: all locks are taken at once.
        slots = [TimeRange(booking.start, booking.end).utc() for booking in chosen]
        work.claims.lock(taken, lambda: work.waitlist.wanted(taken, slots))
        return chosen

    def _finished(
        self, work: Work, group_id: UUID, caller: Identity, key: IdempotencyKey | None, collected: Collected
    ) -> BookingGroup:
        self._freed(work, collected.claims)
        group = group_of(group_id, _members(work, group_id, caller))
        work.idempotency.remember(key, group.model_dump(mode="json"))
        work.commit()
        return group


def _attempt(work: Work, change: Callable[[], Booking]) -> tuple[Sequence[Booking], CycloramaError | None]:
    """One visit, or why it cannot be had; what concerns all visits alike is raised."""
    try:
        with work.savepoint():
            return [change()], None
    except RulesNotAcceptedError:
        raise  # So does what one client has too much of, which is no refusal of a visit.
    except (ConflictError, RejectedError) as refusal:
        return [], refusal


def _members(work: Work, group_id: UUID, caller: Identity) -> list[Booking]:
    members = work.bookings.page(BookingFilter(group_id=group_id), None, MAX_VISITS)
    if not members or not (caller.is_staff or str(members[0].customer_id) == caller.subject):
        raise BookingGroupNotFoundError(group_id=str(group_id))
    return members


def _sale(request: GroupRequest, visit: GroupItem, caller: Identity, group_id: UUID) -> Sale:
    return Sale(
        SlotRequest(**dict(visit)),
        customer_id=request.customer_id or caller.user_id,
        actor=caller.subject,
        comment=request.comment,
        rules_version=request.rules_version,
        override_reason=request.override_reason,
        group_id=group_id,
        limit="none" if caller.is_staff else "waits",
    )
