"""What events make the notification service do: remember the booking, queue the messages, send them; forget people."""

from collections.abc import Callable, Collection
from datetime import timedelta

from core.clock import Clock
from core.context import current_flow
from core.observability import count
from notification.domain import (
    Delivery,
    KnownBooking,
    deliveries,
    facts_of,
    is_current,
    known_booking,
    plan_for,
    replaces_reminder,
)
from notification.ports import Outgoing, Work
from shared_schemas.events import (
    AccountErased,
    BookingEvent,
    BookingPaymentRefused,
    Channel,
    Envelope,
    EventData,
    PaymentEvent,
)

SUBSCRIBER = "notification-messages"


class Messages:
    """Turns events into messages; `ahead` is how long before its start a booking is reminded of."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        outgoing: Outgoing,
        channels: Collection[Channel],
        ahead: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._outgoing = outgoing
        self._channels = channels
        self._ahead = ahead

    def take(self, envelope: Envelope) -> None:
        """Queue an event's messages in one transaction, once, and only then send them.

        `BookingUnknownError` where a payment's event overtook its booking's: the queue delivers it again."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, envelope.id):
                return
            event = envelope.payload()
            if isinstance(event, AccountErased):
                work.notifications.forget(event.account_id)
            wanted = [d for d in self._wanted(work, envelope, event) if d.channel in self._channels]
            queued = [d.id for d in wanted if work.notifications.add(d, self._clock.now())]
            work.commit()
        self._outgoing.send(queued)

    def _wanted(self, work: Work, envelope: Envelope, event: EventData) -> list[Delivery]:
        booking = _booking(work, event)
        plan = plan_for(event)
        if booking is None or plan is None:
            return []
        facts, flow = facts_of(event, booking), current_flow()
        if not is_current(plan.template, facts, booking):
            # Overtaken on the way: "confirmed" must not follow "cancelled".
            count("MessagesOvertaken", template=plan.template)
            return []
        if replaces_reminder(event, self._clock.now(), self._ahead):
            work.bookings.skip_reminder(booking)
        return deliveries(plan, str(envelope.id), booking, facts, flow.correlation_id, flow.causation_id)


def _booking(work: Work, event: EventData) -> KnownBooking | None:
    if isinstance(event, BookingEvent):
        return work.bookings.put(known_booking(event, current_flow().correlation_id))
    if isinstance(event, PaymentEvent | BookingPaymentRefused):
        return work.bookings.get(event.booking_id)
    return None
