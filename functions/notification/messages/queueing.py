"""What messages and reminders share: both queue deliveries first, and send them then."""

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

from core.clock import Clock
from notification.messages.domain.deliveries import Delivery
from notification.messages.ports import Outgoing, Queue
from shared_schemas.channels import Channel

W = TypeVar("W", bound=Queue)


class Queueing(Generic[W]):
    """Queues deliveries; `ahead` is how long before the start a reminder is sent."""

    def __init__(
        self,
        unit_of_work: Callable[[], W],
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

    def _queue(self, work: W, wanted: Iterable[Delivery]) -> list[UUID]:
        """Queue those whose channel is switched on, each once; returns the new ones."""
        usable = [each for each in wanted if each.channel in self._channels]
        return [each.id for each in usable if work.notifications.add(each, self._clock.now())]
