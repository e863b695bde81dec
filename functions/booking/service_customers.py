"""What the studio knows of its customers, and how it forgets one."""

from collections.abc import Callable
from uuid import UUID, uuid4

from booking.ports import Work
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking import BlockRequest, Customer, Note, NoteRequest, PrepaymentRequest

FORGET = "forget_customers"


class Customers:
    """Notes, blocks and prepayment, for the staff; bookings themselves are listed elsewhere."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def get(self, customer_id: UUID) -> Customer:
        """Also of somebody who never booked: accounts are not known here."""
        with self._unit_of_work() as work:
            return work.customers.get(customer_id)

    def add_note(self, customer_id: UUID, request: NoteRequest, caller: Identity, key: IdempotencyKey | None) -> Note:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Note.model_validate(replay)
            note = Note(id=uuid4(), author=caller.subject, at=self._clock.now(), text=request.text)
            work.customers.add_note(customer_id, note)
            work.idempotency.remember(key, note.model_dump(mode="json"))
            work.commit()
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
        """Erase what is personal (152-FZ); visits, sums and accepted rules stay, as accounts must be kept."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(FORGET, event_id):
                return
            work.customers.erase(account_id, self._clock.now())
            work.commit()

    def _changed(self, customer_id: UUID, change: Callable[[Work], None]) -> Customer:
        with self._unit_of_work() as work:
            change(work)
            customer = work.customers.get(customer_id)
            work.commit()
            return customer
