"""What the studio knows about its customers, and erasing one."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from booking.customers.ports import Work
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from core.trail.deed import note
from shared_schemas.booking.customers import BlockRequest, Customer, Note, NoteRequest, PrepaymentRequest

SUBSCRIBER = "booking-erasures"


class Customers:
    """Notes, blocks and prepayment, for the staff; bookings themselves are listed elsewhere."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def get(self, customer_id: UUID) -> Customer:
        """Also of somebody who never booked: accounts are not known here."""
        with self._unit_of_work() as work:
            return _known(work, customer_id)

    def add_note(self, customer_id: UUID, request: NoteRequest, caller: Identity, key: IdempotencyKey | None) -> Note:
        with self._unit_of_work() as work:
            return work.once(key, Note, lambda: self._add_note(work, customer_id, request, caller))

    def _add_note(self, work: Work, customer_id: UUID, request: NoteRequest, caller: Identity) -> Note:
        note = Note(id=uuid4(), author=caller.subject, at=self._clock.now(), text=request.text)
        work.customers.add_note(customer_id, note)
        return note

    def block(self, customer_id: UUID, request: BlockRequest) -> Customer:
        """No more bookings, unless staff override it; those already made stay."""
        return self._changed(
            customer_id, lambda work: work.customers.set_block(customer_id, request.reason, self._clock.now())
        )

    def unblock(self, customer_id: UUID) -> Customer:
        return self._changed(customer_id, lambda work: work.customers.set_block(customer_id, None, self._clock.now()))

    def set_prepayment(self, customer_id: UUID, request: PrepaymentRequest) -> Customer:
        """From the next booking on."""
        return self._changed(customer_id, lambda work: work.customers.set_prepayment(customer_id, request.percent))

    def forget(self, event_id: UUID, account_id: UUID) -> None:
        """Erase personal data (152-FZ); visits, amounts and accepted rules stay, because books must be kept."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            now = self._clock.now()
            for written in (work.bookings, work.feeds, work.customers, work.waitlist):
                written.erase(account_id, now)
            work.commit()

    def join(self, event_id: UUID, account_id: UUID, guest_ids: Sequence[UUID]) -> None:
        """What guests booked is the account's from now on, with all that is known of them."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return
            for kept in (work.bookings, work.promo_codes, work.customers):
                kept.hand_over(guest_ids, account_id)
            work.commit()

    def _changed(self, customer_id: UUID, change: Callable[[Work], None]) -> Customer:
        with self._unit_of_work() as work:
            before = _known(work, customer_id)
            change(work)
            customer = _known(work, customer_id)
            note(before=before, after=customer)
            work.commit()
            return customer


def _known(work: Work, customer_id: UUID) -> Customer:
    totals = work.bookings.totals(customer_id)
    return work.customers.get(customer_id).model_copy(update={"bookings": totals.bookings, "spent": totals.spent})
