"""Reminds people of what they have booked."""

from collections.abc import Callable, Collection
from datetime import timedelta

from core.clock import Clock
from notification.domain import reminders
from notification.ports import Outgoing, Work
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

    def run(self, enough_time: Callable[[], bool]) -> int:
        """Remind of what is due: one batch at least, and more while there is time; returns how many bookings."""
        total = 0
        while total == 0 or enough_time():
            now = self._clock.now()
            with self._unit_of_work() as work:
                due = work.bookings.claim_unreminded(now, now + self._ahead, BATCH)
                wanted = [d for booking in due for d in reminders(booking) if d.channel in self._channels]
                queued = [d.id for d in wanted if work.notifications.add(d, now)]
                work.commit()
            total += len(due)
            for notification_id in queued:
                # What is left over is sent by the job for pending messages.
                if enough_time():
                    self._outgoing.send([notification_id])
            if len(due) < BATCH:
                break
        return total
