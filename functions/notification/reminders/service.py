"""Reminds people of what they have booked."""

from collections.abc import Sequence
from uuid import UUID

from core.jobs import Batches, Turn
from notification.messages.queueing import Queueing
from notification.reminders.domain import reminders
from notification.reminders.ports import SEND_REMINDERS, Work

BATCH = 20


class Reminders(Queueing[Work]):
    """Queues reminders of bookings that start soon and sends them; sending checks again that they are still true."""

    def run(self, turn: Turn) -> int:
        """Send the reminders that are due, as far as time allows; returns the number of bookings.

        Messages are queued first and sent then; the job for pending messages sends what is left over."""
        queued: list[UUID] = []

        def due(work: Work, limit: int) -> list[UUID]:
            now = self._clock.now()
            return work.reminders.unreminded(now, now + self._ahead, limit)

        def queue(work: Work, ids: Sequence[UUID]) -> None:
            wanted = [each for booking in work.reminders.remind(ids) for each in reminders(booking)]
            queued.extend(self._queue(work, wanted))

        reminded = Batches(SEND_REMINDERS, self._unit_of_work, due, queue, BATCH).run(turn)
        for notification_id in queued:
            if turn():
                self._outgoing.send([notification_id])
        return reminded
