"""What events make the notification service do: remember the booking, queue the messages, send them."""

from collections.abc import Callable, Collection

from core.clock import Clock
from core.context import current_flow
from core.observability import count
from notification.domain import PLANS, Delivery, deliveries, facts_of, is_current, known_booking
from notification.ports import Outgoing, Work
from shared_schemas.events import BookingEvent, Channel, Envelope, PaymentEvent

SUBSCRIBER = "notification-messages"


class Messages:
    """Turns events into messages."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, outgoing: Outgoing, channels: Collection[Channel]
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._outgoing = outgoing
        self._channels = channels

    def take(self, envelope: Envelope) -> None:
        """Queue an event's messages in one transaction, once, and only then send them.

        `BookingUnknownError` where a payment's event overtook its booking's: the queue delivers it again."""
        with self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, envelope.id):
                return
            wanted = [d for d in _wanted(work, envelope) if d.channel in self._channels]
            queued = [d.id for d in wanted if work.notifications.add(d, self._clock.now())]
            work.commit()
        self._outgoing.send(queued)


def _wanted(work: Work, envelope: Envelope) -> list[Delivery]:
    event, flow = envelope.payload(), current_flow()
    if isinstance(event, BookingEvent):
        booking = work.bookings.put(known_booking(event, flow.correlation_id))
    elif isinstance(event, PaymentEvent):
        booking = work.bookings.get(event.booking_id)
    else:
        return []
    plan = PLANS.get(type(event))
    if plan is None:
        return []
    facts = facts_of(event, booking)
    if not is_current(plan.template, facts, booking):
        # Overtaken on the way: "confirmed" must not follow "cancelled".
        count("MessagesOvertaken", template=plan.template)
        return []
    return deliveries(plan, str(envelope.id), booking, facts, flow.correlation_id, flow.causation_id)
