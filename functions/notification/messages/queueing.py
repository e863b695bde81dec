"""What messages and reminders share: both queue deliveries first, and send them then."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from core.clock import Clock
from notification.connections.domain import EVERY, Subject
from notification.messages.domain.deliveries import Delivery
from notification.messages.ports import Outgoing, Queue
from shared_schemas.channels import CONNECTED, Channel

W = TypeVar("W", bound=Queue)
CONNECTABLE: frozenset[Channel] = frozenset(CONNECTED)


class Queueing(Generic[W]):
    """Queues deliveries, by the channels that are switched on."""

    def __init__(
        self,
        unit_of_work: Callable[[], W],
        clock: Clock,
        outgoing: Outgoing,
        channels: Collection[Channel],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._outgoing = outgoing
        self._channels = channels
        self._addresses = frozenset(channels) - CONNECTABLE

    def _queue(self, work: W, wanted: Iterable[Delivery]) -> list[UUID]:
        """Queue those that a channel is switched on for, each once; returns the new ones."""
        wanted = list(wanted)
        connected = self._connected(work, wanted)
        ways = (each.by(self._addresses | connected(each)) for each in wanted)
        return work.notifications.add(list(filter(None, ways)), self._clock.now())

    def _connected(self, work: W, wanted: Sequence[Delivery]) -> Callable[[Delivery], frozenset[Channel]]:
        """The channels that are switched on and were connected for a message: no other of these is tried."""
        on = frozenset(self._channels) & CONNECTABLE
        people = {each.recipient_id for each in wanted if on & {each.channel, *each.instead}}
        found = work.connections.channels(people) if people else {}

        def of(delivery: Delivery) -> frozenset[Channel]:
            scopes = {EVERY, delivery.booking_id or EVERY}
            return on.intersection(c for each in scopes for c in found.get(Subject(delivery.recipient_id, each), ()))

        return of
