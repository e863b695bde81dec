"""How events of bookings affect payments: promised refunds are made, and links of released slots are cancelled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from core.clock import Clock
from core.observability import logger
from payment.attempts.domain import BOOKING_CHANGED, NOT_CREATED, Attempt
from payment.gateways.port import Gateway, GatewayRefusedError
from payment.paying.inquiry import Inquiry
from payment.paying.ports import Work
from payment.paying.settlement import Settlement
from payment.refunds.domain.promises import INSTEAD, PROMISED
from payment.refunds.domain.refund import REFUSED, StoredRefund, new_refund
from payment.refunds.keeping import hear, keep
from payment.refunds.records import add_refund
from payment.refunds.sending import Refunding
from shared_schemas.events.bookings import (
    BookingAmended,
    BookingBalanceChanged,
    BookingCancelled,
    BookingEvent,
    BookingExpired,
    BookingExtended,
    BookingPaymentRefused,
    BookingRescheduled,
)
from shared_schemas.events.envelope import EventData

SUBSCRIBER = "payment-refunds"
Promising = (
    BookingAmended | BookingBalanceChanged | BookingCancelled | BookingExpired | BookingExtended | BookingRescheduled
)
RELEASING = BookingCancelled | BookingExpired
CHANGING = BookingRescheduled | BookingExtended | BookingAmended


@dataclass(frozen=True)
class BookingEvents:
    """Makes the refunds that bookings promise, refunds refused payments, and cancels the links of released slots."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _gateways: Mapping[str, Gateway]
    _inquiry: Inquiry
    _refunding: Refunding
    _settlement: Settlement

    def handle(self, event_id: UUID, event: EventData) -> None:
        """Refunds are asked for once for each event, and carried out after the commit.

        `GatewayUnreachableError` if a link could not be killed leaves the event to its queue."""
        for refund in self._ask(event_id, event):
            self._refunding.carry_out(refund.id)
        if isinstance(event, RELEASING):
            self._kill_links(event, NOT_CREATED)
        elif isinstance(event, CHANGING) and _is_cheaper(event):
            self._kill_links(event, BOOKING_CHANGED)

    def _ask(self, event_id: UUID, event: EventData) -> list[StoredRefund]:
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return []
            refunds: list[StoredRefund] = []
            if isinstance(event, BookingPaymentRefused):
                refunds = self._refused(work, event)
            elif isinstance(event, Promising) and event.refund and event.refund.amount:
                hear(work, event, event.refund.amount)
                held = isinstance(event, BookingCancelled) and event.refund_to == "balance"
                refunds = keep(work, event.booking_id, f"{PROMISED}{event_id}", self._clock.now(), to_balance=held)
            work.commit()
            return refunds

    def _refused(self, work: Work, event: BookingPaymentRefused) -> list[StoredRefund]:
        """All that is left of it, once however often and for whatever reason the booking refuses; and of the others
        what the booking had promised and was asked of this one: also where that failed, for then nobody has it yet."""
        work.attempts.counted(event.booking_id)
        attempt = work.attempts.get(event.payment_id, lock=True)
        left, now, refunds = self._left(work, attempt), self._clock.now(), list[StoredRefund]()
        if attempt.status == "succeeded" and left > 0:
            whole = new_refund(uuid4(), attempt, left, event.reason, now, cause=REFUSED)
            refunds += [whole] if add_refund(work, whole) else []
        work.refunds.take_out(attempt.payment_id)
        refunds += keep(work, event.booking_id, f"{INSTEAD}{attempt.payment_id}", now)
        if not refunds:
            logger.warning("A refused payment has nothing to refund", payment_id=str(event.payment_id))
        return refunds

    def _left(self, work: Work, attempt: Attempt) -> int:
        return attempt.taken - work.refunds.asked(attempt.payment_id)

    def _kill_links(self, event: BookingEvent, why: str) -> None:
        """Cancels links that were requested before the event happened: an event may come late."""
        with self._unit_of_work() as work:
            attempts = work.attempts.open(event.booking_id)
        for attempt in attempts:
            if attempt.booking_version >= event.booking_version:
                continue
            if attempt.gateway_payment_id is None:
                # Even if the gateway has it, its link was never given to anybody.
                self._settlement.fail(attempt, why)
            elif gateway := self._gateways.get(attempt.provider):
                self._decline(attempt, gateway, attempt.gateway_payment_id)

    def _decline(self, attempt: Attempt, gateway: Gateway, gateway_payment_id: str) -> None:
        """The gateway decides the outcome: the link may have been paid just now."""
        try:
            if gateway.decline(gateway_payment_id):
                self._inquiry.ask(attempt, gateway, gateway_payment_id)
        except GatewayRefusedError as error:
            logger.warning("A link stays payable", payment_id=str(attempt.payment_id), error=str(error))


def _is_cheaper(event: CHANGING) -> bool:
    """Whether the payer of an older link would pay too much."""
    return event.previous_total is not None and event.total.amount < event.previous_total.amount
