"""What messages and reminders share: both queue deliveries first, and send them then."""

from collections.abc import Callable, Collection, Iterable
from typing import Generic, TypeVar
from uuid import UUID

from core.clock import Clock
from notification.messages.domain.deliveries import Delivery
from notification.messages.ports import Outgoing, Queue
from shared_schemas.channels import Channel

W = TypeVar("W", bound=Queue)


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

    def _queue(self, work: W, wanted: Iterable[Delivery]) -> list[UUID]:
        """Queue those that a channel is switched on for, each once; returns the new ones."""
        usable = filter(None, (each.by(self._channels) for each in wanted))
        return work.notifications.add(list(usable), self._clock.now())
