"""What the life of a booking means for its money: what is promised goes back, and nobody pays for what is gone."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID, uuid4

from core.clock import Clock
from core.observability import logger
from payment.domain import BOOKING_CHANGED, NOT_CREATED, Attempt
from payment.domain_refunds import REFUSED, Refund, alarm, new_refund, share_out
from payment.ports import Work
from payment.providers.base import Gateway, GatewayRefusedError
from payment.service_inquiry import Inquiry
from payment.service_receipts import add_refund
from payment.service_refunding import Refunding
from payment.service_settlement import Settlement, emit
from shared_schemas.events import (
    BookingAmended,
    BookingBalanceChanged,
    BookingCancelled,
    BookingEvent,
    BookingExpired,
    BookingExtended,
    BookingPaymentRefused,
    BookingRescheduled,
    EventData,
)

SUBSCRIBER = "payment-refunds"
# How the causes of refunds begin that an event promised, and of those that stand in for them at other payments.
PROMISED, INSTEAD = "event:", "instead:"
Promising = (
    BookingAmended | BookingBalanceChanged | BookingCancelled | BookingExpired | BookingExtended | BookingRescheduled
)
RELEASING = BookingCancelled | BookingExpired
CHANGING = BookingRescheduled | BookingExtended | BookingAmended


class BookingEvents:
    """Refunds what bookings promise or refuse, and makes the links of released slots unpayable."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        gateways: Mapping[str, Gateway],
        inquiry: Inquiry,
        refunding: Refunding,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._inquiry = inquiry
        self._refunding = refunding
        self._settlement = Settlement(unit_of_work, clock)

    def handle(self, event_id: UUID, event: EventData) -> None:
        """Refunds are asked for once for each event, and carried out after the commit.

        `GatewayUnreachableError` where a link could not be killed leaves the event to its queue."""
        for refund in self._ask(event_id, event):
            self._refunding.carry_out(refund.id)
        if isinstance(event, RELEASING):
            self._kill_links(event, NOT_CREATED)
        elif isinstance(event, CHANGING) and _is_cheaper(event):
            self._kill_links(event, BOOKING_CHANGED)

    def _ask(self, event_id: UUID, event: EventData) -> list[Refund]:
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, event_id):
                return []
            refunds: list[Refund] = []
            if isinstance(event, BookingPaymentRefused):
                refunds = self._refused(work, event)
            elif isinstance(event, Promising) and event.refund and event.refund.amount:
                refunds = self._promised(work, event_id, event, event.refund.amount)
            added = [refund for refund in refunds if add_refund(work, refund)]
            work.commit()
            return added

    def _refused(self, work: Work, event: BookingPaymentRefused) -> list[Refund]:
        """All that is left of it, once however often and for whatever reason the booking refuses."""
        counted = work.attempts.counted(event.booking_id)
        attempt = work.attempts.get(event.payment_id, lock=True)
        refunds = self._instead(work, attempt, [other for other in counted if other.payment_id != attempt.payment_id])
        left = self._left(work, attempt)
        if attempt.status == "succeeded" and left > 0:
            refunds.append(new_refund(uuid4(), attempt, left, event.reason, self._clock.now(), cause=REFUSED))
        if not refunds:
            logger.warning("A refused payment has nothing to refund", payment_id=str(event.payment_id))
        return refunds

    def _instead(self, work: Work, refused: Attempt, others: Sequence[Attempt]) -> list[Refund]:
        """What the booking had promised of earlier payments, and was asked of this one before it was refused: also
        where that failed, for then nobody has the promised money yet."""
        asked = work.refunds.of_payment(refused.payment_id)
        promised = [refund for refund in asked if refund.cause.startswith(PROMISED)]
        payments = [(other, self._left(work, other)) for other in others]
        now, cause = self._clock.now(), f"{INSTEAD}{refused.payment_id}"
        return [
            new_refund(uuid4(), other, part, promised[-1].reason, now, cause=cause)
            for other, part in share_out(sum(refund.amount for refund in promised), payments)
        ]

    def _promised(self, work: Work, event_id: UUID, event: Promising, amount: int) -> list[Refund]:
        payments = [(attempt, self._left(work, attempt)) for attempt in work.attempts.counted(event.booking_id)]
        shares = list(share_out(amount, payments))
        missing = amount - sum(share for _, share in shares)
        if missing and payments:
            detail = f"{missing} of {amount} kopecks promised by event {event_id} are no longer there"
            emit(work, payments[-1][0], [alarm(payments[-1][0], "refund_exceeds_payments", detail)])
        reason, now = event.type.replace(".", "_"), self._clock.now()
        return [
            new_refund(uuid4(), attempt, share, reason, now, cause=f"{PROMISED}{event_id}") for attempt, share in shares
        ]

    def _left(self, work: Work, attempt: Attempt) -> int:
        return attempt.taken - work.refunds.asked(attempt.payment_id)

    def _kill_links(self, event: BookingEvent, why: str) -> None:
        """Those that were asked for before it happened: an event may come late."""
        with self._unit_of_work() as work:
            attempts = work.attempts.open(event.booking_id)
        for attempt in attempts:
            if attempt.booking_version >= event.booking_version:
                continue
            if attempt.gateway_payment_id is None:
                # Even if the gateway has it, nobody was ever given the link to it.
                self._settlement.fail(attempt, why)
            elif gateway := self._gateways.get(attempt.provider):
                self._decline(attempt, gateway, attempt.gateway_payment_id)

    def _decline(self, attempt: Attempt, gateway: Gateway, gateway_payment_id: str) -> None:
        """The gateway has the last word on what became of it: it may have been paid just now."""
        try:
            if gateway.decline(gateway_payment_id):
                self._inquiry.ask(attempt, gateway, gateway_payment_id)
        except GatewayRefusedError as error:
            logger.warning("A link stays payable", payment_id=str(attempt.payment_id), error=str(error))


def _is_cheaper(event: CHANGING) -> bool:
    """Whoever pays an older link would pay too much."""
    return event.previous_total is not None and event.total.amount < event.previous_total.amount
