"""Reminds people of what they have booked."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from core.jobs import Batches, Turn
from notification.domain import reminders
from notification.ports import SEND_REMINDERS, Outgoing, Work
from shared_schemas.events import Channel

BATCH = 20


class Reminders:
    """Queues reminders of bookings that start soon and sends them; sending checks once more that they still hold."""

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

    def run(self, turn: Turn) -> int:
        """Remind of what is due, as far as time allows; returns how many bookings.

        Messages are queued first and sent then; what is left over is sent by the job for pending messages."""
        queued: list[UUID] = []

        def due(work: Work, limit: int) -> list[UUID]:
            now = self._clock.now()
            return work.bookings.unreminded(now, now + self._ahead, limit)

        def queue(work: Work, ids: Sequence[UUID]) -> None:
            wanted = [each for booking in work.bookings.remind(ids) for each in reminders(booking)]
            usable = [each for each in wanted if each.channel in self._channels]
            queued.extend([each.id for each in usable if work.notifications.add(each, self._clock.now())])

        reminded = Batches(SEND_REMINDERS, self._unit_of_work, due, queue, BATCH).run(turn)
        for notification_id in queued:
            if turn():
                self._outgoing.send([notification_id])
        return reminded
