"""Several visits in one transaction: booked, cancelled and moved together."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.access import customer_of, require_staff
from booking.bookings.domain.terms import payment_terms
from booking.bookings.errors import BookingNotFoundError, VisitBegunError
from booking.bookings.ports import BookingFilter, Work
from booking.bookings.services.changes import Changes
from booking.bookings.services.orders import Cancellation, Sale
from booking.bookings.services.sales import Sales
from booking.calendar.ports import Claim
from booking.customers.errors import RulesNotAcceptedError
from booking.groups.domain import (
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
from booking.groups.errors import BookingGroupNotFoundError, GroupOverError
from booking.halls.domain import spaces
from booking.time.ranges import TimeRange
from booking.time.recurrence import LocalStarts
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import RescheduleRequest
from shared_schemas.booking.groups import (
    BookingGroup,
    GroupCancelRequest,
    GroupItem,
    GroupPaymentTerms,
    GroupRequest,
    GroupShiftRequest,
)
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.errors import ConflictError, CycloramaError, RejectedError, RuleViolationError, Text, Violation

NOT_AT_ALL = Text("Say by how many minutes to move the visits", "Укажите, на сколько минут перенести визиты")


class Groups:
    """Book, look up, cancel and move groups of bookings."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        sales: Sales,
        changes: Changes,
        local_starts: LocalStarts,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales
        self._changes = changes
        self._local_starts = local_starts

    def create(self, request: GroupRequest, caller: Identity, key: IdempotencyKey | None) -> BookingGroup:
        """Book all visits or none, or those that are available, as `mode` says.

        `VisitsTakenError` if others have the time, `VisitsRefusedError` if a rule is broken; both list the visits.
        `RuleViolationError` for a series that is not valid; `HallNotFoundError`; `OverrideNotAllowedError`,
        `CustomerBlockedError`, `RulesNotAcceptedError` or `TooManyHoldsError` if the customer may not book."""
        require_staff(caller, request, "customer_id", "override_reason")
        with self._unit_of_work() as work:
            return work.once(key, BookingGroup, lambda: self._create(work, request, caller))

    def _create(self, work: Work, request: GroupRequest, caller: Identity) -> BookingGroup:
        group_id = uuid4()
        wanted = self._visits(work, request)
        made, refusals = self._make(work, [_sale(request, visit, caller, group_id) for visit in wanted])
        if refusals and (request.mode == "all" or not made):
            raise refused(refusals)
        return group_of(group_id, made, [visit for visit, _ in refusals])

    def get(self, group_id: UUID, caller: Identity) -> BookingGroup:
        """The bookings of a group; `BookingGroupNotFoundError`, for a client also if it is somebody else's."""
        with self._unit_of_work() as work:
            return group_of(group_id, _members(work, group_id, caller))

    def payment_terms(self, group_id: UUID) -> GroupPaymentTerms:
        """What may be charged for each visit, for the payment service; `BookingGroupNotFoundError`."""
        with self._unit_of_work() as work:
            members = work.bookings.page(BookingFilter(group_id=group_id), None, MAX_VISITS)
            most = work.policies.current().max_open_payments
            if not members:
                raise BookingGroupNotFoundError(group_id=str(group_id))
            payer = work.holds.payer(members[0].customer_id)
        return GroupPaymentTerms(visits=[payment_terms(booking, most, payer) for booking in members])

    def cancel(
        self, group_id: UUID, request: GroupCancelRequest, caller: Identity, key: IdempotencyKey | None
    ) -> BookingGroup:
        """Cancel the future bookings, or those named, each by its own terms.

        `BookingGroupNotFoundError`; `BookingNotFoundError` for one that is not in the group; `GroupOverError` if none
        is in the future; `VisitBegunError`; `OverrideNotAllowedError` if a client names a refund."""
        require_staff(caller, request, "refund_percent")
        with self._unit_of_work() as work:
            return work.once(key, BookingGroup, lambda: self._cancel(work, group_id, request, caller))

    def _cancel(self, work: Work, group_id: UUID, request: GroupCancelRequest, caller: Identity) -> BookingGroup:
        chosen = self._chosen(work, group_id, request.booking_ids, caller)
        freed, order = list[Claim](), _cancellation(request, caller)
        for booking in chosen:
            if booking.status == "confirmed" and booking.start <= self._clock.now() and not caller.is_staff:
                raise VisitBegunError(start=booking.start.isoformat())
            self._sales.call_off(work, booking, order, freed.extend)
        return self._finished(work, group_id, caller, freed)

    def shift(
        self, group_id: UUID, request: GroupShiftRequest, caller: Identity, key: IdempotencyKey | None
    ) -> BookingGroup:
        """Move the future bookings, or those named, by the wall clock: all of them or none.

        `VisitsTakenError` or `VisitsRefusedError`, both with the visits; `RuleViolationError` for a shift of zero;
        `BookingGroupNotFoundError`; `BookingNotFoundError` for one that is not in the group; `GroupOverError` if none
        is in the future; `OverrideNotAllowedError`."""
        require_staff(caller, request, "override_reason")
        if not request.minutes:
            raise RuleViolationError([Violation("minutes", "no_shift", NOT_AT_ALL, {})])
        with self._unit_of_work() as work:
            return work.once(key, BookingGroup, lambda: self._shift(work, group_id, request, caller))

    def _shift(self, work: Work, group_id: UUID, request: GroupShiftRequest, caller: Identity) -> BookingGroup:
        chosen = self._chosen(work, group_id, request.booking_ids, caller)
        freed = self._move(work, in_moving_order(chosen, request.minutes), request, caller)
        return self._finished(work, group_id, caller, freed)

    def _visits(self, work: Work, request: GroupRequest) -> list[GroupItem]:
        """The visits asked for, with everybody else's changes to their halls waiting."""
        ids = {hall_id for item in request.items for hall_id in (item.hall_id, *item.also_hall_ids)}
        halls = {hall_id: work.halls.get(hall_id) for hall_id in sorted(ids)}
        zones = {hall_id: ZoneInfo(hall.timezone) for hall_id, hall in halls.items()}
        found = visits(request.items, request.recurrence, zones, self._local_starts)
        work.claims.lock({space for hall in halls.values() for space in spaces(hall)})
        return found

    def _make(self, work: Work, sales: Sequence[Sale]) -> tuple[list[Booking], list[Refusal]]:
        made: list[Booking] = []
        refusals = []
        for sale in sales:
            wanted = sale.request
            done, refusal = _attempt(work, partial(self._sales.make, work, sale))
            made += done
            if refusal:
                refusals.append((skipped(wanted.hall_id, wanted.start, wanted.end, refusal), refusal))
        return made, refusals

    def _move(
        self, work: Work, bookings: Iterable[Booking], request: GroupShiftRequest, caller: Identity
    ) -> list[Claim]:
        """What they give back is offered later, when all of them have their new time."""
        freed: list[Claim] = []
        refusals = []
        for booking in bookings:
            slot = shifted(booking, request.minutes)
            wish = RescheduleRequest(
                start=slot.start, end=slot.end, reason=request.reason, override_reason=request.override_reason
            )
            _, refusal = _attempt(work, partial(self._changes.move, work, booking, wish, caller, freed.extend))
            if refusal:
                refusals.append((skipped(booking.hall_id, slot.start, slot.end, refusal), refusal))
        if refusals:
            raise refused(refusals)
        return freed

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
        work.claims.lock(taken, lambda: work.freed_time.wanted(taken, slots))
        return chosen

    def _finished(self, work: Work, group_id: UUID, caller: Identity, freed: list[Claim]) -> BookingGroup:
        work.freed_time.offer(freed)
        return group_of(group_id, _members(work, group_id, caller))


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
        customer_id=customer_of(request.customer_id, caller),
        actor=caller.subject,
        details=request,
        override_reason=request.override_reason,
        group_id=group_id,
        limit="none" if caller.is_staff else "waits",
    )


def _cancellation(request: GroupCancelRequest, caller: Identity) -> Cancellation:
    return Cancellation(caller.subject, request.reason, request.refund_percent, request.refund_to)
